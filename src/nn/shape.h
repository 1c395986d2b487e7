// The shape of a feature map or an image: planar (channels, height, width), row-major, float.
#pragma once

#include <cstddef>
#include <cstdint>

namespace impasto::nn {

struct Shape {
    std::uint32_t channels = 0;
    std::uint32_t height = 0;
    std::uint32_t width = 0;

    std::size_t plane() const { return std::size_t{height} * width; }
    std::size_t size() const { return plane() * channels; }
    friend bool operator==(const Shape&, const Shape&) = default;
};

inline std::uint32_t divide_up(std::size_t a, std::size_t b) {
    return static_cast<std::uint32_t>((a + b - 1) / b);
}

}  // namespace impasto::nn
