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
// MATRIX_M, _N, _K: the size of a fragment, for devices with matrix units (KHR_cooperative_matrix).
// Without them a thread computes 4 pixels of 8 channels.
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
layout(constant_id = 3) const uint TAPS = 9;            // or 1
layout(constant_id = 4) const bool BIAS_RELU = false;   // y = max(0, conv + bias)
layout(constant_id = 5) const bool FACTOR = false;      // y = factor conv
layout(constant_id = 6) const bool WEIGHTED = false;    // times the pixel's weight
layout(constant_id = 7) const bool MASK = false;        // y = mask > 0 ? conv : 0
layout(constant_id = 8) const bool ACCUMULATE = false;  // y += conv

// 0 x (in_height, in_width, in_channels)    1 weights (TAPS, in_channels, out_channels)
// 2 bias (out_channels)                     3 mask, as y
// 4 pixel weights (out_height, out_width)   5 factors
// 6 y (out_height, out_width, out_channels)
KERNEL7(HalfConvParams, Uvec4s, Uvec4s, Floats, Uvec4s, Floats, Floats, Uvec4s)

// In shared memory, counted in parts of 8 channels: a row of the patch's pixel and of the weights.
const uint PATCH_COLUMNS = COLUMNS + 2;
const uint PATCH_STRIDE = DEPTH / HALF_PART + 1;
const uint PATCH_PIXELS = (ROWS + 2) * PATCH_COLUMNS;
const uint WEIGHT_STRIDE = OUT / HALF_PART + 1;
const uint WEIGHT_PARTS = DEPTH * OUT / HALF_PART;  // of one tap
shared uvec4 patch_parts[PATCH_PIXELS * PATCH_STRIDE];
shared uvec4 weight_parts[2 * DEPTH * WEIGHT_STRIDE];

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
        patch_parts[pixel * PATCH_STRIDE + part] = v;
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
    return (which * DEPTH + i / (OUT / HALF_PART)) * WEIGHT_STRIDE + i % (OUT / HALF_PART);
}

// What follows the convolution, for channels 8 part .. 8 part + 7 of the tile.
void finish(uint row, uint column, uint part, float v[8]) {
    const uint y = tile_y + row;
    const uint x = tile_x + column;
    const uint parts = p.out_channels / HALF_PART;
    if (y >= p.out_height || x >= p.out_width || tile_part + part >= parts) {
        return;
    }
    const uint pixel = y * p.out_width + x;
    const uint at = pixel * parts + tile_part + part;
    float factor = FACTOR ? p.scale * B5[p.factor] : 1.0;
    if (WEIGHTED) {
        factor *= B4[pixel];
    }
    float mask[8];
    float before[8];
    if (MASK) {
        unpack_part(B3[at], mask);
    }
    if (ACCUMULATE) {
        unpack_part(B6[at], before);
    }
    [[unroll]] for (uint i = 0; i < 8; ++i) {
        if (BIAS_RELU) {
            v[i] = max(v[i] + B2[(tile_part + part) * HALF_PART + i], 0.0);
        }
        if (FACTOR || WEIGHTED) {
            v[i] *= factor;
        }
        if (MASK) {
            v[i] = mask[i] > 0.0 ? v[i] : 0.0;
        }
        if (ACCUMULATE) {
            v[i] += before[i];
        }
    }
    B6[at] = pack_part(v);
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
            coopMatLoad(a[m], patch_parts, at * PATCH_STRIDE + k / HALF_PART, PATCH_STRIDE,
                        gl_CooperativeMatrixLayoutRowMajor);
        }
        [[unroll]] for (uint n = 0; n < FRAGMENTS_N; ++n) {
            coopmat<float16_t, gl_ScopeSubgroup, MATRIX_K, MATRIX_N, gl_MatrixUseB> b;
            coopMatLoad(b, weight_parts,
                        (which * DEPTH + k) * WEIGHT_STRIDE + first_part() + n * MATRIX_N / HALF_PART,
                        WEIGHT_STRIDE, gl_CooperativeMatrixLayoutRowMajor);
            [[unroll]] for (uint m = 0; m < FRAGMENTS_M; ++m) {
                sums[m][n] = coopMatMulAdd(a[m], b, sums[m][n]);
            }
        }
    }
}

// Where a fragment's elements are is the driver's secret: each subgroup writes its sums, a fragment at a
// time, to its own part of what were the weights, and reads them back by pixel and channel.
void finish_all() {
    const uint fragment_parts = MATRIX_M * MATRIX_N / 4;  // uvec4s of 32-bit floats
    const uint mine = gl_SubgroupID * fragment_parts;
    [[unroll]] for (uint m = 0; m < FRAGMENTS_M; ++m) {
        [[unroll]] for (uint n = 0; n < FRAGMENTS_N; ++n) {
            barrier();
            coopMatStore(sums[m][n], weight_parts, mine, MATRIX_N / 4,
                         gl_CooperativeMatrixLayoutRowMajor);
            barrier();
            for (uint i = gl_SubgroupInvocationID; i < MATRIX_M * MATRIX_N / HALF_PART;
                 i += gl_SubgroupSize) {
                const uint row = i / (MATRIX_N / HALF_PART);
                const uint part = i % (MATRIX_N / HALF_PART);
                const uint at = mine + row * (MATRIX_N / 4) + 2 * part;
                const vec4 low = uintBitsToFloat(weight_parts[at]);
                const vec4 high = uintBitsToFloat(weight_parts[at + 1]);
                const uint pixel = first_pixel() + m * MATRIX_M + row;
                finish(pixel / COLUMNS, pixel % COLUMNS,
                       first_part() + n * MATRIX_N / HALF_PART + part,
                       float[8](low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w));
            }
        }
    }
}

#else

const uint PIXELS = 4;  // neighbours in a row

float sums[PIXELS][8];

void clear_sums() {
    [[unroll]] for (uint m = 0; m < PIXELS; ++m) {
        [[unroll]] for (uint n = 0; n < 8; ++n) {
            sums[m][n] = 0.0;
        }
    }
}

uint first_pixel() { return gl_LocalInvocationIndex % (ROWS * COLUMNS / PIXELS) * PIXELS; }
uint first_part() { return gl_LocalInvocationIndex / (ROWS * COLUMNS / PIXELS); }

void multiply(uint tap_y, uint tap_x, uint which) {
    const uint pixel = first_pixel();
    const uint at = (pixel / COLUMNS + tap_y) * (COLUMNS + 2 * RIM) + pixel % COLUMNS + tap_x;
    for (uint k = 0; k < DEPTH / HALF_PART; ++k) {
        float v[PIXELS][8];
        [[unroll]] for (uint m = 0; m < PIXELS; ++m) {
            unpack_part(patch_parts[(at + m) * PATCH_STRIDE + k], v[m]);
        }
        [[unroll]] for (uint i = 0; i < 8; ++i) {
            float w[8];
            unpack_part(weight_parts[(which * DEPTH + k * HALF_PART + i) * WEIGHT_STRIDE +
                                     first_part()], w);
            [[unroll]] for (uint n = 0; n < 8; ++n) {
                [[unroll]] for (uint m = 0; m < PIXELS; ++m) {
                    sums[m][n] = fma(v[m][i], w[n], sums[m][n]);
                }
            }
        }
    }
}

void finish_all() {
    [[unroll]] for (uint m = 0; m < PIXELS; ++m) {
        const uint pixel = first_pixel() + m;
        finish(pixel / COLUMNS, pixel % COLUMNS, first_part(), sums[m]);
    }
}

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
        weight_parts[weight_place(0, i)] = weight_part(0, 0, i);
    }
    uint which = 0;
    for (uint channel = 0; channel < p.in_channels; channel += DEPTH) {
        if (channel > 0) {
            barrier();  // everyone is done with the last channels' patch
        }
        load_patch(channel);
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
                    weight_parts[weight_place(which, i * threads + thread)] = next[i];
                }
            }
            barrier();
        }
    }
    finish_all();
}
