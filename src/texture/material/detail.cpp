#include "texture/material/detail.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "image/blur.h"

namespace impasto::texture {
namespace {

// What changes over more than this share of the longer side is light and colour, not relief.
constexpr float kSlowShare = 1.0f / 32.0f;
constexpr float kLeastSlow = 2.0f;  // px
// Units of the detail.
constexpr float kLeastDeviation = 0.04f;
constexpr float kMost = 3.0f;
constexpr float kDepthShare = 1.0f / 32.0f;

// Of each region, over what is covered of it.
void take_out_means(std::vector<float>& plane, const std::vector<float>& covered,
                    std::span<const std::int32_t> regions) {
    struct Sum {
        double sum = 0.0;
        double count = 0.0;
    };
    std::vector<Sum> sums;
    const auto counts = [&](std::size_t i) {
        return regions[i] >= 0 && (covered.empty() || covered[i] > 0.0f);
    };
    for (std::size_t i = 0; i < regions.size(); ++i) {
        if (!counts(i)) continue;
        const auto region = static_cast<std::size_t>(regions[i]);
        if (region >= sums.size()) sums.resize(region + 1);
        sums[region].sum += static_cast<double>(plane[i]);
        sums[region].count += 1.0;
    }
    for (std::size_t i = 0; i < regions.size(); ++i) {
        if (!counts(i)) continue;
        const Sum& one = sums[static_cast<std::size_t>(regions[i])];
        plane[i] -= static_cast<float>(one.sum / one.count);
    }
}

}  // namespace

std::vector<float> new_detail(const Image& albedo, const Image& before,
                              const std::vector<float>& covered, Wrap wrap,
                              std::span<const std::int32_t> regions) {
    std::vector<float> detail = luma_plane(albedo.rgb);
    const std::vector<float> old = luma_plane(before.rgb);
    for (std::size_t i = 0; i < detail.size(); ++i) {
        detail[i] -= old[i];
        if (!covered.empty() && covered[i] <= 0.0f) detail[i] = 0.0f;
    }
    take_out_means(detail, covered, regions);
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
    const float unit = std::max(deviation(detail, covered), kLeastDeviation);
    for (float& v : detail) v = std::clamp(v / unit, -kMost, kMost);
    return detail;
}

float deviation(std::span<const float> plane, std::span<const float> covered) {
    double sum = 0.0;
    double squares = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < plane.size(); ++i) {
        if (!covered.empty() && covered[i] <= 0.0f) continue;
        const auto v = static_cast<double>(plane[i]);
        sum += v;
        squares += v * v;
        count += 1.0;
    }
    if (count <= 0.0) return 0.0f;
    const double mean = sum / count;
    return static_cast<float>(std::sqrt(std::max(squares / count - mean * mean, 0.0)));
}

float usual_depth(int width, int height) {
    return kDepthShare * static_cast<float>(std::max(width, height));
}

}  // namespace impasto::texture
