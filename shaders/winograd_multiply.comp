// Winograd convolution, the products: for each of the 36 points the matrix product
// M (out, tiles) = U (out, in) V (in, tiles). See src/nn/winograd.h.
//
// A thread holds 16 output channels of 4 or 8 tiles in registers; neighbouring threads take
// neighbouring tiles, so that a load of V is contiguous over the workgroup:
//
//              tiles ->  thread 0 1 .. 7 | 0 1 .. 7 | ...      8 tiles a thread, 8 apart
//     16 out   U (uniform)  +--------------------------+
//     channels              |  sums of 16 x 8 a thread |      for two input channels: 8 loads of V,
//                           +--------------------------+      16 of U, 512 operations
//
// BROADCAST: a thread loads two of the 16 weight pairs and the workgroup's subgroup shares them. That is
// for drivers on the CPU, where a load costs as much as dozens of multiplications: 2 instead of 16.
// TWO_BLOCKS: a thread computes 32 channels.
#version 450
#extension GL_GOOGLE_include_directive : require
#ifdef BROADCAST
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_ballot : require
#endif
#include "kernel.glsl"
#include "winograd.h"

#ifdef BROADCAST
#define LANES WINOGRAD_BROADCAST_LANES
const uint TILES = WINOGRAD_BROADCAST_TILES;
#else
#define LANES WINOGRAD_LANES
const uint TILES = WINOGRAD_TILES;
#endif

layout(local_size_x = LANES) in;

// 0 U (36, out blocks, in pairs, 16, 2)   1 V (36, groups, in pairs, group, 2)
// 2 M (36, out pairs, tiles, 2)
KERNEL3(WinogradMultiplyParams, Pairs, Pairs, Floats)

const uint OUT = WINOGRAD_OUT;
const uint GROUP = LANES * TILES;
#ifdef TWO_BLOCKS
const uint BLOCKS = 2;
#else
const uint BLOCKS = 1;
#endif

void main() {
    const uint lane = gl_LocalInvocationID.x;
    const uint slot = gl_WorkGroupID.x * LANES * TILES + lane;
    const uint block = gl_WorkGroupID.y * BLOCKS;
    const uint point = gl_WorkGroupID.z;
    float sum[TILES][BLOCKS * OUT];
    [[unroll]] for (uint t = 0; t < TILES; ++t) {
        [[unroll]] for (uint k = 0; k < BLOCKS * OUT; ++k) {
            sum[t][k] = 0.0;
        }
    }
    uint v = (point * (p.tiles / GROUP) + gl_WorkGroupID.x) * p.in_pairs * GROUP + lane;
    uint u = (point * p.out_blocks + block) * p.in_pairs * OUT;
#ifdef BROADCAST
    u += lane;
#endif
    for (uint pair = 0; pair < p.in_pairs; ++pair) {
        vec2 d[TILES];
        [[unroll]] for (uint t = 0; t < TILES; ++t) {
            d[t] = from_pair(B1[v + t * LANES]);
        }
        [[unroll]] for (uint k0 = 0; k0 < BLOCKS * OUT; k0 += 8) {
            const uint at = u + k0 / OUT * p.in_pairs * OUT + k0 % OUT;
#ifdef BROADCAST
            const vec2 mine = from_pair(B0[at]);
#endif
            [[unroll]] for (uint k = 0; k < 8; ++k) {
#ifdef BROADCAST
                const vec2 g = subgroupBroadcast(mine, k);
#else
                const vec2 g = from_pair(B0[at + k]);
#endif
                [[unroll]] for (uint t = 0; t < TILES; ++t) {
                    sum[t][k0 + k] = fma(g.y, d[t].y, fma(g.x, d[t].x, sum[t][k0 + k]));
                }
            }
        }
        v += GROUP;
        u += OUT;
    }
    const uint m = (point * p.out_blocks + block) * (OUT / 2) * p.tiles + slot;
    [[unroll]] for (uint k = 0; k < BLOCKS * OUT; ++k) {
        [[unroll]] for (uint t = 0; t < TILES; ++t) {
            B2[2 * (m + k / 2 * p.tiles + t * LANES) + k % 2] = sum[t][k];
        }
    }
}
