// The first layer's convolution backward, from a gradient of 16-bit floats, channels last, to a planar
// image of 32 bits with few channels: see src/nn/half_conv.h.
//
// Eight threads share a pixel, each with every eighth part of its channels, so that they read the pixel's
// channels side by side; their sums are then added in a fixed order.
//
//      thread      0        1        2     ...   7       8     ...
//      pixel       0                                     1
//      channels  0..7     8..15   16..23      56..63    0..7         then 64..71 and so on
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "half.glsl"

layout(local_size_x = HALF_THREADS) in;
layout(constant_id = 0) const uint BORDER_Y = BORDER_ZERO;
layout(constant_id = 1) const uint BORDER_X = BORDER_ZERO;

// 0 dy (height, width, channels)   1 weights (9, channels, out channels filled up)
// 2 dx (out_channels, out_height, out_width)
KERNEL3(HalfImageGradientParams, Uvec4s, Uvec4s, Floats)

const uint SHARERS = 8;
const uint WEIGHT_PARTS = HALF_PAD / HALF_PART;  // of one input channel
shared vec4 partials[HALF_THREADS];

const uint PIXELS = HALF_THREADS / SHARERS;  // of a workgroup

void make_pixels(uint first) {
    const uint plane = p.out_height * p.out_width;
    const uint lane = gl_LocalInvocationID.x;
    const uint pixel = first + lane / SHARERS;
    const uint parts = p.channels / HALF_PART;
    vec4 sum = vec4(0.0);
    if (pixel < plane) {
        const int y = int(pixel / p.out_width) + p.origin;
        const int x = int(pixel % p.out_width) + p.origin;
        for (uint tap = 0; tap < 9; ++tap) {
            const int in_y = border_index(y + int(tap / 3) - 1, int(p.height), BORDER_Y);
            const int in_x = border_index(x + int(tap % 3) - 1, int(p.width), BORDER_X);
            if (in_y < 0 || in_x < 0) {
                continue;
            }
            for (uint part = lane % SHARERS; part < parts; part += SHARERS) {
                float v[8];
                unpack_part(B0[(uint(in_y) * p.width + uint(in_x)) * parts + part], v);
                [[unroll]] for (uint i = 0; i < 8; ++i) {
                    const uvec4 w = B1[(tap * p.channels + part * HALF_PART + i) * WEIGHT_PARTS];
                    sum += v[i] * vec4(unpackHalf2x16(w.x), unpackHalf2x16(w.y));
                }
            }
        }
    }
    partials[lane] = sum;
    barrier();
    // One thread a pixel and channel.
    const uint channel = lane / PIXELS;
    const uint own = first + lane % PIXELS;
    if (channel < p.out_channels && own < plane) {
        float total = 0.0;
        [[unroll]] for (uint k = 0; k < SHARERS; ++k) {
            total += partials[lane % PIXELS * SHARERS + k][channel];
        }
        B2[channel * plane + own] = p.scale * total;
    }
}

void main() {
    // The same number of turns for all threads, which meet at barriers.
    const uint step = gl_NumWorkGroups.x * PIXELS;
    for (uint first = gl_WorkGroupID.x * PIXELS; first < p.out_height * p.out_width; first += step) {
        make_pixels(first);
        barrier();
    }
}
