// What an operation reads beyond the edge of a map.
#pragma once

#include <cstdint>

namespace impasto::nn {

enum class Border : std::uint32_t { kZero = 0, kReplicate = 1, kWrap = 2 };

// A mode for each axis: a texture may tile along x and end along y.
struct Borders {
    Border y = Border::kZero;
    Border x = Border::kZero;
    friend bool operator==(const Borders&, const Borders&) = default;
};

}  // namespace impasto::nn
