#include "image/colors.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace impasto {
namespace {

float luma(float r, float g, float b) { return 0.299f * r + 0.587f * g + 0.114f * b; }

std::string size_text(const Image& image) {
    return std::to_string(image.width) + "x" + std::to_string(image.height);
}

}  // namespace

Result<Image> keep_content_colors(const Image& result, const Image& content) {
    if (result.width != content.width || result.height != content.height) {
        return Error{ErrorCode::kInvalidArgument,
                     "keeping the content's colours needs two pictures of one size, not " +
                         size_text(result) + " and " + size_text(content)};
    }
    Image out = content;
    const std::size_t pixels = out.pixels();
    const float* from = result.rgb.data();
    float* to = out.rgb.data();
    for (std::size_t i = 0; i < pixels; ++i) {
        const float y =
            std::clamp(luma(from[i], from[pixels + i], from[2 * pixels + i]), 0.0f, 1.0f);
        const float content_y = luma(to[i], to[pixels + i], to[2 * pixels + i]);
        std::array<float, 3> chroma{};
        float keep = 1.0f;  // the share of the chroma that fits into [0, 1] at this luminance
        for (std::size_t c = 0; c < 3; ++c) {
            chroma[c] = to[c * pixels + i] - content_y;
            if (y + chroma[c] > 1.0f) keep = std::min(keep, (1.0f - y) / chroma[c]);
            if (y + chroma[c] < 0.0f) keep = std::min(keep, -y / chroma[c]);
        }
        for (std::size_t c = 0; c < 3; ++c) to[c * pixels + i] = y + keep * chroma[c];
    }
    return out;
}

}  // namespace impasto
