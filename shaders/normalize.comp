// Image to network input and back for its gradient: see src/nn/normalize.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "normalize.h"

layout(local_size_x = NORMALIZE_THREADS) in;

// Whether y is followed by three more channels, what float rounded off it.
layout(constant_id = 0) const bool RESTS = false;

// 0 x (3, plane)   1 y (3 or 6, plane)
KERNEL2(NormalizeParams, Floats, Floats)

// The upper half of a float's 24 bits.
float upper(float v) { return uintBitsToFloat(floatBitsToUint(v) & 0xfffff000u); }

// y = v scale + offset, and its rest. Products of halves are exact, so that it does not matter which
// of them a driver fuses with a sum (and fma() need not be fused: on the CPU
// driver it is not); the sum with the offset is Knuth's. About 35 bits are left in y and its rest together.
void write_channel(uint at, float v, float scale, float offset, float scale_rest,
                   float offset_rest) {
    const float v_high = upper(v);
    const float v_low = v - v_high;
    const float scale_high = upper(scale);
    const float scale_low = scale - scale_high;
    precise const float product = v_high * scale_high;
    precise const float product_rest =
        v_high * scale_low + (v_low * scale_high + v_low * scale_low);
    precise const float high = product + offset;
    precise const float back = high - product;
    precise const float sum_rest = (product - (high - back)) + (offset - back);
    precise const float low = product_rest + (sum_rest + (v * scale_rest + offset_rest));
    precise const float y = high + low;
    B1[at] = y;
    if (RESTS) {
        precise const float y_back = y - high;
        precise const float rest = (high - (y - y_back)) + (low - y_back);
        B1[3 * p.plane + at] = rest;
    }
}

void main() {
    for (uint i = gl_GlobalInvocationID.x; i < p.plane;
         i += NORMALIZE_THREADS * gl_NumWorkGroups.x) {
        const float v0 = B0[p.source0 * p.plane + i];
        const float v1 = B0[p.source1 * p.plane + i];
        const float v2 = B0[p.source2 * p.plane + i];
        write_channel(i, v0, p.scale0, p.offset0, p.scale_rest0, p.offset_rest0);
        write_channel(p.plane + i, v1, p.scale1, p.offset1, p.scale_rest1, p.offset_rest1);
        write_channel(2 * p.plane + i, v2, p.scale2, p.offset2, p.scale_rest2, p.offset_rest2);
    }
}
