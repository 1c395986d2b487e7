// Winograd convolution, the output: y = A' m A of every tile, then what follows the convolution. See
// src/nn/winograd.h.
//
// A thread makes the 4x4 pixels of one tile in two channels.
//
// WIDE: two pixels of a row are stored at once, and two of the mask's are loaded. The width must then be
// even.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "winograd.h"
#include "winograd.glsl"

layout(local_size_x = WINOGRAD_THREADS) in;
layout(constant_id = 0) const bool BIAS_RELU = false;  // y = max(0, conv + bias)
layout(constant_id = 1) const bool MASK = false;       // y = mask > 0 ? conv : 0

// 0 M (36, out pairs, tiles, 2)   1 bias (out)   2 mask, as y   3 y (channels, height, width)
#ifdef WIDE
KERNEL4(WinogradOutputParams, Pairs, Floats, Pairs, Pairs)
#define PER_STORE 2
#else
KERNEL4(WinogradOutputParams, Pairs, Floats, Floats, Floats)
#define PER_STORE 1
#endif

// A row of a tile, y[0..3], to `place` in the map, if the columns are `inside`.
void store_row(uint place, uint inside, float bias, float y[4]) {
    [[unroll]] for (uint c = 0; c < 4; c += PER_STORE) {
        if (c < inside) {
            const uint at = (place + c) / PER_STORE;
#ifdef WIDE
            vec2 v = vec2(y[c], y[c + 1]);
            const vec2 zero = vec2(0.0);
            if (BIAS_RELU) {
                v = max(v + bias, zero);
            }
            if (MASK) {
                v = mix(zero, v, greaterThan(from_pair(B2[at]), zero));
            }
            B3[at] = to_pair(v);
#else
            float v = y[c];
            if (BIAS_RELU) {
                v = max(v + bias, 0.0);
            }
            if (MASK) {
                v = B2[at] > 0.0 ? v : 0.0;
            }
            B3[at] = v;
#endif
        }
    }
}

void main() {
    const uint slot = gl_GlobalInvocationID.x;
    const uint tile = p.first_tile + slot;
    if (slot >= p.tiles || tile > p.last_tile) {
        return;
    }
    const uint pair = gl_WorkGroupID.y;
    const uint pairs = (p.channels + WINOGRAD_OUT - 1) / WINOGRAD_OUT * (WINOGRAD_OUT / 2);
    uint at = pair * p.tiles + slot;
    vec2 m[6][6];
    [[unroll]] for (uint r = 0; r < 6; ++r) {
        [[unroll]] for (uint c = 0; c < 6; ++c) {
            m[r][c] = from_pair(B0[at]);
            at += pairs * p.tiles;
        }
    }
    vec2 lines[6][4];  // A' m, by columns
    [[unroll]] for (uint c = 0; c < 6; ++c) {
        output_line(m[0][c], m[1][c], m[2][c], m[3][c], m[4][c], m[5][c], lines[c]);
    }
    const uint y0 = tile / p.tiles_x * WINOGRAD_SIDE;
    const uint x0 = tile % p.tiles_x * WINOGRAD_SIDE;
    const uint channel = 2 * pair;
    const uint plane = p.height * p.width;
    const uint place = channel * plane + y0 * p.width + x0;
    const bool partner = channel + 1 < p.channels;
    const float bias0 = BIAS_RELU ? B1[channel] : 0.0;
    const float bias1 = BIAS_RELU && partner ? B1[channel + 1] : 0.0;
    [[unroll]] for (uint r = 0; r < 4; ++r) {
        vec2 y[4];
        output_line(lines[0][r], lines[1][r], lines[2][r], lines[3][r], lines[4][r], lines[5][r],
                    y);
        if (y0 + r < p.height) {
            const uint row = place + r * p.width;
            store_row(row, p.width - x0, bias0, float[4](y[0].x, y[1].x, y[2].x, y[3].x));
            if (partner) {
                store_row(row + plane, p.width - x0, bias1,
                          float[4](y[0].y, y[1].y, y[2].y, y[3].y));
            }
        }
    }
}
