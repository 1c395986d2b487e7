// How the pixels of an image on a GPU are stored: 4 channels, R G B alpha, alpha not premultiplied.
#pragma once

#include <cstdint>

namespace impasto {

enum class TexelFormat : std::uint8_t {
    kRgba8,    // bytes, sRGB-encoded
    kRgba16f,  // halves, linear light
    kRgba32f,  // floats, linear light
};

constexpr std::uint32_t texel_bytes(TexelFormat format) {
    return format == TexelFormat::kRgba8 ? 4 : format == TexelFormat::kRgba16f ? 8 : 16;
}

}  // namespace impasto
