// The two 16-bit floating-point formats of weights files and of half-precision maps, converted to
// and from 32 bits in portable integer arithmetic: exact upwards; downwards round to nearest, ties
// to even (IEEE 754).
#pragma once

#include <bit>
#include <cstdint>

namespace impasto {

// IEEE binary16: 1 sign, 5 exponent, 10 fraction bits.
constexpr float half_to_float(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
    const std::uint32_t magnitude = static_cast<std::uint32_t>(half & 0x7fffu) << 13;
    constexpr std::uint32_t kOne = 1u << 23;            // of the exponent
    constexpr std::uint32_t kBias = (127 - 15) * kOne;  // between the exponents' biases
    const std::uint32_t normal = magnitude + kBias;
    // Zero, subnormal: fraction * 2^-24, which a float holds exactly.
    const std::uint32_t subnormal = std::bit_cast<std::uint32_t>(
        std::bit_cast<float>(normal + kOne) - std::bit_cast<float>(kBias + kOne));
    const std::uint32_t special = normal + kBias;  // infinity, NaN
    // No branches: loops over this become vector code.
    return std::bit_cast<float>(sign | (magnitude < kOne          ? subnormal
                                        : magnitude < 0x1f * kOne ? normal
                                                                  : special));
}

// The upper half of a float.
constexpr float bfloat16_to_float(std::uint16_t value) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16);
}

// Values of 65520 and more in magnitude become infinity; a NaN stays a NaN.
constexpr std::uint16_t float_to_half(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (bits >> 16) & 0x8000u;
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) {
        return static_cast<std::uint16_t>(sign | 0x7e00u);
    }
    if (magnitude >= 0x47800000u) {  // 2^16 and above
        return static_cast<std::uint16_t>(sign | 0x7c00u);
    }
    const std::uint32_t exponent = magnitude >> 23;
    // Below 2^-14 the result is subnormal: the fraction with its leading one shifts further down.
    const bool subnormal = exponent < 113;
    if (exponent < 102) {  // below half of the smallest subnormal, 2^-25
        return static_cast<std::uint16_t>(sign);
    }
    const std::uint32_t fraction =
        subnormal ? (magnitude & 0x7fffffu) | 0x800000u : magnitude - (112u << 23);
    const std::uint32_t shift = subnormal ? 126 - exponent : 13;
    const std::uint32_t kept = fraction >> shift;
    const std::uint32_t rest = fraction & ((1u << shift) - 1);
    const std::uint32_t halfway = 1u << (shift - 1);
    const bool up = rest > halfway || (rest == halfway && (kept & 1u) != 0);
    // A carry out of the fraction goes into the exponent, and from 65504 to infinity: both right.
    return static_cast<std::uint16_t>(sign | (kept + (up ? 1u : 0u)));
}

}  // namespace impasto
