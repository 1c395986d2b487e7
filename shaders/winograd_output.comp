// Winograd convolution, the output: y = A' m A of every tile, then what follows the convolution. See
// src/nn/winograd.h.
//
// A thread makes the 4x4 pixels of one tile in one channel.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "winograd.h"
#include "winograd.glsl"

layout(local_size_x = WINOGRAD_THREADS) in;
layout(constant_id = 0) const bool BIAS_RELU = false;  // y = max(0, conv + bias)
layout(constant_id = 1) const bool MASK = false;       // y = mask > 0 ? conv : 0

// 0 M (36, out, tiles)   1 bias (out)   2 mask, as y   3 y (channels, height, width)
KERNEL4(WinogradOutputParams, Floats, Floats, Floats, Floats)

void main() {
    const uint slot = gl_GlobalInvocationID.x;
    const uint tile = p.first_tile + slot;
    if (slot >= p.tiles || tile > p.last_tile) {
        return;
    }
    const uint channel = gl_WorkGroupID.y;
    const uint blocks = (p.channels + WINOGRAD_OUT - 1) / WINOGRAD_OUT;
    const uint step = blocks * WINOGRAD_OUT * p.tiles;
    uint at = channel * p.tiles + slot;
    float lines[6][4];  // A' m, by columns
    float m[6][6];
    [[unroll]] for (uint r = 0; r < 6; ++r) {
        [[unroll]] for (uint c = 0; c < 6; ++c) {
            m[r][c] = B0[at];
            at += step;
        }
    }
    [[unroll]] for (uint c = 0; c < 6; ++c) {
        output_line(m[0][c], m[1][c], m[2][c], m[3][c], m[4][c], m[5][c], lines[c]);
    }
    const float bias = BIAS_RELU ? B1[channel] : 0.0;
    const uint y0 = tile / p.tiles_x * WINOGRAD_SIDE;
    const uint x0 = tile % p.tiles_x * WINOGRAD_SIDE;
    [[unroll]] for (uint r = 0; r < 4; ++r) {
        float y[4];
        output_line(lines[0][r], lines[1][r], lines[2][r], lines[3][r], lines[4][r], lines[5][r],
                    y);
        [[unroll]] for (uint c = 0; c < 4; ++c) {
            if (y0 + r < p.height && x0 + c < p.width) {
                const uint place = (channel * p.height + y0 + r) * p.width + x0 + c;
                float v = y[c];
                if (BIAS_RELU) {
                    v = max(v + bias, 0.0);
                }
                if (MASK) {
                    v = B2[place] > 0.0 ? v : 0.0;
                }
                B3[place] = v;
            }
        }
    }
}
