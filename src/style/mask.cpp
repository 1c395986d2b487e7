#include "style/mask.h"

#include <algorithm>
#include <numeric>

#include "nn/pool.h"

namespace impasto::style {

std::vector<float> weights_at(const Mask& mask, std::uint32_t width, std::uint32_t height,
                              Wrap wrap) {
    if (mask.empty()) {
        return std::vector<float>(std::size_t{width} * height, 1.0f);
    }
    auto weights = resize_plane(mask.weights, mask.width, mask.height, static_cast<int>(width),
                                static_cast<int>(height), wrap);
    for (float& weight : weights) {
        weight = std::clamp(weight, 0.0f, 1.0f);  // the cubic overshoots
    }
    return weights;
}

std::vector<float> region_weights(const Masks& masks, std::size_t region, std::uint32_t width,
                                  std::uint32_t height, Wrap wrap) {
    auto weights = weights_at(masks.picture, width, height, wrap);
    if (!masks.blend.empty()) {
        const auto second = weights_at(masks.blend, width, height, wrap);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            weights[i] *= region == 0 ? 1 - second[i] : second[i];
        }
    }
    return weights;
}

std::vector<float> pooled_weights(std::vector<float> weights, nn::Shape from, const nn::Shape& to,
                                  nn::Borders borders) {
    while (from.height > to.height || from.width > to.width) {
        const nn::Shape half = nn::pooled_shape({1, from.height, from.width}, borders);
        std::vector<float> means(half.plane());
        for (std::uint32_t y = 0; y < half.height; ++y) {
            for (std::uint32_t x = 0; x < half.width; ++x) {
                const auto at = [&](std::uint32_t dy, std::uint32_t dx) {
                    return weights[std::size_t{std::min(2 * y + dy, from.height - 1)} * from.width +
                                   std::min(2 * x + dx, from.width - 1)];
                };
                means[std::size_t{y} * half.width + x] =
                    (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4;
            }
        }
        weights = std::move(means);
        from = half;
    }
    return weights;
}

void clear_rim(std::span<float> weights, std::uint32_t width, std::uint32_t height,
               std::uint32_t rim) {
    const std::uint32_t x_rim = width >= 4 * rim ? rim : 0;
    const std::uint32_t y_rim = height >= 4 * rim ? rim : 0;
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            if (x < x_rim || x >= width - x_rim || y < y_rim || y >= height - y_rim) {
                weights[std::size_t{y} * width + x] = 0;
            }
        }
    }
}

double sum_of(std::span<const float> weights) {
    return std::accumulate(weights.begin(), weights.end(), 0.0);
}

}  // namespace impasto::style
