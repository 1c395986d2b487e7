// fold.comp for maps of 16-bit floats, channels last: see src/nn/half_conv.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "half.glsl"

layout(local_size_x = HALF_THREADS) in;

// 0 padded (height + 2, width + 2, channels)   1 mask, as dx   2 the mask's bits (half.h)
// 3 dx (height, width, channels)
KERNEL4(HalfFoldParams, Uvec4s, Uvec4s, Uints, Uvec4s)

void main() {
    const uint parts = p.channels / HALF_PART;
    const uint count = p.height * p.width * parts;
    for (uint at = gl_GlobalInvocationID.x; at < count; at += HALF_THREADS * gl_NumWorkGroups.x) {
        const uint part = at % parts;
        const uint y = at / parts / p.width;
        const uint x = at / parts % p.width;
        // Rows and columns of the padded map that stand for this pixel: its own, and the rim's.
        const uint top = y == 0 && p.replicate_y != 0 ? 0 : y + 1;
        const uint bottom = y == p.height - 1 && p.replicate_y != 0 ? y + 2 : y + 1;
        const uint left = x == 0 && p.replicate_x != 0 ? 0 : x + 1;
        const uint right = x == p.width - 1 && p.replicate_x != 0 ? x + 2 : x + 1;
        float sum[8] = float[8](0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (uint r = top; r <= bottom; ++r) {
            for (uint c = left; c <= right; ++c) {
                float v[8];
                unpack_part(B0[(r * (p.width + 2) + c) * parts + part], v);
                [[unroll]] for (uint i = 0; i < 8; ++i) {
                    sum[i] += v[i];
                }
            }
        }
        if (p.mask != HALF_MASK_NONE) {
            const uint window = (y / 2 * ((p.width + 1) / 2) + x / 2) * parts + part;
            const uint mask = p.mask == HALF_MASK_MAP ? positive_bits(B1[at])
                                                      : B2[window] >> 8 * (y % 2 * 2 + x % 2);
            [[unroll]] for (uint i = 0; i < 8; ++i) {
                sum[i] = (mask & 1u << i) != 0 ? sum[i] : 0.0;
            }
        }
        B3[at] = pack_part(sum);
    }
}
