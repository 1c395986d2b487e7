// Convolution of maps of 16-bit floats, channels last, with sums of 32 bits: 3x3 forward and backward to
// the image, and 1x1 for the gradient of a Gram matrix. See src/nn/half_conv.h.
//
// A matrix product in tiles: rows are pixels, columns are output channels, and the inner dimension is
// taps x input channels. A workgroup keeps in shared memory the input of its pixels with a rim of one
// pixel, for DEPTH channels, and reads it once for each of the nine taps at another offset:
//
//      <---- 18 pixels ---->
//      +---+-----------+---+   ^           tap (0, 0)            tap (1, 2)
//      |   :           :   |   |           reads from here       and from here
//      +...+-----------+...+   |           *---------------+     +- - - - - - -  - +
//      |   | output    |   |   ROWS + 2    | 16 pixels     |       .  *---------------+
//      |   | pixels    |   |   |           |               |     |    |            |  |
//      +...+-----------+...+   |           +- - - - - - - -+     +- - | - - - - - -+  |
//      |   :           :   |   |                                      +---------------+
//      +---+-----------+---+   v
//
// A row of 16 pixels of one tap lies at a constant stride, (DEPTH + 8) 16-bit words (the 8 keep the rows
// off each other's memory banks), so that it is loaded as a fragment of a matrix as it stands. Meanwhile
// the weights of the next tap, DEPTH x OUT, are on their way:
//
//      tap           0            1            2
//      multiply     [weights 0]  [weights 1]  [weights 0]
//      load  weights 1    weights 0    weights 1           one barrier a tap
//
// The sums are finished by windows of 2x2 pixels, which a tile holds whole, 8 channels at a time: 32
// values, of which the forward pass stores any of
//
//      +---+---+      the map          the window's maxima      a word: a bit for each value that
//      | 0 | 1 |  ->  4 x 8 values     or means                 the gradient will pass through
//      +---+---+                       8 values                 (half.h)
//      | 2 | 3 |
//      +---+---+
//
// MATRIX_M, _N, _K: the size of a fragment, for devices with matrix units (KHR_cooperative_matrix).
// Without them a thread computes a window of 8 channels.
#version 450
#extension GL_GOOGLE_include_directive : require
#ifdef MATRIX_M
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#endif
#include "kernel.glsl"
#include "half.glsl"

#if defined(MATRIX_M) && defined(WIDE)
#define ROWS HALF_WIDE_ROWS
#define OUT HALF_WIDE_OUT
#define DEPTH HALF_WIDE_DEPTH
#elif defined(MATRIX_M)
#define ROWS HALF_NARROW_ROWS
#define OUT HALF_NARROW_OUT
#define DEPTH HALF_NARROW_DEPTH
#else
#define ROWS HALF_ROWS
#define OUT HALF_OUT
#define DEPTH HALF_DEPTH
#endif
#define COLUMNS HALF_TILE_COLUMNS

layout(local_size_x_id = 0) in;  // with matrix units HALF_CONV_SUBGROUPS subgroups
layout(constant_id = 1) const uint BORDER_Y = BORDER_ZERO;
layout(constant_id = 2) const uint BORDER_X = BORDER_ZERO;
layout(constant_id = 3) const uint TAPS = 9;               // or 1
layout(constant_id = 4) const bool BIAS_RELU = false;      // y = max(0, conv + bias)
layout(constant_id = 5) const bool FACTOR = false;         // y = factor conv
layout(constant_id = 6) const bool WEIGHTED = false;       // times the pixel's weight
layout(constant_id = 7) const uint MASK = HALF_MASK_NONE;  // y = mask > 0 ? conv : 0
layout(constant_id = 8) const bool ACCUMULATE = false;     // y += conv
layout(constant_id = 9) const bool STORE = true;           // y itself
layout(constant_id = 10) const bool BITS = false;  // where y > 0, and its pool passes the gradient to
layout(constant_id = 11) const uint POOL = HALF_POOL_NONE;

// 0 x (in_height, in_width, in_channels)    1 weights (TAPS, in_channels, out_channels)
// 2 bias (out_channels)                     3 mask, as y; or the pooled map, of half its size
// 4 pixel weights (out_height, out_width)   5 factors
// 6 y (out_height, out_width, out_channels) 7 the mask's bits, or y's
KERNEL8(HalfConvParams, Uvec4s, Uvec4s, Floats, Uvec4s, Floats, Floats, Uvec4s, Uints)
#define MASK_MAP B3
#define POOLED B3

// In shared memory, counted in parts of 8 channels: the patch with PATCH_STRIDE a pixel, behind it the
// weights of two taps with WEIGHT_STRIDE an input channel; at the end the sums of matrix units.
const uint PATCH_COLUMNS = COLUMNS + 2;
const uint PATCH_STRIDE = DEPTH / HALF_PART + 1;
const uint WEIGHT_STRIDE = OUT / HALF_PART + 1;
const uint WEIGHT_PARTS = DEPTH * OUT / HALF_PART;  // of one tap, without what fills rows up
const uint WEIGHTS_AT = (ROWS + 2) * PATCH_COLUMNS * PATCH_STRIDE;
#ifdef MATRIX_M
const uint FRAGMENT_PARTS = MATRIX_M * MATRIX_N / 4;  // of 32 bits
const uint SUM_PARTS = HALF_CONV_SUBGROUPS * 2 * FRAGMENT_PARTS;
#else
const uint SUM_PARTS = 0;
#endif
shared uvec4 staged[max(WEIGHTS_AT + 2 * DEPTH * WEIGHT_STRIDE, SUM_PARTS)];

const uint RIM = TAPS == 9 ? 1 : 0;

uint tile_y;  // of the tile's first pixel and channel part
uint tile_x;
uint tile_part;

void load_patch(uint channel) {
    const uint parts = p.in_channels / HALF_PART;
    const uint columns = COLUMNS + 2 * RIM;
    const uint count = (ROWS + 2 * RIM) * columns * (DEPTH / HALF_PART);
    for (uint i = gl_LocalInvocationIndex; i < count; i += gl_WorkGroupSize.x) {
        const uint part = i % (DEPTH / HALF_PART);
        const uint pixel = i / (DEPTH / HALF_PART);
        const int y = border_index(int(tile_y + pixel / columns) - int(RIM) + p.origin,
                                   int(p.in_height), BORDER_Y);
        const int x = border_index(int(tile_x + pixel % columns) - int(RIM) + p.origin,
                                   int(p.in_width), BORDER_X);
        uvec4 v = uvec4(0);
        if (y >= 0 && x >= 0 && channel / HALF_PART + part < parts) {
            v = B0[(uint(y) * p.in_width + uint(x)) * parts + channel / HALF_PART + part];
        }
        staged[pixel * PATCH_STRIDE + part] = v;
    }
}

// Part i of the weights of DEPTH input channels from `channel` on; zero beyond the last channel.
uvec4 weight_part(uint tap, uint channel, uint i) {
    const uint row = channel + i / (OUT / HALF_PART);
    const uint part = tile_part + i % (OUT / HALF_PART);
    const uint parts = p.out_channels / HALF_PART;
    return row < p.in_channels && part < parts ? B1[(tap * p.in_channels + row) * parts + part]
                                               : uvec4(0);
}

uint weight_place(uint which, uint i) {
    return WEIGHTS_AT + (which * DEPTH + i / (OUT / HALF_PART)) * WEIGHT_STRIDE +
           i % (OUT / HALF_PART);
}

// What follows the convolution for 8 channels of a pixel; `at` is their part's index in y. Leaves v as
// it is read back from y, so that bits and pools are the same whether y is stored or not.
void finish_pixel(uint pixel, uint at, uint part, uint mask_bits, inout float v[8]) {
    float factor = FACTOR ? p.scale * B5[p.factor] : 1.0;
    if (WEIGHTED) {
        factor *= B4[pixel];
    }
    if (MASK == HALF_MASK_MAP) {
        mask_bits = positive_bits(MASK_MAP[at]);
    }
    float before[8];
    if (ACCUMULATE) {
        unpack_part(B6[at], before);
    }
    [[unroll]] for (uint i = 0; i < 8; ++i) {
        if (BIAS_RELU) {
            v[i] = max(v[i] + B2[part * HALF_PART + i], 0.0);
        }
        if (FACTOR || WEIGHTED) {
            v[i] *= factor;
        }
        if (MASK != HALF_MASK_NONE) {
            v[i] = (mask_bits & 1u << i) != 0 ? v[i] : 0.0;
        }
        if (ACCUMULATE) {
            v[i] += before[i];
        }
    }
    const uvec4 rounded = pack_part(v);
    if (STORE) {
        B6[at] = rounded;
    }
    unpack_part(rounded, v);
}

// The maxima or means of a window; and of `bits` those that take the gradient.
uvec4 pool(float v[4][8], inout uint bits) {
    float result[8];
    uint first = 0;  // of equal maxima, in reading order, as PyTorch does
    [[unroll]] for (uint i = 0; i < 8; ++i) {
        uint best = 0;
        result[i] = v[0][i];
        [[unroll]] for (uint k = 1; k < 4; ++k) {
            if (POOL == HALF_POOL_AVERAGE) {
                result[i] += v[k][i];
            } else if (v[k][i] > result[i]) {
                result[i] = v[k][i];
                best = k;
            }
        }
        result[i] *= POOL == HALF_POOL_AVERAGE ? 0.25 : 1.0;
        first |= 1u << 8 * best + i;
    }
    bits &= POOL == HALF_POOL_AVERAGE ? ~0u : first;
    return pack_part(result);
}

// What follows the convolution, for a window of the tile and its channels 8 part .. 8 part + 7.
void finish(uint row, uint column, uint part, float v[4][8]) {
    const uint y = tile_y + row;
    const uint x = tile_x + column;
    const uint parts = p.out_channels / HALF_PART;
    part += tile_part;
    if (y >= p.out_height || x >= p.out_width || part >= parts) {
        return;
    }
    const uint window = (y / 2 * ((p.out_width + 1) / 2) + x / 2) * parts + part;
    const uint mask = MASK == HALF_MASK_BITS ? B7[window] : 0;
    uint bits = 0;
    [[unroll]] for (uint k = 0; k < 4; ++k) {
        if (y + k / 2 < p.out_height && x + k % 2 < p.out_width) {
            const uint pixel = (y + k / 2) * p.out_width + x + k % 2;
            finish_pixel(pixel, pixel * parts + part, part, mask >> 8 * k, v[k]);
            [[unroll]] for (uint i = 0; i < 8; ++i) {
                bits |= v[k][i] > 0.0 ? 1u << 8 * k + i : 0;
            }
        }
    }
    if (POOL != HALF_POOL_NONE) {
        // The last row or column of an odd side is dropped.
        if (y + 1 < p.out_height && x + 1 < p.out_width) {
            POOLED[(y / 2 * (p.out_width / 2) + x / 2) * parts + part] = pool(v, bits);
        } else {
            bits = 0;
        }
    }
    if (BITS) {
        B7[window] = bits;
    }
}

#ifdef MATRIX_M

// A subgroup's part of the tile: SUB_PIXELS pixels in whole rows, SUB_OUT channels.
const uint SUB_GRID_OUT = 2;
const uint SUB_PIXELS = ROWS * COLUMNS / (HALF_CONV_SUBGROUPS / SUB_GRID_OUT);
const uint SUB_OUT = OUT / SUB_GRID_OUT;
const uint FRAGMENTS_M = SUB_PIXELS / MATRIX_M;
const uint FRAGMENTS_N = SUB_OUT / MATRIX_N;

coopmat<float, gl_ScopeSubgroup, MATRIX_M, MATRIX_N, gl_MatrixUseAccumulator>
    sums[FRAGMENTS_M][FRAGMENTS_N];

void clear_sums() {
    [[unroll]] for (uint m = 0; m < FRAGMENTS_M; ++m) {
        [[unroll]] for (uint n = 0; n < FRAGMENTS_N; ++n) {
            sums[m][n] =
                coopmat<float, gl_ScopeSubgroup, MATRIX_M, MATRIX_N, gl_MatrixUseAccumulator>(0.0);
        }
    }
}

uint first_pixel() { return gl_SubgroupID / SUB_GRID_OUT * SUB_PIXELS; }
uint first_part() { return gl_SubgroupID % SUB_GRID_OUT * (SUB_OUT / HALF_PART); }

void multiply(uint tap_y, uint tap_x, uint which) {
    [[unroll]] for (uint k = 0; k < DEPTH; k += MATRIX_K) {
        coopmat<float16_t, gl_ScopeSubgroup, MATRIX_M, MATRIX_K, gl_MatrixUseA> a[FRAGMENTS_M];
        [[unroll]] for (uint m = 0; m < FRAGMENTS_M; ++m) {
            const uint pixel = first_pixel() + m * MATRIX_M;
            const uint at = (pixel / COLUMNS + tap_y) * (COLUMNS + 2 * RIM) + pixel % COLUMNS + tap_x;
            coopMatLoad(a[m], staged, at * PATCH_STRIDE + k / HALF_PART, PATCH_STRIDE,
                        gl_CooperativeMatrixLayoutRowMajor);
        }
        [[unroll]] for (uint n = 0; n < FRAGMENTS_N; ++n) {
            coopmat<float16_t, gl_ScopeSubgroup, MATRIX_K, MATRIX_N, gl_MatrixUseB> b;
            coopMatLoad(b, staged,
                        WEIGHTS_AT + (which * DEPTH + k) * WEIGHT_STRIDE + first_part() +
                            n * MATRIX_N / HALF_PART,
                        WEIGHT_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
            [[unroll]] for (uint m = 0; m < FRAGMENTS_M; ++m) {
                sums[m][n] = coopMatMulAdd(a[m], b, sums[m][n]);
            }
        }
    }
}

// Where a fragment's elements are is the driver's secret: each subgroup writes its sums, two fragments
// at a time, one below the other, to its own part of shared memory, and reads them back by windows.
void finish_all() {
    const uint across = COLUMNS / MATRIX_M;  // fragments in a row of the tile
    const uint mine = gl_SubgroupID * 2 * FRAGMENT_PARTS;
    [[unroll]] for (uint m = 0; m < FRAGMENTS_M / 2; ++m) {
        const uint top = m / across * 2 * across + m % across;
        [[unroll]] for (uint n = 0; n < FRAGMENTS_N; ++n) {
            barrier();
            coopMatStore(sums[top][n], staged, mine, MATRIX_N / 4,
                         gl_CooperativeMatrixLayoutRowMajor);
            coopMatStore(sums[top + across][n], staged, mine + FRAGMENT_PARTS, MATRIX_N / 4,
                         gl_CooperativeMatrixLayoutRowMajor);
            barrier();
            for (uint i = gl_SubgroupInvocationID; i < MATRIX_M / 2 * MATRIX_N / HALF_PART;
                 i += gl_SubgroupSize) {
                const uint column = i / (MATRIX_N / HALF_PART) * 2;
                const uint part = i % (MATRIX_N / HALF_PART);
                float v[4][8];
                [[unroll]] for (uint k = 0; k < 4; ++k) {
                    const uint at = mine + k / 2 * FRAGMENT_PARTS +
                                    (column + k % 2) * (MATRIX_N / 4) + 2 * part;
                    [[unroll]] for (uint j = 0; j < 8; ++j) {
                        v[k][j] = uintBitsToFloat(staged[at + j / 4][j % 4]);
                    }
                }
                const uint pixel = first_pixel() + top * MATRIX_M + column;
                finish(pixel / COLUMNS, pixel % COLUMNS,
                       first_part() + n * MATRIX_N / HALF_PART + part, v);
            }
        }
    }
}

#else

float sums[4][8];  // of a window

void clear_sums() {
    [[unroll]] for (uint m = 0; m < 4; ++m) {
        [[unroll]] for (uint n = 0; n < 8; ++n) {
            sums[m][n] = 0.0;
        }
    }
}

const uint WINDOWS = ROWS * COLUMNS / 4;
uint first_row() { return gl_LocalInvocationIndex % WINDOWS / (COLUMNS / 2) * 2; }
uint first_column() { return gl_LocalInvocationIndex % (COLUMNS / 2) * 2; }
uint first_part() { return gl_LocalInvocationIndex / WINDOWS; }

void multiply(uint tap_y, uint tap_x, uint which) {
    const uint columns = COLUMNS + 2 * RIM;
    const uint at = (first_row() + tap_y) * columns + first_column() + tap_x;
    for (uint k = 0; k < DEPTH / HALF_PART; ++k) {
        float v[4][8];
        [[unroll]] for (uint m = 0; m < 4; ++m) {
            unpack_part(staged[(at + m / 2 * columns + m % 2) * PATCH_STRIDE + k], v[m]);
        }
        [[unroll]] for (uint i = 0; i < 8; ++i) {
            float w[8];
            unpack_part(staged[WEIGHTS_AT + (which * DEPTH + k * HALF_PART + i) * WEIGHT_STRIDE +
                                 first_part()], w);
            [[unroll]] for (uint n = 0; n < 8; ++n) {
                [[unroll]] for (uint m = 0; m < 4; ++m) {
                    sums[m][n] = fma(v[m][i], w[n], sums[m][n]);
                }
            }
        }
    }
}

void finish_all() { finish(first_row(), first_column(), first_part(), sums); }

#endif

void main() {
    tile_y = gl_WorkGroupID.y * ROWS;
    tile_x = gl_WorkGroupID.x * COLUMNS;
    tile_part = gl_WorkGroupID.z * (OUT / HALF_PART);
    const uint threads = gl_WorkGroupSize.x;
    const uint loads = (WEIGHT_PARTS + threads - 1) / threads;  // of a tap's weights, a thread
    const uint thread = gl_LocalInvocationIndex;

    clear_sums();
    for (uint i = thread; i < WEIGHT_PARTS; i += threads) {
        staged[weight_place(0, i)] = weight_part(0, 0, i);
    }
    uint which = 0;
    for (uint channel = 0; channel < p.in_channels; channel += DEPTH) {
        load_patch(channel);  // everyone is done with the last one: a barrier ends every tap
        barrier();
        for (uint tap = 0; tap < TAPS; ++tap) {
            const bool last_tap = tap + 1 == TAPS;
            const uint next_tap = last_tap ? 0 : tap + 1;
            const uint next_channel = last_tap ? channel + DEPTH : channel;
            uvec4 next[(WEIGHT_PARTS + gl_WorkGroupSize.x - 1) / gl_WorkGroupSize.x];
            [[unroll]] for (uint i = 0; i < loads; ++i) {
                next[i] = weight_part(next_tap, next_channel, i * threads + thread);
            }
            multiply(TAPS == 9 ? tap / 3 : 0, TAPS == 9 ? tap % 3 : 0, which);
            which = 1 - which;
            [[unroll]] for (uint i = 0; i < loads; ++i) {
                if (i * threads + thread < WEIGHT_PARTS) {
                    staged[weight_place(which, i * threads + thread)] = next[i];
                }
            }
            barrier();
        }
    }
    finish_all();
}
