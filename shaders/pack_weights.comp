// Weights from OIHW into the layout that conv3x3.comp reads: see src/nn/pack_weights.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "conv3x3.h"
#include "pack_weights.h"

layout(local_size_x = PACK_WEIGHTS_THREADS) in;

// 0 the source, 9 taps a filter   1 packed (blocks, in_channels, 9, CONV3X3_CHANNELS)
KERNEL2(PackWeightsParams, Floats, Floats)

void main() {
    const uint block = gl_WorkGroupID.y;
    const uint count = p.in_channels * 9 * CONV3X3_CHANNELS;  // of a block
    for (uint i = gl_GlobalInvocationID.x; i < count;
         i += PACK_WEIGHTS_THREADS * gl_NumWorkGroups.x) {
        const uint out_channel = block * CONV3X3_CHANNELS + i % CONV3X3_CHANNELS;
        const uint tap = i / CONV3X3_CHANNELS % 9;
        const uint in_channel = i / (CONV3X3_CHANNELS * 9) % p.source_channels;
        float weight = 0.0;  // of channels that fill up the last block
        if (out_channel < p.out_channels) {
            weight = p.scale * B0[out_channel * p.out_step + in_channel * p.in_step +
                                  (p.rotate != 0 ? 8 - tap : tap)];
        }
        B1[block * count + i] = weight;
    }
}
