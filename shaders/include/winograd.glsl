// The transforms of F(4x4, 3x3) (Lavin and Gray 2016; Winograd 1980), with the interpolation points
// 0, a, -a, b, -b and infinity, a = 1/sqrt(2), b = sqrt(2). In float they round less than the usual
// 0, 1, -1, 2, -2 (Barabasz, Anderson, Soodhalter and Gregg 2020): the powers of a and b balance.
//
//     y = A' [ (G g G') * (B' d B) ] A      d 6x6 input, g 3x3 weights, y 4x4 output
//
// Each macro transforms one line of six (three, for weights) values.
const float POINT_A = 0.70710678118654752;
const float POINT_B = 1.41421356237309505;

// B' d
#define WINOGRAD_LINE_IN(T, d0, d1, d2, d3, d4, d5) \
    { \
        const T even_a = d4 - 2.0 * d2; \
        const T odd_a = POINT_A * (d3 - 2.0 * d1); \
        const T even_b = d4 - 0.5 * d2; \
        const T odd_b = POINT_B * (d3 - 0.5 * d1); \
        const T first = d0 - 2.5 * d2 + d4; \
        const T last = d1 - 2.5 * d3 + d5; \
        d0 = first; \
        d1 = even_a + odd_a; \
        d2 = even_a - odd_a; \
        d3 = even_b + odd_b; \
        d4 = even_b - odd_b; \
        d5 = last; \
    }

// G g: three weights to six
void weights_line(float g0, float g1, float g2, out float u[6]) {
    const float even_a = g0 + 0.5 * g2;
    const float odd_a = POINT_A * g1;
    const float even_b = g0 + 2.0 * g2;
    const float odd_b = POINT_B * g1;
    u[0] = g0;
    u[1] = (even_a + odd_a) / -1.5;
    u[2] = (even_a - odd_a) / -1.5;
    u[3] = (even_b + odd_b) / 6.0;
    u[4] = (even_b - odd_b) / 6.0;
    u[5] = g2;
}

// A' m: six products to four outputs
void output_line(vec2 m0, vec2 m1, vec2 m2, vec2 m3, vec2 m4, vec2 m5, out vec2 y[4]) {
    const vec2 sum_a = m1 + m2;
    const vec2 difference_a = POINT_A * (m1 - m2);
    const vec2 sum_b = m3 + m4;
    const vec2 difference_b = POINT_B * (m3 - m4);
    y[0] = m0 + (sum_a + sum_b);
    y[1] = difference_a + difference_b;
    y[2] = 0.5 * sum_a + 2.0 * sum_b;
    y[3] = 0.5 * difference_a + 2.0 * difference_b + m5;
}
