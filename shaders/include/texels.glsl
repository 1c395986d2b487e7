// Texels in a buffer of words, and between sRGB's encoding and linear light (IEC 61966-2-1).
#include "texels.h"

layout(constant_id = 0) const uint FORMAT = TEXELS_RGBA8;

vec3 to_linear(vec3 v) {
    return mix(pow((v + 0.055) / 1.055, vec3(2.4)), v / 12.92, lessThanEqual(v, vec3(0.04045)));
}

vec3 to_srgb(vec3 v) {
    return mix(1.055 * pow(v, vec3(1.0 / 2.4)) - 0.055, v * 12.92,
               lessThanEqual(v, vec3(0.0031308)));
}

// In [0, 1], and 0 for what is no number.
vec4 clamped(vec4 v) { return mix(vec4(0.0), min(v, vec4(1.0)), greaterThan(v, vec4(0.0))); }
