// Weights, or a symmetric matrix, from 32-bit floats into what half_conv.comp reads: see
// src/nn/half.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "half.glsl"

layout(local_size_x = HALF_THREADS) in;

// 0 the source, `taps` words a filter   1 packed (taps, in_channels, out_channels), both filled up
KERNEL2(HalfPackParams, Floats, Uvec4s)

void main() {
    const uint parts = (p.out_channels + HALF_PAD - 1) / HALF_PAD * (HALF_PAD / HALF_PART);
    const uint rows = (p.in_channels + HALF_PAD - 1) / HALF_PAD * HALF_PAD;
    const uint count = p.taps * rows * parts;
    for (uint at = gl_GlobalInvocationID.x; at < count; at += HALF_THREADS * gl_NumWorkGroups.x) {
        const uint in_channel = at / parts % rows;
        const uint tap = at / (parts * rows);
        float v[8];
        [[unroll]] for (uint i = 0; i < 8; ++i) {
            const uint out_channel = at % parts * HALF_PART + i;
            v[i] = 0.0;
            if (out_channel < p.out_channels && in_channel < p.in_channels) {
                v[i] = p.scale * B0[out_channel * p.out_step + in_channel * p.in_step +
                                    (p.rotate != 0 ? p.taps - 1 - tap : tap)];
            }
        }
        B1[at] = pack_part(v);
    }
}
