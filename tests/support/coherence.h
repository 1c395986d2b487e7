// How much the maps of a material tell of the same things.
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "image/blur.h"
#include "texture/material/material.h"

namespace impasto::testing {

// Pearson's, of two planes of one size.
inline double correlation(std::span<const float> a, std::span<const float> b) {
    const auto n = static_cast<double>(a.size());
    double mean_a = 0.0;
    double mean_b = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        mean_a += static_cast<double>(a[i]) / n;
        mean_b += static_cast<double>(b[i]) / n;
    }
    double ab = 0.0;
    double aa = 0.0;
    double bb = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double x = static_cast<double>(a[i]) - mean_a;
        const double y = static_cast<double>(b[i]) - mean_b;
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    return aa > 0.0 && bb > 0.0 ? ab / std::sqrt(aa * bb) : 0.0;
}

// The five-point Laplacian; 0 in the outermost rows and columns.
inline std::vector<float> laplacian(std::span<const float> plane, int width, int height) {
    std::vector<float> out(plane.size(), 0.0f);
    const auto w = static_cast<std::size_t>(width);
    for (std::size_t y = 1; y + 1 < static_cast<std::size_t>(height); ++y) {
        for (std::size_t x = 1; x + 1 < w; ++x) {
            const std::size_t i = y * w + x;
            out[i] = plane[i - 1] + plane[i + 1] + plane[i - w] + plane[i + w] - 4.0f * plane[i];
        }
    }
    return out;
}

// The correlation between the luma of the albedo, less its Gaussian blur of 4 px, and the Laplacian
// of the height: cracks are dark and deep, so it is below 0 for stone, and 0 for maps that have
// nothing to do with each other.
inline double coherence(const texture::Material& material) {
    const int width = material.width;
    const int height = material.height;
    const auto luma = luma_plane(material.find(texture::MapKind::kAlbedo)->image.rgb);
    const auto scalar = texture::find_scalar(material, texture::MapKind::kHeight);
    return correlation(high_pass(luma, width, height, 4.0f),
                       laplacian(texture::scalar_plane(material, *scalar), width, height));
}

}  // namespace impasto::testing
