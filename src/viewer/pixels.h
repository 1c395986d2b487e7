// Pictures as textures take them: bytes, and no more of them than a window shows. Converting a
// large photograph takes far longer than a frame may, so that it is done where files are read
// (Jobs).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "impasto/impasto.hpp"

namespace impasto::viewer {

struct Pixels {
    std::uint32_t width = 0;  // px, of `rgba`
    std::uint32_t height = 0;
    std::uint32_t picture_width = 0;  // px, of the picture that this is, or is a smaller copy of
    std::uint32_t picture_height = 0;
    std::vector<std::uint8_t>
        rgba;  // (height, width, 4) from the top, sRGB-encoded; alpha straight
};

using SharedPixels = std::shared_ptr<const Pixels>;

// Every device has textures of this size; a photograph beyond it is looked at as a smaller copy,
// and painted from as it is.
inline constexpr std::uint32_t kLargestShown = 4096;

// Values are clamped to [0, 1]. A picture with a side above `largest` px is made smaller, each
// pixel the mean of those in its place.
Pixels pixels_of(const ImpastoImage& picture, std::uint32_t largest = kLargestShown);

}  // namespace impasto::viewer
