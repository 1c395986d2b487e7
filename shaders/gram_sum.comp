// Adds partial Gram matrices up, chunk after chunk, and writes both triangles: see src/nn/gram.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "gram.h"

layout(local_size_x = GRAM_SUM_THREADS) in;
layout(constant_id = 0) const uint TILE = GRAM_TILE;

// 0 partials (chunks, pairs, TILE, TILE)   1 gram (channels, channels)
KERNEL2(GramParams, Floats, Floats)

void main() {
    const uint blocks = (p.channels + TILE - 1) / TILE;
    const uint pair = gl_WorkGroupID.x;
    uint i0 = 0;
    uint rest = pair;
    while (rest >= blocks - i0) {
        rest -= blocks - i0;
        ++i0;
    }
    for (uint entry = gl_WorkGroupID.y * GRAM_SUM_THREADS + gl_LocalInvocationID.x;
         entry < TILE * TILE; entry += gl_NumWorkGroups.y * GRAM_SUM_THREADS) {
        const uint i = i0 * TILE + entry / TILE;
        const uint j = (i0 + rest) * TILE + entry % TILE;
        if (i >= p.channels || j >= p.channels || j < i) {
            continue;
        }
        float sum = 0.0;
        for (uint chunk = 0; chunk < p.chunks; ++chunk) {
            sum += B0[(chunk * p.pairs + pair) * TILE * TILE + entry];
        }
        sum *= p.scale;
        B1[i * p.channels + j] = sum;
        B1[j * p.channels + i] = sum;
    }
}
