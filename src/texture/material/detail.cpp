#include "texture/material/detail.h"

#include <algorithm>
#include <cstddef>

#include "image/blur.h"

namespace impasto::texture {
namespace {

// What changes over more than this share of the longer side is light and colour, not relief.
constexpr float kSlowShare = 1.0f / 32.0f;
constexpr float kLeastSlow = 2.0f;  // px
constexpr float kDepthShare = 1.0f / 32.0f;

}  // namespace

std::vector<float> new_detail(const Image& albedo, const Image& before,
                              const std::vector<float>& covered, Wrap wrap) {
    std::vector<float> detail = luma_plane(albedo.rgb);
    const std::vector<float> old = luma_plane(before.rgb);
    for (std::size_t i = 0; i < detail.size(); ++i) {
        detail[i] -= old[i];
        if (!covered.empty() && covered[i] <= 0.0f) detail[i] = 0.0f;
    }
    const float sigma = std::max(
        kLeastSlow, kSlowShare * static_cast<float>(std::max(albedo.width, albedo.height)));
    std::vector<float> slow = gaussian_blur(detail, albedo.width, albedo.height, sigma, wrap);
    if (!covered.empty()) {
        // The mean over what is covered alone (normalised convolution).
        const std::vector<float> share =
            gaussian_blur(covered, albedo.width, albedo.height, sigma, wrap);
        for (std::size_t i = 0; i < slow.size(); ++i) {
            slow[i] = covered[i] > 0.0f ? slow[i] / share[i] : 0.0f;
        }
    }
    for (std::size_t i = 0; i < detail.size(); ++i) detail[i] -= slow[i];
    return detail;
}

float usual_depth(int width, int height) {
    return kDepthShare * static_cast<float>(std::max(width, height));
}

}  // namespace impasto::texture
