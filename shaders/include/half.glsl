// Eight 16-bit floats in a uvec4, as kernels without 16-bit types read and write them.
#include "half.h"

// The largest finite 16-bit float: what is larger is stored as that, not as infinity, so that one
// outlier of a gradient does not spoil a picture.
const float HALF_MAX = 65504.0;

void unpack_part(uvec4 part, out float v[8]) {
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        const vec2 two = unpackHalf2x16(part[i]);
        v[2 * i] = two.x;
        v[2 * i + 1] = two.y;
    }
}

// To the nearest 16-bit float, ties to even: drivers may cut the digits off instead, which shrinks the
// values of every layer a little more. What has no more digits than fit is packed exactly; below 2^-14,
// where fewer fit, the driver rounds once more. A NaN stays one, so that a step that went wrong shows.
vec2 round_to_half(vec2 v) {
    uvec2 bits = floatBitsToUint(clamp(v, -HALF_MAX, HALF_MAX));
    bits += 0xfffu + ((bits >> 13) & 1u);
    return mix(uintBitsToFloat(bits & 0xffffe000u), v, isnan(v));
}

uvec4 pack_part(float v[8]) {
    uvec4 part;
    [[unroll]] for (uint i = 0; i < 4; ++i) {
        part[i] = packHalf2x16(round_to_half(vec2(v[2 * i], v[2 * i + 1])));
    }
    return part;
}

// Bit i: value i is above 0.
uint positive_bits(uvec4 part) {
    float v[8];
    unpack_part(part, v);
    uint bits = 0;
    [[unroll]] for (uint i = 0; i < 8; ++i) {
        bits |= v[i] > 0.0 ? 1u << i : 0;
    }
    return bits;
}
