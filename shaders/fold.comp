// Adds the rim of a padded gradient onto the edge: see src/nn/fold.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "fold.h"

layout(local_size_x = FOLD_THREADS) in;

// 0 padded (channels, height + 2, width + 2)   1 mask, as dx   2 dx (channels, height, width)
KERNEL3(FoldParams, Floats, Floats, Floats)

void fold(uint channel, uint pixel) {
    const uint y = pixel / p.width;
    const uint x = pixel % p.width;
    // Rows and columns of the padded map that stand for this pixel: its own, and the rim's.
    const uint top = y == 0 && p.replicate_y != 0 ? 0 : y + 1;
    const uint bottom = y == p.height - 1 && p.replicate_y != 0 ? y + 2 : y + 1;
    const uint left = x == 0 && p.replicate_x != 0 ? 0 : x + 1;
    const uint right = x == p.width - 1 && p.replicate_x != 0 ? x + 2 : x + 1;
    const uint base = channel * (p.height + 2) * (p.width + 2);
    float sum = 0.0;
    for (uint r = top; r <= bottom; ++r) {
        for (uint c = left; c <= right; ++c) {
            sum += B0[base + r * (p.width + 2) + c];
        }
    }
    const uint at = channel * p.height * p.width + pixel;
    if (p.masked != 0 && !(B1[at] > 0.0)) {
        sum = 0.0;
    }
    B2[at] = sum;
}

void main() {
    for (uint pixel = gl_GlobalInvocationID.x; pixel < p.height * p.width;
         pixel += FOLD_THREADS * gl_NumWorkGroups.x) {
        fold(gl_WorkGroupID.y, pixel);
    }
}
