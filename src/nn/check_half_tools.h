// What the checks of maps of 16-bit floats (half.h) are written with.
#pragma once

#include <cstring>

#include "base/float16.h"
#include "nn/check_tools.h"
#include "nn/half.h"

namespace impasto::nn::check_tools {

// Half a unit in the last place of 1.0 in 16 bits: what storing a result may lose.
inline constexpr double kHalfUnit = 0x1p-11;

// Of a result that is stored once, after a sum of `terms` products. Matrix units may round each
// addition towards zero and in an order of their own, hence 4.
inline double half_bound(std::size_t terms) { return kHalfUnit + 4 * sum_bound(terms); }

inline Floats rounded(Floats values) {
    for (float& v : values) {
        v = half_to_float(float_to_half(v));
    }
    return values;
}

// A planar map in the layout of half.h, as words.
inline Floats to_words(const Floats& planar, const Shape& shape) {
    const std::size_t channels = half_channels(shape.channels);
    std::vector<std::uint16_t> halves(shape.plane() * channels, 0);
    for (std::size_t c = 0; c < shape.channels; ++c) {
        for (std::size_t i = 0; i < shape.plane(); ++i) {
            halves[i * channels + c] = float_to_half(planar[c * shape.plane() + i]);
        }
    }
    Floats words(half_size(shape));
    std::memcpy(words.data(), halves.data(), words.size() * sizeof(float));
    return words;
}

// Back again; `verdict` hears of zeros that are none.
inline Floats from_words(const Floats& words, const Shape& shape, Verdict& verdict) {
    const std::size_t channels = half_channels(shape.channels);
    std::vector<std::uint16_t> halves(shape.plane() * channels);
    std::memcpy(halves.data(), words.data(), words.size() * sizeof(float));
    Floats planar(shape.size());
    bool filled_up = true;
    for (std::size_t i = 0; i < shape.plane(); ++i) {
        for (std::size_t c = 0; c < channels; ++c) {
            const std::uint16_t half = halves[i * channels + c];
            if (c < shape.channels) {
                planar[c * shape.plane() + i] = half_to_float(half);
            } else {
                filled_up = filled_up && (half & 0x7fffu) == 0;
            }
        }
    }
    verdict.expect(filled_up, "the channels that fill up are not zero");
    return planar;
}

// Where a channel's pixel has its bit (half.h).
struct BitPlace {
    std::size_t word;
    std::uint32_t bit;
};
inline BitPlace bit_place(const Shape& shape, std::size_t c, std::size_t y, std::size_t x) {
    const std::size_t window = y / 2 * divide_up(shape.width, 2) + x / 2;
    const std::size_t parts = half_channels(shape.channels) / 8;
    return {window * parts + c / 8, 1u << (8 * (y % 2 * 2 + x % 2) + c % 8)};
}

// The bits that say which values of a planar map aren't 0, as words.
template <typename Numbers>
Floats bits_where(const Numbers& planar, const Shape& shape) {
    std::vector<std::uint32_t> bits(half_bits_size(shape));
    for (std::size_t i = 0; i < planar.size(); ++i) {
        const std::size_t pixel = i % shape.plane();
        const BitPlace place =
            bit_place(shape, i / shape.plane(), pixel / shape.width, pixel % shape.width);
        bits[place.word] |= planar[i] != 0 ? place.bit : 0;
    }
    Floats words(bits.size());
    std::memcpy(words.data(), bits.data(), bits.size() * sizeof(float));
    return words;
}

}  // namespace impasto::nn::check_tools
