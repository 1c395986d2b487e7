// Total variation of an image and its gradient: see src/nn/total_variation.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "reduce.glsl"
#include "total_variation.h"

layout(local_size_x = REDUCE_THREADS) in;

// 0 x (channels, height, width)   1 gradient, as x   2 factors   3 partials
KERNEL4(TotalVariationParams, Floats, Floats, Floats, Floats)

void main() {
    const float weight = B2[p.factor];
    const uint plane = p.height * p.width;
    float sum = 0.0;
    for (uint i = gl_GlobalInvocationID.x; i < p.channels * plane;
         i += REDUCE_PARTIALS * REDUCE_THREADS) {
        const uint pixel = i % plane;
        const uint base = i - pixel;
        const uint y = pixel / p.width;
        const uint x = pixel % p.width;
        const float v = B0[i];
        float gradient = 0.0;
        // Each pixel owns the difference to the next one and shares in that of the previous one.
        if (y + 1 < p.height || p.wrap_y != 0) {
            const uint below = y + 1 < p.height ? y + 1 : 0;
            const float d = B0[base + below * p.width + x] - v;
            sum += p.inverse_y * d * d;
            gradient -= p.inverse_y * d;
        }
        if (y > 0 || p.wrap_y != 0) {
            const uint above = y > 0 ? y - 1 : p.height - 1;
            gradient += p.inverse_y * (v - B0[base + above * p.width + x]);
        }
        if (x + 1 < p.width || p.wrap_x != 0) {
            const uint right = x + 1 < p.width ? x + 1 : 0;
            const float d = B0[base + y * p.width + right] - v;
            sum += p.inverse_x * d * d;
            gradient -= p.inverse_x * d;
        }
        if (x > 0 || p.wrap_x != 0) {
            const uint left = x > 0 ? x - 1 : p.width - 1;
            gradient += p.inverse_x * (v - B0[base + y * p.width + left]);
        }
        B1[i] += 2.0 * weight * gradient;
    }
    sum = workgroup_sum(sum);
    if (gl_LocalInvocationID.x == 0) {
        B3[p.partial + gl_WorkGroupID.x] = sum;
    }
}
