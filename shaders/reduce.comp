// Partial sums of a[i] b[i]: see src/nn/reduce.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "reduce.glsl"

layout(local_size_x = REDUCE_THREADS) in;

// 0 a   1 b   2 partials
KERNEL3(ReduceParams, Floats, Floats, Floats)

void main() {
    float sum = 0.0;
    for (uint i = gl_GlobalInvocationID.x; i < p.count; i += REDUCE_PARTIALS * REDUCE_THREADS) {
        sum = fma(B0[i], B1[i], sum);
    }
    sum = workgroup_sum(sum);
    if (gl_LocalInvocationID.x == 0) {
        B2[p.partial + gl_WorkGroupID.x] = sum;
    }
}
