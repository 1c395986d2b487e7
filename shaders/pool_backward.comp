// The gradient of 2x2 pooling: see src/nn/pool.h.
//
// Where no window reads a pixel twice (even sizes, or an odd end that is dropped) a thread takes one
// window and writes its four pixels; otherwise a thread gathers what comes to one pixel.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "pool.h"

layout(local_size_x = POOL_THREADS) in;
layout(constant_id = 0) const uint BORDER_Y = BORDER_ZERO;
layout(constant_id = 1) const uint BORDER_X = BORDER_ZERO;
layout(constant_id = 2) const bool AVERAGE = false;
layout(constant_id = 3) const bool WINDOWS = false;

// 0 x (channels, in_height, in_width)   1 dy (channels, out_height, out_width)   2 dx, as x
KERNEL3(PoolParams, Floats, Floats, Floats)

// What of the gradient of window (wy, wx) goes to the input pixel `own` (an offset in its plane).
float share(uint base, uint out_base, uint wy, uint wx, uint own) {
    float best = 0.0;
    uint best_at = 0;
    float count = 0.0;
    [[unroll]] for (int k = 0; k < 4; ++k) {
        const int sy = border_index(int(wy) * 2 + k / 2, int(p.in_height), BORDER_Y);
        const int sx = border_index(int(wx) * 2 + k % 2, int(p.in_width), BORDER_X);
        const uint at = uint(sy) * p.in_width + uint(sx);
        count += at == own ? 0.25 : 0.0;
        const float v = B0[base + at];
        // The first of equal values, in reading order, as PyTorch does.
        if (k == 0 || v > best) {
            best = v;
            best_at = at;
        }
    }
    const float gradient = B1[out_base + wy * p.out_width + wx];
    return AVERAGE ? gradient * count : best_at == own ? gradient : 0.0;
}

void gather(uint channel, uint pixel) {
    const uint base = channel * p.in_height * p.in_width;
    const uint out_base = channel * p.out_height * p.out_width;
    const uint y = pixel / p.in_width;
    const uint x = pixel % p.in_width;
    float sum = 0.0;
    // Its own window; and where an odd axis wraps, the last window reads row or column 0 again.
    const uint again_y = BORDER_Y == BORDER_WRAP && (p.in_height & 1) == 1 && y == 0 &&
                                 p.in_height > 1 ? 1 : 0;
    const uint again_x = BORDER_X == BORDER_WRAP && (p.in_width & 1) == 1 && x == 0 &&
                                 p.in_width > 1 ? 1 : 0;
    for (uint a = 0; a <= again_y; ++a) {
        const uint wy = a == 0 ? y / 2 : p.out_height - 1;
        for (uint b = 0; b <= again_x; ++b) {
            const uint wx = b == 0 ? x / 2 : p.out_width - 1;
            if (wy < p.out_height && wx < p.out_width) {
                sum += share(base, out_base, wy, wx, pixel);
            }
        }
    }
    // The maps are outputs of a ReLU: nothing flows where they are zero.
    B2[base + pixel] = B0[base + pixel] > 0.0 ? sum : 0.0;
}

void scatter(uint channel, uint window) {
    const uint across = (p.in_width + 1) / 2;
    const uint wy = window / across;
    const uint wx = window % across;
    const uint base = channel * p.in_height * p.in_width + 2 * (wy * p.in_width + wx);
    if (wy >= p.out_height || wx >= p.out_width) {
        // The dropped end of an odd axis.
        [[unroll]] for (uint k = 0; k < 4; ++k) {
            if (2 * wy + k / 2 < p.in_height && 2 * wx + k % 2 < p.in_width) {
                B2[base + k / 2 * p.in_width + k % 2] = 0.0;
            }
        }
        return;
    }
    const float gradient = B1[(channel * p.out_height + wy) * p.out_width + wx];
    float v[4];
    [[unroll]] for (uint k = 0; k < 4; ++k) {
        v[k] = B0[base + k / 2 * p.in_width + k % 2];
    }
    uint first = 0;  // of equal values, in reading order, as PyTorch does
    float best = v[0];
    [[unroll]] for (uint k = 1; k < 4; ++k) {
        first = v[k] > best ? k : first;
        best = max(best, v[k]);
    }
    [[unroll]] for (uint k = 0; k < 4; ++k) {
        const float share = AVERAGE ? 0.25 * gradient : first == k ? gradient : 0.0;
        B2[base + k / 2 * p.in_width + k % 2] = v[k] > 0.0 ? share : 0.0;
    }
}

void main() {
    const uint count = WINDOWS ? ((p.in_height + 1) / 2) * ((p.in_width + 1) / 2)
                               : p.in_height * p.in_width;
    for (uint i = gl_GlobalInvocationID.x; i < count; i += POOL_THREADS * gl_NumWorkGroups.x) {
        if (WINDOWS) {
            scatter(gl_WorkGroupID.y, i);
        } else {
            gather(gl_WorkGroupID.y, i);
        }
    }
}
