// Partial Gram matrices of maps of 16-bit floats, channels last, with sums of 32 bits: see
// src/nn/half_gram.h.
//
// A workgroup computes a tile of 64x64 channels over a chunk of pixels: the product of the transposed
// left panel with the right one, both staged in shared memory 32 pixels at a time.
//
//                    64 channels j                          right panel
//         +------+------+------+------+                    64 channels j
//       i |  00  |  01  |  02  |  03  |   upper tiles    +---------------+
//         +------+------+------+------+   only;       32 |               |
//                |  11  |  12  |  13  |   gram_sum    px +---------------+
//                +------+------+------+   mirrors        left panel: the same of channels i
//
// MATRIX_M, _N, _K: the size of a fragment, for devices with matrix units (half_conv.comp); four
// subgroups then take a quarter of the tile each. Without them a thread computes 8x8 products.
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

layout(local_size_x_id = 0) in;  // with matrix units HALF_GRAM_SUBGROUPS subgroups
layout(constant_id = 1) const bool WEIGHTED = false;

// 0 features (pixels, channels)   1 weight of each pixel (pixels)   2 partials (chunks, pairs, 64, 64)
KERNEL3(HalfGramParams, Uvec4s, Floats, Floats)

const uint TILE = HALF_GRAM_TILE;
const uint PIXELS = HALF_GRAM_PIXELS;
const uint PARTS = TILE / HALF_PART;  // of a panel's row
const uint STRIDE = PARTS + 1;        // keeps rows off each other's memory banks
shared uvec4 left_parts[PIXELS * STRIDE];
shared uvec4 right_parts[PIXELS * STRIDE];

uint tile_i;  // of the tile's first channel, in parts
uint tile_j;

void load_panels(uint first, uint end) {
    const uint parts = p.channels / HALF_PART;
    for (uint i = gl_LocalInvocationIndex; i < PIXELS * PARTS; i += gl_WorkGroupSize.x) {
        const uint pixel = first + i / PARTS;
        const uint part = i % PARTS;
        const uint at = i / PARTS * STRIDE + part;
        uvec4 left = uvec4(0);
        uvec4 right = uvec4(0);
        if (pixel < end) {
            if (tile_i + part < parts) {
                left = B0[pixel * parts + tile_i + part];
                if (WEIGHTED) {
                    float v[8];
                    unpack_part(left, v);
                    [[unroll]] for (uint k = 0; k < 8; ++k) {
                        v[k] *= B1[pixel];
                    }
                    left = pack_part(v);
                }
            }
            if (tile_j + part < parts) {
                right = B0[pixel * parts + tile_j + part];
            }
        }
        left_parts[at] = left;
        right_parts[at] = right;
    }
}

#ifdef MATRIX_M

const uint SUB = TILE / 2;  // a subgroup's quarter
const uint FRAGMENTS_M = SUB / MATRIX_M;
const uint FRAGMENTS_N = SUB / MATRIX_N;

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

uint first_i() { return gl_SubgroupID / 2 * SUB; }
uint first_j() { return gl_SubgroupID % 2 * SUB; }

void multiply() {
    [[unroll]] for (uint k = 0; k < PIXELS; k += MATRIX_K) {
        coopmat<float16_t, gl_ScopeSubgroup, MATRIX_M, MATRIX_K, gl_MatrixUseA> a[FRAGMENTS_M];
        [[unroll]] for (uint m = 0; m < FRAGMENTS_M; ++m) {
            // Transposed: the panel's rows are the fragment's columns.
            coopMatLoad(a[m], left_parts, k * STRIDE + (first_i() + m * MATRIX_M) / HALF_PART, STRIDE,
                        gl_CooperativeMatrixLayoutColumnMajor);
        }
        [[unroll]] for (uint n = 0; n < FRAGMENTS_N; ++n) {
            coopmat<float16_t, gl_ScopeSubgroup, MATRIX_K, MATRIX_N, gl_MatrixUseB> b;
            coopMatLoad(b, right_parts, k * STRIDE + (first_j() + n * MATRIX_N) / HALF_PART, STRIDE,
                        gl_CooperativeMatrixLayoutRowMajor);
            [[unroll]] for (uint m = 0; m < FRAGMENTS_M; ++m) {
                sums[m][n] = coopMatMulAdd(a[m], b, sums[m][n]);
            }
        }
    }
}

void store(uint tile) {
    [[unroll]] for (uint m = 0; m < FRAGMENTS_M; ++m) {
        [[unroll]] for (uint n = 0; n < FRAGMENTS_N; ++n) {
            coopMatStore(sums[m][n], B2,
                         tile + (first_i() + m * MATRIX_M) * TILE + first_j() + n * MATRIX_N, TILE,
                         gl_CooperativeMatrixLayoutRowMajor);
        }
    }
}

#else

float sums[8][8];

void clear_sums() {
    [[unroll]] for (uint i = 0; i < 8; ++i) {
        [[unroll]] for (uint j = 0; j < 8; ++j) {
            sums[i][j] = 0.0;
        }
    }
}

uint part_i() { return gl_LocalInvocationIndex / PARTS; }
uint part_j() { return gl_LocalInvocationIndex % PARTS; }

void multiply() {
    for (uint k = 0; k < PIXELS; ++k) {
        float left[8];
        float right[8];
        unpack_part(left_parts[k * STRIDE + part_i()], left);
        unpack_part(right_parts[k * STRIDE + part_j()], right);
        [[unroll]] for (uint i = 0; i < 8; ++i) {
            [[unroll]] for (uint j = 0; j < 8; ++j) {
                sums[i][j] = fma(left[i], right[j], sums[i][j]);
            }
        }
    }
}

void store(uint tile) {
    [[unroll]] for (uint i = 0; i < 8; ++i) {
        [[unroll]] for (uint j = 0; j < 8; ++j) {
            B2[tile + (part_i() * 8 + i) * TILE + part_j() * 8 + j] = sums[i][j];
        }
    }
}

#endif

void main() {
    const uint blocks = (p.channels + TILE - 1) / TILE;
    uint i0 = 0;
    uint rest = gl_WorkGroupID.y;
    while (rest >= blocks - i0) {
        rest -= blocks - i0;
        ++i0;
    }
    tile_i = i0 * PARTS;
    tile_j = (i0 + rest) * PARTS;
    const uint chunk = gl_WorkGroupID.x;
    const uint end = min((chunk + 1) * HALF_GRAM_CHUNK, p.pixels);
    clear_sums();
    for (uint pixel = chunk * HALF_GRAM_CHUNK; pixel < end; pixel += PIXELS) {
        load_panels(pixel, end);
        barrier();
        multiply();
        barrier();
    }
    store((chunk * p.pairs + gl_WorkGroupID.y) * TILE * TILE);
}
