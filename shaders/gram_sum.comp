// Adds partial Gram matrices up, chunk after chunk, and writes both triangles: see src/nn/gram.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "gram.h"

layout(local_size_x = GRAM_THREADS) in;

// 0 partials (chunks, pairs, 8, 8)   1 gram (channels, channels)
KERNEL2(GramParams, Floats, Floats)

void main() {
    const uint blocks = (p.channels + GRAM_TILE - 1) / GRAM_TILE;
    const uint pair = gl_WorkGroupID.x;
    uint i0 = 0;
    uint rest = pair;
    while (rest >= blocks - i0) {
        rest -= blocks - i0;
        ++i0;
    }
    const uint lane = gl_LocalInvocationID.x;
    const uint i = i0 * GRAM_TILE + lane / GRAM_TILE;
    const uint j = (i0 + rest) * GRAM_TILE + lane % GRAM_TILE;
    if (i >= p.channels || j >= p.channels || j < i) {
        return;
    }
    float sum = 0.0;
    for (uint chunk = 0; chunk < p.chunks; ++chunk) {
        sum += B0[(chunk * p.pairs + pair) * GRAM_THREADS + lane];
    }
    sum *= p.scale;
    B1[i * p.channels + j] = sum;
    B1[j * p.channels + i] = sum;
}
