// Keeps the image when objective.comp found it the best so far: see src/nn/objective.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "blend.h"
#include "objective.h"

layout(local_size_x = BLEND_THREADS) in;

// 0 x   1 best   2 state
KERNEL3(KeepBestParams, Floats, Floats, Uints)

void main() {
    if (B2[STATE_IMPROVED] == 0) {
        return;
    }
    for (uint i = gl_GlobalInvocationID.x; i < p.count; i += BLEND_THREADS * gl_NumWorkGroups.x) {
        B1[i] = B0[i];
    }
}
