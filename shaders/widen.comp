// 16-bit floats into 32-bit ones: see src/nn/widen.h. Of integers, since unpackHalf2x16() may take what
// is below 2^-14 for zero.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "widen.h"

layout(local_size_x = WIDEN_THREADS) in;

// 0 the source, two values a word, the first in the lower half   1 floats
KERNEL2(WidenParams, Uints, Uints)

// 1 sign, 5 exponent, 10 fraction bits into 1, 8, 23.
uint widened(uint half_bits) {
    const uint sign = (half_bits & 0x8000u) << 16;
    const uint exponent = (half_bits >> 10) & 0x1fu;
    const uint fraction = half_bits & 0x3ffu;
    uint magnitude = ((exponent + 127 - 15) << 23) | (fraction << 13);
    if (exponent == 0) {  // fraction * 2^-24, exact
        magnitude = floatBitsToUint(float(fraction) * 5.9604644775390625e-8);
    } else if (exponent == 0x1f) {  // infinity, NaN
        magnitude = 0x7f800000u | (fraction << 13);
    }
    return sign | magnitude;
}

void main() {
    for (uint word = gl_GlobalInvocationID.x; 2 * word < p.count;
         word += WIDEN_THREADS * gl_NumWorkGroups.x) {
        const uint two = B0[word];
        B1[2 * word] = widened(two & 0xffffu);
        if (2 * word + 1 < p.count) {
            B1[2 * word + 1] = widened(two >> 16);
        }
    }
}
