#include "viewer/pixels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace impasto::viewer {
namespace {

// Where the part of a line that becomes element `index` of `count` begins.
std::size_t begin_of(std::size_t index, std::size_t count, std::size_t length) {
    return index * length / count;
}

}  // namespace

Pixels pixels_of(const ImpastoImage& picture, std::uint32_t largest) {
    Pixels to;
    to.picture_width = static_cast<std::uint32_t>(impasto_image_width(&picture));
    to.picture_height = static_cast<std::uint32_t>(impasto_image_height(&picture));
    const double shrink =
        std::min(1.0, static_cast<double>(largest) / std::max(to.picture_width, to.picture_height));
    const auto shrunk = [&](std::uint32_t length) {
        return std::max(1u, static_cast<std::uint32_t>(std::lround(length * shrink)));
    };
    to.width = shrunk(to.picture_width);
    to.height = shrunk(to.picture_height);
    const std::size_t width = to.picture_width;
    const std::size_t height = to.picture_height;
    const std::size_t plane = width * height;
    const float* rgb = impasto_image_rgb(&picture);
    const std::array<const float*, 4> channels{rgb, rgb + plane, rgb + 2 * plane,
                                               impasto_image_alpha(&picture)};
    to.rgba.assign(std::size_t{4} * to.width * to.height, 255);
    std::uint8_t* texel = to.rgba.data();
    for (std::size_t y = 0; y < to.height; ++y) {
        const std::size_t top = begin_of(y, to.height, height);
        const std::size_t bottom = begin_of(y + 1, to.height, height);
        for (std::size_t x = 0; x < to.width; ++x, texel += 4) {
            const std::size_t left = begin_of(x, to.width, width);
            const std::size_t right = begin_of(x + 1, to.width, width);
            for (std::size_t channel = 0; channel < 4; ++channel) {
                if (channels[channel] == nullptr) {
                    continue;  // opaque
                }
                float sum = 0;
                for (std::size_t row = top; row < bottom; ++row) {
                    for (std::size_t column = left; column < right; ++column) {
                        sum += std::clamp(channels[channel][row * width + column], 0.0f, 1.0f);
                    }
                }
                const float mean = sum / static_cast<float>((bottom - top) * (right - left));
                texel[channel] = static_cast<std::uint8_t>(mean * 255.0f + 0.5f);
            }
        }
    }
    return to;
}

}  // namespace impasto::viewer
