// Autocovariances of a map's channels at a list of shifts: see src/nn/autocovariance.h.
//
// A workgroup takes a channel (HALF: two) and AUTOCOVARIANCE_SHIFTS shifts. Its threads take
// neighbouring pixels, and their sums are added in a fixed order.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "autocovariance.h"

layout(local_size_x = AUTOCOVARIANCE_THREADS) in;

// 0 features   1 shifts (shifts, 2): dy, dx   2 means (channels)   3 autocovariances (channels, shifts)
#ifdef HALF
KERNEL4(AutocovarianceParams, Uints, Uints, Floats, Floats)
#else
KERNEL4(AutocovarianceParams, Floats, Uints, Floats, Floats)
#endif

#include "autocovariance.glsl"

#define SHIFTS AUTOCOVARIANCE_SHIFTS
#define THREADS AUTOCOVARIANCE_THREADS
shared VALUE sums[SHIFTS][THREADS];

void main() {
    const uint item = gl_WorkGroupID.y;
    const uint first = gl_WorkGroupID.x * SHIFTS;
    const uint lane = gl_LocalInvocationID.x;
    const VALUE mean = OF_CHANNELS(B2, item, 1, 0);
    int dy[SHIFTS];
    int dx[SHIFTS];
    VALUE sum[SHIFTS];
    [[unroll]] for (uint k = 0; k < SHIFTS; ++k) {
        const uint shift = min(first + k, p.shifts - 1);
        dy[k] = int(B1[2 * shift]);
        dx[k] = int(B1[2 * shift + 1]);
        sum[k] = VALUE(0.0);
    }
    const uint plane = p.height * p.width;
    for (uint pixel = lane; pixel < plane; pixel += THREADS) {
        const int y = int(pixel / p.width);
        const int x = int(pixel % p.width);
        const VALUE here = LOAD(pixel, item) - mean;
        [[unroll]] for (uint k = 0; k < SHIFTS; ++k) {
            const int there = shifted(y, x, dy[k], dx[k]);
            if (there >= 0) {
                sum[k] += here * (LOAD(uint(there), item) - mean);
            }
        }
    }
    [[unroll]] for (uint k = 0; k < SHIFTS; ++k) {
        sums[k][lane] = sum[k];
    }
    barrier();
    if (lane >= SHIFTS || first + lane >= p.shifts) {
        return;
    }
    VALUE total = VALUE(0.0);
    for (uint i = 0; i < THREADS; ++i) {
        total += sums[lane][i];
    }
    const uint shift = first + lane;
    total /= pairs(int(B1[2 * shift]), int(B1[2 * shift + 1]));
#ifdef HALF
    [[unroll]] for (uint i = 0; i < CHANNELS; ++i) {
        if (2 * item + i < p.channels) {
            B3[(2 * item + i) * p.shifts + shift] = total[i];
        }
    }
#else
    B3[item * p.shifts + shift] = total;
#endif
}
