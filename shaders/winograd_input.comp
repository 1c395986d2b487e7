// Winograd convolution, the input: V = B' d B of every tile. See src/nn/winograd.h.
//
// A thread transforms the patches of one tile in two channels. The workgroups of all channels of the
// same tiles follow one another, as V lies in memory. Tiles overlap by two pixels:
//
//      tile 0       tile 1
//     . . . . . .|          patch of tile 0: columns -1 .. 4
//             . . . . . .   patch of tile 1: columns  3 .. 8
//       0 1 2 3 4 5 6 7     outputs 0..3 and 4..7
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "winograd.h"
#include "winograd.glsl"

layout(local_size_x = WINOGRAD_THREADS) in;
layout(constant_id = 0) const uint BORDER_Y = BORDER_ZERO;
layout(constant_id = 1) const uint BORDER_X = BORDER_ZERO;

// 0 x (channels, height, width)   1 V (36, groups, channel pairs, group, 2)
KERNEL2(WinogradInputParams, Floats, Pairs)

void main() {
    const uint slot = gl_WorkGroupID.y * WINOGRAD_THREADS + gl_LocalInvocationID.x;
    if (slot >= p.tiles) {
        return;
    }
    const uint tile = min(p.first_tile + slot, p.last_tile);
    const int y = int(tile / p.tiles_x * WINOGRAD_SIDE) - 1 + p.origin;
    const int x = int(tile % p.tiles_x * WINOGRAD_SIDE) - 1 + p.origin;
    const uint pair = gl_WorkGroupID.x;
    const uint plane = p.height * p.width;
    const uint base = 2 * pair * plane;
    // An odd last channel has no partner: it stands in for it, and its weights are zero.
    const uint partner = 2 * pair + 1 < p.channels ? plane : 0;

    uint column[6];
    float column_inside[6];
    [[unroll]] for (uint c = 0; c < 6; ++c) {
        const int i = border_index(x + int(c), int(p.width), BORDER_X);
        column[c] = uint(max(i, 0));
        column_inside[c] = i < 0 ? 0.0 : 1.0;
    }
    vec2 d[6][6];
    [[unroll]] for (uint r = 0; r < 6; ++r) {
        const int i = border_index(y + int(r), int(p.height), BORDER_Y);
        const uint row = base + uint(max(i, 0)) * p.width;
        const float row_inside = i < 0 ? 0.0 : 1.0;
        [[unroll]] for (uint c = 0; c < 6; ++c) {
            const uint at = row + column[c];
            d[r][c] = vec2(B0[at], B0[at + partner]) * (row_inside * column_inside[c]);
        }
    }
    [[unroll]] for (uint c = 0; c < 6; ++c) {
        WINOGRAD_LINE_IN(vec2, d[0][c], d[1][c], d[2][c], d[3][c], d[4][c], d[5][c])
    }
    const uint pairs = (p.channels + 1) / 2;
    uint at = (slot / p.group * pairs + pair) * p.group + slot % p.group;
    [[unroll]] for (uint r = 0; r < 6; ++r) {
        WINOGRAD_LINE_IN(vec2, d[r][0], d[r][1], d[r][2], d[r][3], d[r][4], d[r][5])
        [[unroll]] for (uint c = 0; c < 6; ++c) {
            B1[at] = to_pair(d[r][c]);
            at += pairs * p.tiles;
        }
    }
}
