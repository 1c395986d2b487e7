// The gradient of 2x2 pooling of maps of 16-bit floats, channels last, from the bits that the pooled
// convolution left: see src/nn/half_pool.h.
//
// A thread takes 8 channels of one window: one word of bits, and writes its four pixels.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "half.glsl"

layout(local_size_x = HALF_THREADS) in;
layout(constant_id = 0) const bool AVERAGE = false;

// 0 bits (windows, channels / 8)   1 dy (out_height, out_width, channels)
// 2 dx (in_height, in_width, channels)
KERNEL3(HalfPoolParams, Uints, Uvec4s, Uvec4s)

void unpool(uint at) {
    const uint parts = p.channels / HALF_PART;
    const uint across = (p.in_width + 1) / 2;
    const uint part = at % parts;
    const uint wy = at / parts / across;
    const uint wx = at / parts % across;
    // Beyond the last window lies the dropped end of an odd axis, whose bits are 0.
    uvec4 gradient = uvec4(0);
    if (wy < p.out_height && wx < p.out_width) {
        gradient = B1[(wy * p.out_width + wx) * parts + part];
    }
    float share[8];
    unpack_part(gradient, share);
    const uint bits = B0[at];
    [[unroll]] for (uint k = 0; k < 4; ++k) {
        float v[8];
        [[unroll]] for (uint i = 0; i < 8; ++i) {
            v[i] = (bits & 1u << 8 * k + i) != 0 ? (AVERAGE ? 0.25 : 1.0) * share[i] : 0.0;
        }
        const uint y = 2 * wy + k / 2;
        const uint x = 2 * wx + k % 2;
        if (y < p.in_height && x < p.in_width) {
            B2[(y * p.in_width + x) * parts + part] = pack_part(v);
        }
    }
}

void main() {
    const uint windows = (p.in_height + 1) / 2 * ((p.in_width + 1) / 2);
    const uint count = windows * (p.channels / HALF_PART);
    for (uint at = gl_GlobalInvocationID.x; at < count; at += HALF_THREADS * gl_NumWorkGroups.x) {
        unpool(at);
    }
}
