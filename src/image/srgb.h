// sRGB's transfer curve (IEC 61966-2-1): the exact one, of a linear piece and a power.
#pragma once

#include <cmath>

namespace impasto {

// An encoded value as light, and back. Beyond [0, 1] the pieces go on.
inline float srgb_to_linear(float v) {
    return v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f);
}

inline float linear_to_srgb(float v) {
    return v <= 0.0031308f ? v * 12.92f : 1.055f * std::pow(v, 1.0f / 2.4f) - 0.055f;
}

}  // namespace impasto
