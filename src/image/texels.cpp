#include "image/texels.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/float16.h"
#include "image/srgb.h"

namespace impasto {

namespace {

// 0 for what is no number, too.
float clamped(float v) { return v > 0 ? std::min(v, 1.0f) : 0.0f; }

// Texel `i` in [0, 1]: colours as they are stored, alpha.
std::array<float, 4> texel(TexelFormat format, std::span<const std::byte> texels, std::size_t i) {
    std::array<float, 4> v{};
    switch (format) {
        case TexelFormat::kRgba8: {
            std::array<std::uint8_t, 4> bytes{};
            std::memcpy(bytes.data(), texels.data() + 4 * i, 4);
            std::transform(bytes.begin(), bytes.end(), v.begin(),
                           [](std::uint8_t b) { return static_cast<float>(b) / 255.0f; });
            break;
        }
        case TexelFormat::kRgba16f: {
            std::array<std::uint16_t, 4> halves{};
            std::memcpy(halves.data(), texels.data() + 8 * i, 8);
            std::transform(halves.begin(), halves.end(), v.begin(), half_to_float);
            break;
        }
        case TexelFormat::kRgba32f:
            std::memcpy(v.data(), texels.data() + 16 * i, 16);
            break;
    }
    std::transform(v.begin(), v.end(), v.begin(), clamped);
    return v;
}

}  // namespace

Image image_of_texels(TexelFormat format, int width, int height,
                      std::span<const std::byte> texels) {
    Image image;
    image.width = width;
    image.height = height;
    const std::size_t pixels = image.pixels();
    image.rgb.resize(3 * pixels);
    image.alpha.resize(pixels);
    bool opaque = true;
    for (std::size_t i = 0; i < pixels; ++i) {
        const std::array<float, 4> v = texel(format, texels, i);
        for (std::size_t c = 0; c < 3; ++c) {
            image.rgb[c * pixels + i] = format == TexelFormat::kRgba8 ? v[c] : linear_to_srgb(v[c]);
        }
        image.alpha[i] = v[3];
        opaque = opaque && v[3] == 1.0f;
    }
    if (opaque) {
        image.alpha.clear();
    }
    return image;
}

}  // namespace impasto
