// 2x2 pooling, stride 2, of maps of 16-bit floats, channels last: see src/nn/half_pool.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "half.glsl"

layout(local_size_x = HALF_THREADS) in;
layout(constant_id = 0) const uint BORDER_Y = BORDER_ZERO;
layout(constant_id = 1) const uint BORDER_X = BORDER_ZERO;
layout(constant_id = 2) const bool AVERAGE = false;

// 0 x (in_height, in_width, channels)   1 y (out_height, out_width, channels)
KERNEL2(HalfPoolParams, Uvec4s, Uvec4s)

void main() {
    const uint parts = p.channels / HALF_PART;
    const uint count = p.out_height * p.out_width * parts;
    for (uint at = gl_GlobalInvocationID.x; at < count; at += HALF_THREADS * gl_NumWorkGroups.x) {
        const uint part = at % parts;
        const int y = int(at / parts / p.out_width) * 2;
        const int x = int(at / parts % p.out_width) * 2;
        float result[8];
        [[unroll]] for (int k = 0; k < 4; ++k) {
            // Inside: a window that reads zero beyond the edge is never made (the sizes are floored).
            const int sy = border_index(y + k / 2, int(p.in_height), BORDER_Y);
            const int sx = border_index(x + k % 2, int(p.in_width), BORDER_X);
            float v[8];
            unpack_part(B0[(uint(sy) * p.in_width + uint(sx)) * parts + part], v);
            [[unroll]] for (uint i = 0; i < 8; ++i) {
                if (AVERAGE) {
                    result[i] = k == 0 ? 0.25 * v[i] : result[i] + 0.25 * v[i];
                } else {
                    result[i] = k == 0 ? v[i] : max(result[i], v[i]);
                }
            }
        }
        B1[at] = pack_part(result);
    }
}
