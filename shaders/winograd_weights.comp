// Winograd convolution, the weights: U = G g G' of every filter. See src/nn/winograd.h.
//
// A thread transforms one filter, from conv3x3's layout (blocks, in, 9, 8).
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "conv3x3.h"
#include "winograd.h"
#include "winograd.glsl"

layout(local_size_x = WINOGRAD_THREADS) in;

// 0 weights, as conv3x3   1 U (36, out blocks, in pairs, 16, 2)
KERNEL2(WinogradWeightsParams, Floats, Floats)

void main() {
    const uint in_pairs = (p.in_channels + 1) / 2;
    const uint out_blocks = (p.out_channels + WINOGRAD_OUT - 1) / WINOGRAD_OUT;
    const uint in_channel = gl_WorkGroupID.y;  // of 2 * in_pairs
    const uint out_channel = gl_GlobalInvocationID.x;
    if (out_channel >= out_blocks * WINOGRAD_OUT) {
        return;
    }
    // Channels that fill up a block or a pair have no weights: their products are zero.
    const bool there = out_channel < p.out_channels && in_channel < p.in_channels;
    float g[9];
    [[unroll]] for (uint tap = 0; tap < 9; ++tap) {
        const uint at = ((out_channel / CONV3X3_CHANNELS * p.in_channels + in_channel) * 9 + tap) *
                            CONV3X3_CHANNELS +
                        out_channel % CONV3X3_CHANNELS;
        g[tap] = there ? B0[there ? at : 0] : 0.0;
    }
    float columns[3][6];  // G g, by columns
    [[unroll]] for (uint c = 0; c < 3; ++c) {
        weights_line(g[c], g[3 + c], g[6 + c], columns[c]);
    }
    const uint place = ((out_channel / WINOGRAD_OUT * in_pairs + in_channel / 2) * WINOGRAD_OUT +
                        out_channel % WINOGRAD_OUT) *
                           2 +
                       in_channel % 2;
    const uint step = out_blocks * in_pairs * WINOGRAD_OUT * 2;
    [[unroll]] for (uint r = 0; r < 6; ++r) {
        float u[6];
        weights_line(columns[0][r], columns[1][r], columns[2][r], u);
        [[unroll]] for (uint c = 0; c < 6; ++c) {
            B1[place + (r * 6 + c) * step] = u[c];
        }
    }
}
