// The gradient of a Gram matrix, added to the gradient of the features: see src/nn/gram.h.
//
// A 1x1 convolution with the matrix: a thread computes 8 channels of 8 pixels, GRAM_THREADS apart so
// that neighbouring threads read neighbouring pixels; the matrix is read uniformly.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "gram.h"

layout(local_size_x = GRAM_THREADS) in;
layout(constant_id = 0) const bool WEIGHTED = false;
layout(constant_id = 1) const bool ACCUMULATE = false;

// 0 features (channels, pixels)      1 weight of each pixel (pixels)
// 2 dgram (channels, channels)       3 factors
// 4 gradient, as features
KERNEL5(GramBackwardParams, Floats, Floats, Floats, Floats, Floats)

void main() {
    const uint first = gl_WorkGroupID.x * GRAM_THREADS * GRAM_BACK_PIXELS + gl_LocalInvocationID.x;
    const uint channel0 = gl_WorkGroupID.y * GRAM_BACK_CHANNELS;
    uint pixel[GRAM_BACK_PIXELS];
    [[unroll]] for (uint k = 0; k < GRAM_BACK_PIXELS; ++k) {
        pixel[k] = min(first + k * GRAM_THREADS, p.pixels - 1);
    }
    float sum[GRAM_BACK_CHANNELS][GRAM_BACK_PIXELS];
    [[unroll]] for (uint i = 0; i < GRAM_BACK_CHANNELS; ++i) {
        [[unroll]] for (uint k = 0; k < GRAM_BACK_PIXELS; ++k) {
            sum[i][k] = 0.0;
        }
    }
    uint base = 0;
    // The matrix is symmetric: row j serves as column j, and its 8 entries lie side by side.
    uint row = channel0;
    for (uint j = 0; j < p.channels; ++j) {
        float v[GRAM_BACK_PIXELS];
        [[unroll]] for (uint k = 0; k < GRAM_BACK_PIXELS; ++k) {
            v[k] = B0[base + pixel[k]];
        }
        [[unroll]] for (uint i = 0; i < GRAM_BACK_CHANNELS; ++i) {
            const float d = B2[row + i];
            [[unroll]] for (uint k = 0; k < GRAM_BACK_PIXELS; ++k) {
                sum[i][k] = fma(d, v[k], sum[i][k]);
            }
        }
        base += p.pixels;
        row += p.channels;
    }
    const float factor = B3[p.factor];
    [[unroll]] for (uint k = 0; k < GRAM_BACK_PIXELS; ++k) {
        if (first + k * GRAM_THREADS >= p.pixels) {
            return;
        }
        const float scale = WEIGHTED ? factor * B1[pixel[k]] : factor;
        [[unroll]] for (uint i = 0; i < GRAM_BACK_CHANNELS; ++i) {
            if (channel0 + i < p.channels) {
                const uint at = (channel0 + i) * p.pixels + pixel[k];
                const float g = B0[at] > 0.0 ? scale * sum[i][k] : 0.0;
                B4[at] = ACCUMULATE ? B4[at] + g : g;
            }
        }
    }
}
