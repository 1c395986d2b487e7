// y = factor x, or y += factor x: see src/nn/blend.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "blend.h"

layout(local_size_x = BLEND_THREADS) in;

// 0 x   1 y
KERNEL2(BlendParams, Floats, Floats)

void main() {
    for (uint i = gl_GlobalInvocationID.x; i < p.count; i += BLEND_THREADS * gl_NumWorkGroups.x) {
        B1[i] = p.accumulate != 0 ? fma(p.factor, B0[i], B1[i]) : p.factor * B0[i];
    }
}
