// x *= mask, pixel by pixel: see src/nn/mask.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "mask.h"

layout(local_size_x = MASK_THREADS) in;

// 0 mask (plane)   1 x (count / plane, plane)
KERNEL2(MaskParams, Floats, Floats)

void main() {
    for (uint i = gl_GlobalInvocationID.x; i < p.count; i += MASK_THREADS * gl_NumWorkGroups.x) {
        B1[i] *= B0[i % p.plane];
    }
}
