// a - b, the partial sums of its square, and what becomes of it: see src/nn/reduce.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "reduce.glsl"

layout(local_size_x = REDUCE_THREADS) in;
// 0: out = a - b.  1: out = factor (a - b) where a > 0, else 0.  2: out += the same.
layout(constant_id = 0) const uint MODE = 0;

// 0 a   1 b   2 out   3 factors   4 partials
KERNEL5(DifferenceParams, Floats, Floats, Floats, Floats, Floats)

void main() {
    const float factor = MODE == 0 ? 1.0 : B3[p.factor];
    float sum = 0.0;
    for (uint i = gl_GlobalInvocationID.x; i < p.count; i += REDUCE_PARTIALS * REDUCE_THREADS) {
        const float a = B0[i];
        const float d = a - B1[i];
        sum = fma(d, d, sum);
        if (MODE == 0) {
            B2[i] = d;
        } else {
            const float g = a > 0.0 ? factor * d : 0.0;
            B2[i] = MODE == 2 ? B2[i] + g : g;
        }
    }
    sum = workgroup_sum(sum);
    if (gl_LocalInvocationID.x == 0) {
        B4[p.partial + gl_WorkGroupID.x] = sum;
    }
}
