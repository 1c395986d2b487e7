// 2x2 pooling that notes where the gradient will go: see src/nn/pool_switches.h.
//
// A thread pools 8 windows and writes their switches as one word:
//
//     bit   31 .. 28        ...        7 6 5 4   3 2 1 0
//           window 7                   window 1  window 0, its pixels  0 1
//                                                                      2 3
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "pool.h"

layout(local_size_x = POOL_THREADS) in;
layout(constant_id = 0) const bool AVERAGE = false;

// 0 x (channels, in_height, in_width)   1 y (channels, out_height, out_width)
// 2 switches (channels, windows / 8)
KERNEL3(PoolParams, Floats, Floats, Uints)

void pool(uint channel, uint word, uint words) {
    const uint windows = p.out_height * p.out_width;
    uint switches = 0;
    for (uint k = 0; k < 8; ++k) {
        const uint window = 8 * word + k;
        if (window >= windows) {
            break;
        }
        const uint from = channel * p.in_height * p.in_width +
                          2 * (window / p.out_width * p.in_width + window % p.out_width);
        float result = 0.0;
        uint first = 0;  // of equal maxima, in reading order, as PyTorch does
        uint positive = 0;
        [[unroll]] for (uint pixel = 0; pixel < 4; ++pixel) {
            const float v = B0[from + pixel / 2 * p.in_width + pixel % 2];
            positive |= v > 0.0 ? 1u << pixel : 0u;
            if (AVERAGE) {
                result += 0.25 * v;
            } else {
                first = pixel > 0 && v > result ? pixel : first;
                result = pixel == 0 ? v : max(result, v);
            }
        }
        B1[channel * windows + window] = result;
        switches |= (AVERAGE ? positive : positive & 1u << first) << 4 * k;
    }
    B2[channel * words + word] = switches;
}

void main() {
    const uint words = (p.out_height * p.out_width + 7) / 8;
    for (uint word = gl_GlobalInvocationID.x; word < words;
         word += POOL_THREADS * gl_NumWorkGroups.x) {
        pool(gl_WorkGroupID.y, word, words);
    }
}
