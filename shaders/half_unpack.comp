// A map of 16-bit floats, channels last, to a planar one of 32 bits: see src/nn/half.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "half.glsl"

layout(local_size_x = HALF_THREADS) in;

// 0 x (plane, channels filled up)   1 y (channels, plane)
KERNEL2(HalfUnpackParams, Uvec4s, Floats)

void main() {
    const uint parts = (p.channels + HALF_PAD - 1) / HALF_PAD * (HALF_PAD / HALF_PART);
    const uint part = gl_WorkGroupID.y;
    for (uint pixel = gl_GlobalInvocationID.x; pixel < p.plane;
         pixel += HALF_THREADS * gl_NumWorkGroups.x) {
        float v[8];
        unpack_part(B0[pixel * parts + part], v);
        [[unroll]] for (uint i = 0; i < 8; ++i) {
            const uint channel = part * HALF_PART + i;
            if (channel < p.channels) {
                B1[channel * p.plane + pixel] = p.scale * v[i];
            }
        }
    }
}
