// The gradient of a Gram matrix, added to the gradient of the features: see src/nn/gram.h.
//
// A 1x1 convolution with the matrix. A thread computes 16 channels of 8 pixels; neighbouring threads
// take neighbouring pixels, so that loads of features are contiguous, and the matrix is read uniformly.
// Two input channels a turn, for longer chains between the loads. The workgroups of the same pixels
// follow one another: they find the features in the caches.
//
// WIDE: a thread computes 64 channels of 4 pixels, which are loaded two at once, and loads 2 of 16
// entries of a row for its subgroup to share; see winograd_multiply.comp. The numbers of pixels and of
// channels must then be even.
#version 450
#extension GL_GOOGLE_include_directive : require
#ifdef WIDE
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_ballot : require
#endif
#include "kernel.glsl"
#include "gram.h"

#ifdef WIDE
#define THREADS GRAM_BACK_WIDE_THREADS
#define CHANNELS GRAM_BACK_WIDE_CHANNELS
#define PIXELS GRAM_BACK_WIDE_PIXELS
#else
#define THREADS GRAM_BACK_THREADS
#define CHANNELS GRAM_BACK_CHANNELS
#define PIXELS GRAM_BACK_PIXELS
#endif

layout(local_size_x = THREADS) in;
layout(constant_id = 0) const bool WEIGHTED = false;
layout(constant_id = 1) const bool ACCUMULATE = false;

// 0 features (channels, pixels)      1 weight of each pixel (pixels)
// 2 dgram (channels, channels)       3 factors
// 4 gradient, as features
#ifdef WIDE
KERNEL5(GramBackwardParams, Pairs, Pairs, Pairs, Floats, Pairs)
#define PER_LOAD 2
#define VALUE vec2
#define LOAD(buffer, i) from_pair(buffer[i])
#define STORE(buffer, i, v) buffer[i] = to_pair(v)
#define MULTIPLY_ADD(sum, d, v) sum = vec2(fma(d, v.x, sum.x), fma(d, v.y, sum.y))
#define ZERO_BELOW(x, v) vec2(x.x > 0.0 ? v.x : 0.0, x.y > 0.0 ? v.y : 0.0)
#else
KERNEL5(GramBackwardParams, Floats, Floats, Floats, Floats, Floats)
#define PER_LOAD 1
#define VALUE float
#define LOAD(buffer, i) buffer[i]
#define STORE(buffer, i, v) buffer[i] = v
#define MULTIPLY_ADD(sum, d, v) sum = fma(d, v, sum)
#define ZERO_BELOW(x, v) (x > 0.0 ? v : 0.0)
#endif

const uint LOADS = PIXELS / PER_LOAD;

// Entries channel0 .. channel0 + CHANNELS - 1 of row j. The matrix is symmetric: a row serves as a column.
void load_row(uint j, uint channel0, out float d[CHANNELS]) {
#ifdef WIDE
    const uint row = (j * p.channels + channel0) / 2 + gl_LocalInvocationID.x;
    [[unroll]] for (uint i0 = 0; i0 < CHANNELS; i0 += 2 * THREADS) {
        const vec2 mine = from_pair(B2[row + i0 / 2]);
        [[unroll]] for (uint i = 0; i < THREADS; ++i) {
            const vec2 two = subgroupBroadcast(mine, i);
            d[i0 + 2 * i] = two.x;
            d[i0 + 2 * i + 1] = two.y;
        }
    }
#else
    [[unroll]] for (uint i = 0; i < CHANNELS; ++i) {
        d[i] = B2[j * p.channels + channel0 + i];
    }
#endif
}

void main() {
    const uint pixels = p.pixels / PER_LOAD;  // counted in loads from here on
    const uint group = gl_WorkGroupID.z * GRAM_BACK_GROUPS + gl_WorkGroupID.y;
    const uint first = group * THREADS * LOADS + gl_LocalInvocationID.x;
    const uint channel0 = gl_WorkGroupID.x * CHANNELS;
    uint pixel[LOADS];
    [[unroll]] for (uint k = 0; k < LOADS; ++k) {
        pixel[k] = min(first + k * THREADS, pixels - 1);
    }
    VALUE sum[CHANNELS][LOADS];
    [[unroll]] for (uint i = 0; i < CHANNELS; ++i) {
        [[unroll]] for (uint k = 0; k < LOADS; ++k) {
            sum[i][k] = VALUE(0.0);
        }
    }
    for (uint j = 0; j < p.channels; j += 2) {
        // An odd last channel is read twice, the second time with weight zero.
        const uint next = min(j + 1, p.channels - 1);
        const float there = next == j ? 0.0 : 1.0;
        float d0[CHANNELS];
        float d1[CHANNELS];
        load_row(j, channel0, d0);
        load_row(next, channel0, d1);
        [[unroll]] for (uint k = 0; k < LOADS; ++k) {
            const VALUE v0 = LOAD(B0, j * pixels + pixel[k]);
            const VALUE v1 = LOAD(B0, next * pixels + pixel[k]) * there;
            [[unroll]] for (uint i = 0; i < CHANNELS; ++i) {
                MULTIPLY_ADD(sum[i][k], d0[i], v0);
                MULTIPLY_ADD(sum[i][k], d1[i], v1);
            }
        }
    }
    const float factor = B3[p.factor];
    [[unroll]] for (uint k = 0; k < LOADS; ++k) {
        if (first + k * THREADS >= pixels) {
            return;
        }
        const VALUE scale = WEIGHTED ? factor * LOAD(B1, pixel[k]) : VALUE(factor);
        [[unroll]] for (uint i = 0; i < CHANNELS; ++i) {
            if (channel0 + i < p.channels) {
                const uint at = (channel0 + i) * pixels + pixel[k];
                const VALUE x = LOAD(B0, at);
                const VALUE g = ZERO_BELOW(x, (scale * sum[i][k]));
                STORE(B4, at, ACCUMULATE ? LOAD(B4, at) + g : g);
            }
        }
    }
}
