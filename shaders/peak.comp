// Multiply-adds without memory: what the device can do at most in fp32. See src/nn/peak.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "peak.h"

layout(local_size_x = PEAK_THREADS) in;

// 0 factors (2)   1 results (threads)
KERNEL2(PeakParams, Floats, Floats)

void main() {
    // Read, so that no compiler knows them: 1 and 0.
    const float scale = B0[0];
    const float shift = B0[1];
    float sum[PEAK_CHAINS];
    [[unroll]] for (uint i = 0; i < PEAK_CHAINS; ++i) {
        sum[i] = float(gl_GlobalInvocationID.x + i);
    }
    for (uint turn = 0; turn < p.turns; ++turn) {
        [[unroll]] for (uint step = 0; step < PEAK_STEPS; ++step) {
            [[unroll]] for (uint i = 0; i < PEAK_CHAINS; ++i) {
                sum[i] = fma(sum[i], scale, shift);
            }
        }
    }
    float total = 0.0;
    [[unroll]] for (uint i = 0; i < PEAK_CHAINS; ++i) {
        total += sum[i];
    }
    B1[gl_GlobalInvocationID.x] = total;
}
