// The gradient of 2x2 pooling from its switches: see src/nn/pool_switches.h.
//
// A thread takes one window and writes its four pixels.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "pool.h"

layout(local_size_x = POOL_THREADS) in;
layout(constant_id = 0) const bool AVERAGE = false;

// 0 switches (channels, windows / 8)   1 dy (channels, out_height, out_width)
// 2 dx (channels, in_height, in_width)
KERNEL3(PoolParams, Uints, Floats, Floats)

void unpool(uint channel, uint window) {
    const uint across = (p.in_width + 1) / 2;
    const uint wy = window / across;
    const uint wx = window % across;
    const uint windows = p.out_height * p.out_width;
    // Beyond the last window lies the dropped end of an odd axis.
    uint switches = 0;
    float share = 0.0;
    if (wy < p.out_height && wx < p.out_width) {
        const uint at = wy * p.out_width + wx;
        switches = B0[channel * ((windows + 7) / 8) + at / 8] >> at % 8 * 4;
        share = (AVERAGE ? 0.25 : 1.0) * B1[channel * windows + at];
    }
    const uint base = channel * p.in_height * p.in_width + 2 * (wy * p.in_width + wx);
    [[unroll]] for (uint k = 0; k < 4; ++k) {
        if (2 * wy + k / 2 < p.in_height && 2 * wx + k % 2 < p.in_width) {
            B2[base + k / 2 * p.in_width + k % 2] = (switches & 1u << k) != 0 ? share : 0.0;
        }
    }
}

void main() {
    const uint count = (p.in_height + 1) / 2 * ((p.in_width + 1) / 2);
    for (uint i = gl_GlobalInvocationID.x; i < count; i += POOL_THREADS * gl_NumWorkGroups.x) {
        unpool(gl_WorkGroupID.y, i);
    }
}
