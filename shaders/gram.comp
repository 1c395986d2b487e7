// Partial Gram matrices: see src/nn/gram.h.
//
// A workgroup computes one 8x8 tile over one chunk of pixels. Its threads take neighbouring pixels,
// so all loads are contiguous; each keeps all 64 products of its pixels, and at the end thread t
// adds entry t over the threads, in a fixed order.
//
//            channels j                       pixels of a chunk
//         +--+--+--+--+                 thread 0  1  2 ... 63  0  1 ...
//       i |00|01|02|03|               i rows .  .  .      .   .  .
//         +--+--+--+--+               j rows .  .  .      .   .  .
//            |11|12|13|   upper tiles only; gram_sum mirrors them
//            +--+--+--+
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "gram.h"

layout(local_size_x = GRAM_THREADS) in;
layout(constant_id = 0) const bool WEIGHTED = false;

// 0 features (channels, pixels)   1 weight of each pixel (pixels)   2 partials (chunks, pairs, 8, 8)
KERNEL3(GramParams, Floats, Floats, Floats)

shared float products[GRAM_TILE * GRAM_TILE][GRAM_THREADS];

void main() {
    const uint blocks = (p.channels + GRAM_TILE - 1) / GRAM_TILE;
    uint i0 = 0;
    uint rest = gl_WorkGroupID.y;
    while (rest >= blocks - i0) {
        rest -= blocks - i0;
        ++i0;
    }
    const uint j0 = i0 + rest;
    const uint chunk = gl_WorkGroupID.x;
    const uint lane = gl_LocalInvocationID.x;

    // Channels beyond the last read the last; gram_sum leaves their products out.
    uint row[GRAM_TILE];
    uint column[GRAM_TILE];
    [[unroll]] for (uint k = 0; k < GRAM_TILE; ++k) {
        row[k] = min(i0 * GRAM_TILE + k, p.channels - 1) * p.pixels;
        column[k] = min(j0 * GRAM_TILE + k, p.channels - 1) * p.pixels;
    }
    float sum[GRAM_TILE][GRAM_TILE];
    [[unroll]] for (uint i = 0; i < GRAM_TILE; ++i) {
        [[unroll]] for (uint j = 0; j < GRAM_TILE; ++j) {
            sum[i][j] = 0.0;
        }
    }
    const uint end = min((chunk + 1) * GRAM_CHUNK, p.pixels);
    for (uint pixel = chunk * GRAM_CHUNK + lane; pixel < end; pixel += GRAM_THREADS) {
        float right[GRAM_TILE];
        [[unroll]] for (uint j = 0; j < GRAM_TILE; ++j) {
            right[j] = B0[column[j] + pixel];
        }
        const float weight = WEIGHTED ? B1[pixel] : 1.0;
        [[unroll]] for (uint i = 0; i < GRAM_TILE; ++i) {
            float left = B0[row[i] + pixel];
            if (WEIGHTED) {
                left *= weight;
            }
            [[unroll]] for (uint j = 0; j < GRAM_TILE; ++j) {
                sum[i][j] = fma(left, right[j], sum[i][j]);
            }
        }
    }
    [[unroll]] for (uint i = 0; i < GRAM_TILE; ++i) {
        [[unroll]] for (uint j = 0; j < GRAM_TILE; ++j) {
            products[i * GRAM_TILE + j][lane] = sum[i][j];
        }
    }
    barrier();
    float total = 0.0;
    for (uint k = 0; k < GRAM_THREADS; ++k) {
        total += products[lane][(k + lane) % GRAM_THREADS];
    }
    B2[(chunk * p.pairs + gl_WorkGroupID.y) * GRAM_THREADS + lane] = total;
}
