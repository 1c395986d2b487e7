// 2x2 pooling, stride 2: see src/nn/pool.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "pool.h"

layout(local_size_x = POOL_THREADS) in;
layout(constant_id = 0) const uint BORDER_Y = BORDER_ZERO;
layout(constant_id = 1) const uint BORDER_X = BORDER_ZERO;
layout(constant_id = 2) const bool AVERAGE = false;

// 0 x (channels, in_height, in_width)   1 y (channels, out_height, out_width)
KERNEL2(PoolParams, Floats, Floats)

void pool(uint channel, uint pixel) {
    const int y = int(pixel / p.out_width) * 2;
    const int x = int(pixel % p.out_width) * 2;
    const uint base = channel * p.in_height * p.in_width;
    float result = 0.0;
    [[unroll]] for (int k = 0; k < 4; ++k) {
        // Inside: a window that reads zero beyond the edge is never made (the sizes are floored).
        const int sy = border_index(y + k / 2, int(p.in_height), BORDER_Y);
        const int sx = border_index(x + k % 2, int(p.in_width), BORDER_X);
        const float v = B0[base + uint(sy) * p.in_width + uint(sx)];
        result = AVERAGE ? result + 0.25 * v : k == 0 ? v : max(result, v);
    }
    B1[channel * p.out_height * p.out_width + pixel] = result;
}

void main() {
    for (uint pixel = gl_GlobalInvocationID.x; pixel < p.out_height * p.out_width;
         pixel += POOL_THREADS * gl_NumWorkGroups.x) {
        pool(gl_WorkGroupID.y, pixel);
    }
}
