// Partial sums of (a - b)^2 over maps of 16-bit floats, and the gradient from it: see
// src/nn/half_difference.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "half.glsl"
#include "reduce.glsl"

layout(local_size_x = REDUCE_THREADS) in;
// 0: only the sums of a^2.  1: gradient = factor (a - b) where a > 0, else 0.  2: gradient += the same.
layout(constant_id = 0) const uint MODE = 0;

// 0 a   1 b   2 gradient   3 factors   4 partials
KERNEL5(HalfDifferenceParams, Uvec4s, Uvec4s, Uvec4s, Floats, Floats)

void main() {
    const float factor = MODE == 0 ? 1.0 : B3[p.factor];
    float sum = 0.0;
    for (uint at = gl_GlobalInvocationID.x; at < p.count; at += REDUCE_PARTIALS * REDUCE_THREADS) {
        float a[8];
        unpack_part(B0[at], a);
        if (MODE == 0) {
            [[unroll]] for (uint i = 0; i < 8; ++i) {
                sum = fma(a[i], a[i], sum);
            }
            continue;
        }
        float b[8];
        float g[8];
        unpack_part(B1[at], b);
        if (MODE == 2) {
            unpack_part(B2[at], g);
        }
        [[unroll]] for (uint i = 0; i < 8; ++i) {
            const float d = a[i] - b[i];
            sum = fma(d, d, sum);
            const float own = a[i] > 0.0 ? factor * d : 0.0;
            g[i] = MODE == 2 ? g[i] + own : own;
        }
        B2[at] = pack_part(g);
    }
    sum = workgroup_sum(sum);
    if (gl_LocalInvocationID.x == 0) {
        B4[p.partial + gl_WorkGroupID.x] = sum;
    }
}
