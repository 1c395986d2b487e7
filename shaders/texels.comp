// A picture as the texels of an image: see src/nn/texels.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "texels.glsl"

layout(local_size_x = TEXELS_THREADS) in;

// 0 picture (3, H, W)   1 content (3, H, W)   2 alpha (H, W)   3 texels, 1, 2 or 4 words each
KERNEL4(TexelsParams, Floats, Floats, Floats, Uints)

float luma(vec3 v) { return dot(v, vec3(0.299, 0.587, 0.114)); }

// See image/colors.h.
vec3 with_colors_of(vec3 content, vec3 picture) {
    const float y = luma(picture);
    const vec3 chroma = content - luma(content);
    float keep = 1.0;
    for (uint c = 0; c < 3; ++c) {
        if (y + chroma[c] > 1.0) {
            keep = min(keep, (1.0 - y) / chroma[c]);
        }
        if (y + chroma[c] < 0.0) {
            keep = min(keep, -y / chroma[c]);
        }
    }
    return y + keep * chroma;
}

void main() {
    if (gl_GlobalInvocationID.x >= p.width) {
        return;
    }
    const uint count = p.width * p.height;
    const uint i = gl_GlobalInvocationID.y * p.width + gl_GlobalInvocationID.x;
    vec4 v = vec4(B0[i], B0[count + i], B0[2 * count + i], 1.0);
    if (p.has_alpha != 0) {
        v.a = B2[i];
    }
    v = clamped(v);
    if (p.keeps_colors != 0) {
        const vec3 content = vec3(B1[i], B1[count + i], B1[2 * count + i]);
        v = clamped(vec4(with_colors_of(content, v.rgb), v.a));
    }
    if (FORMAT == TEXELS_RGBA8) {
        // As image/encode.cpp rounds, to the bit: no fused multiplication.
        precise vec4 scaled = v * 255.0;
        scaled += 0.5;
        const uvec4 bytes = uvec4(scaled);
        B3[i] = bytes.r | bytes.g << 8 | bytes.b << 16 | bytes.a << 24;
        return;
    }
    v.rgb = to_linear(v.rgb);
    if (FORMAT == TEXELS_RGBA16F) {
        B3[2 * i] = packHalf2x16(v.rg);
        B3[2 * i + 1] = packHalf2x16(v.ba);
    } else {
        for (uint c = 0; c < 4; ++c) {
            B3[4 * i + c] = floatBitsToUint(v[c]);
        }
    }
}
