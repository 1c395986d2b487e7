// The gradient of 2x2 pooling of maps of 16-bit floats, channels last: see src/nn/half_pool.h.
//
// A thread gathers what comes to 8 channels of one pixel from its window; and where an odd axis wraps,
// to row or column 0 from the last window, which reads it again.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "half.glsl"

layout(local_size_x = HALF_THREADS) in;
layout(constant_id = 0) const uint BORDER_Y = BORDER_ZERO;
layout(constant_id = 1) const uint BORDER_X = BORDER_ZERO;
layout(constant_id = 2) const bool AVERAGE = false;

// 0 x (in_height, in_width, channels)   1 dy (out_height, out_width, channels)   2 dx, as x
KERNEL3(HalfPoolParams, Uvec4s, Uvec4s, Uvec4s)

void add_share(uint part, uint wy, uint wx, uint own, inout float sum[8]) {
    const uint parts = p.channels / HALF_PART;
    float best[8];
    uint best_at[8];
    float count = 0.0;
    [[unroll]] for (int k = 0; k < 4; ++k) {
        const int sy = border_index(int(wy) * 2 + k / 2, int(p.in_height), BORDER_Y);
        const int sx = border_index(int(wx) * 2 + k % 2, int(p.in_width), BORDER_X);
        const uint at = uint(sy) * p.in_width + uint(sx);
        count += at == own ? 0.25 : 0.0;
        if (!AVERAGE) {
            float v[8];
            unpack_part(B0[at * parts + part], v);
            [[unroll]] for (uint i = 0; i < 8; ++i) {
                // The first of equal values, in reading order, as PyTorch does.
                if (k == 0 || v[i] > best[i]) {
                    best[i] = v[i];
                    best_at[i] = at;
                }
            }
        }
    }
    float gradient[8];
    unpack_part(B1[(wy * p.out_width + wx) * parts + part], gradient);
    [[unroll]] for (uint i = 0; i < 8; ++i) {
        sum[i] += AVERAGE ? gradient[i] * count : best_at[i] == own ? gradient[i] : 0.0;
    }
}

void gather(uint pixel, uint part) {
    const uint parts = p.channels / HALF_PART;
    const uint y = pixel / p.in_width;
    const uint x = pixel % p.in_width;
    float sum[8] = float[8](0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    const uint again_y = BORDER_Y == BORDER_WRAP && (p.in_height & 1) == 1 && y == 0 &&
                                 p.in_height > 1 ? 1 : 0;
    const uint again_x = BORDER_X == BORDER_WRAP && (p.in_width & 1) == 1 && x == 0 &&
                                 p.in_width > 1 ? 1 : 0;
    for (uint a = 0; a <= again_y; ++a) {
        const uint wy = a == 0 ? y / 2 : p.out_height - 1;
        for (uint b = 0; b <= again_x; ++b) {
            const uint wx = b == 0 ? x / 2 : p.out_width - 1;
            if (wy < p.out_height && wx < p.out_width) {
                add_share(part, wy, wx, pixel, sum);
            }
        }
    }
    // The maps are outputs of a ReLU: nothing flows where they are zero.
    float value[8];
    unpack_part(B0[pixel * parts + part], value);
    [[unroll]] for (uint i = 0; i < 8; ++i) {
        sum[i] = value[i] > 0.0 ? sum[i] : 0.0;
    }
    B2[pixel * parts + part] = pack_part(sum);
}

void main() {
    const uint parts = p.channels / HALF_PART;
    const uint count = p.in_height * p.in_width * parts;
    for (uint i = gl_GlobalInvocationID.x; i < count; i += HALF_THREADS * gl_NumWorkGroups.x) {
        gather(i / parts, i % parts);
    }
}
