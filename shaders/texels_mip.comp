// A mip level from the one before: see src/nn/texels.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "texels.glsl"

layout(local_size_x = TEXELS_THREADS) in;

// 0 texels of all levels, 1, 2 or 4 words each
KERNEL1(TexelsMipParams, Uints)

// In linear light.
vec4 texel(uint x, uint y) {
    const uint i = p.from + min(y, p.from_height - 1) * p.from_width + min(x, p.from_width - 1);
    if (FORMAT == TEXELS_RGBA8) {
        const uint word = B0[i];
        const vec4 v = vec4(word & 0xff, word >> 8 & 0xff, word >> 16 & 0xff, word >> 24) / 255.0;
        return vec4(to_linear(v.rgb), v.a);
    }
    if (FORMAT == TEXELS_RGBA16F) {
        return vec4(unpackHalf2x16(B0[2 * i]), unpackHalf2x16(B0[2 * i + 1]));
    }
    return vec4(uintBitsToFloat(B0[4 * i]), uintBitsToFloat(B0[4 * i + 1]),
                uintBitsToFloat(B0[4 * i + 2]), uintBitsToFloat(B0[4 * i + 3]));
}

void main() {
    if (gl_GlobalInvocationID.x >= p.to_width) {
        return;
    }
    const uint x = 2 * gl_GlobalInvocationID.x;
    const uint y = 2 * gl_GlobalInvocationID.y;
    const vec4 v = 0.25 * (texel(x, y) + texel(x + 1, y) + texel(x, y + 1) + texel(x + 1, y + 1));
    const uint i = p.to + gl_GlobalInvocationID.y * p.to_width + gl_GlobalInvocationID.x;
    if (FORMAT == TEXELS_RGBA8) {
        const uvec4 bytes = uvec4(round(clamped(vec4(to_srgb(v.rgb), v.a)) * 255.0));
        B0[i] = bytes.r | bytes.g << 8 | bytes.b << 16 | bytes.a << 24;
    } else if (FORMAT == TEXELS_RGBA16F) {
        B0[2 * i] = packHalf2x16(v.rg);
        B0[2 * i + 1] = packHalf2x16(v.ba);
    } else {
        for (uint c = 0; c < 4; ++c) {
            B0[4 * i + c] = floatBitsToUint(v[c]);
        }
    }
}
