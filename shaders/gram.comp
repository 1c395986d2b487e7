// Partial Gram matrices: see src/nn/gram.h.
//
// A workgroup computes one tile over one chunk of pixels. Its threads take neighbouring pixels, so that
// all loads are contiguous; each keeps all products of its pixels, and at the end they are added over
// the threads, in a fixed order.
//
//            channels j                       pixels of a chunk
//         +--+--+--+--+                 thread 0  1  2 ... n  0  1 ...
//       i |00|01|02|03|               i rows .  .  .      .  .  .
//         +--+--+--+--+               j rows .  .  .      .  .  .
//            |11|12|13|   upper tiles only; gram_sum mirrors them
//            +--+--+--+
//
// WIDE: tiles of 16x16 instead of 8x8, two pixels a load (their number must be even).
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "gram.h"

#ifdef WIDE
#define TILE GRAM_WIDE_TILE
#define THREADS GRAM_WIDE_THREADS
#define LOAD(i) from_pair(B0[i])
#define ADD(sum, a, b) sum = fma((a).y, (b).y, fma((a).x, (b).x, sum))
#define VALUE vec2
#define PIXELS 2
#else
#define TILE GRAM_TILE
#define THREADS GRAM_THREADS
#define LOAD(i) B0[i]
#define ADD(sum, a, b) sum = fma(a, b, sum)
#define VALUE float
#define PIXELS 1
#endif

layout(local_size_x = THREADS) in;
layout(constant_id = 0) const bool WEIGHTED = false;

// 0 features (channels, pixels)   1 weight of each pixel (pixels)
// 2 partials (chunks, pairs, TILE, TILE)
#ifdef WIDE
KERNEL3(GramParams, Pairs, Pairs, Floats)
#define LOAD_WEIGHT(i) from_pair(B1[i])
#else
KERNEL3(GramParams, Floats, Floats, Floats)
#define LOAD_WEIGHT(i) B1[i]
#endif

shared float products[TILE * TILE][THREADS];

void main() {
    const uint blocks = (p.channels + TILE - 1) / TILE;
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
    const uint pixels = p.pixels / PIXELS;
    uint row[TILE];
    uint column[TILE];
    [[unroll]] for (uint k = 0; k < TILE; ++k) {
        row[k] = min(i0 * TILE + k, p.channels - 1) * pixels;
        column[k] = min(j0 * TILE + k, p.channels - 1) * pixels;
    }
    float sum[TILE][TILE];
    [[unroll]] for (uint i = 0; i < TILE; ++i) {
        [[unroll]] for (uint j = 0; j < TILE; ++j) {
            sum[i][j] = 0.0;
        }
    }
    const uint end = min((chunk + 1) * GRAM_CHUNK / PIXELS, pixels);
    for (uint pixel = chunk * GRAM_CHUNK / PIXELS + lane; pixel < end; pixel += THREADS) {
        VALUE right[TILE];
        [[unroll]] for (uint j = 0; j < TILE; ++j) {
            right[j] = LOAD(column[j] + pixel);
        }
        const VALUE weight = WEIGHTED ? LOAD_WEIGHT(pixel) : VALUE(1.0);
        [[unroll]] for (uint i = 0; i < TILE; ++i) {
            VALUE left = LOAD(row[i] + pixel);
            if (WEIGHTED) {
                left *= weight;
            }
            [[unroll]] for (uint j = 0; j < TILE; ++j) {
                ADD(sum[i][j], left, right[j]);
            }
        }
    }
    [[unroll]] for (uint i = 0; i < TILE; ++i) {
        [[unroll]] for (uint j = 0; j < TILE; ++j) {
            products[i * TILE + j][lane] = sum[i][j];
        }
    }
    barrier();
    const uint tile = (chunk * p.pairs + gl_WorkGroupID.y) * TILE * TILE;
    for (uint entry = lane; entry < TILE * TILE; entry += THREADS) {
        float total = 0.0;
        [[unroll]] for (uint k = 0; k < THREADS; ++k) {
            total += products[entry][(k + lane) % THREADS];
        }
        B2[tile + entry] = total;
    }
}
