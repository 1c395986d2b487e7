#include "image/blur.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace impasto {
namespace {

// Every row smoothed by the symmetric `weights`, of which the first is the middle one.
std::vector<float> blur_rows(std::span<const float> plane, std::size_t width,
                             const std::vector<double>& weights, bool wraps) {
    const std::size_t radius = weights.size() - 1;
    const std::size_t taps = 2 * radius + 1;
    std::vector<double> kernel(taps);
    for (std::size_t k = 0; k < taps; ++k) {
        kernel[k] = weights[k < radius ? radius - k : k - radius];
    }
    // What of the kernel falls inside, by position.
    std::vector<double> inside(width, 0.0);
    for (std::size_t x = 0; x < width; ++x) {
        for (std::size_t k = 0; k < taps; ++k) {
            if (wraps || (x + k >= radius && x + k < width + radius)) inside[x] += kernel[k];
        }
    }
    std::vector<float> out(plane.size());
    std::vector<double> line(width + 2 * radius);
    for (std::size_t row = 0; row < plane.size(); row += width) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            // Position i - radius of the row, kept above 0 by as many whole rows as it takes.
            const bool is_inside = i >= radius && i < width + radius;
            const std::size_t at = (i + width * (radius / width + 1) - radius) % width;
            line[i] = wraps || is_inside ? static_cast<double>(plane[row + at]) : 0.0;
        }
        for (std::size_t x = 0; x < width; ++x) {
            double sum = 0.0;
            for (std::size_t k = 0; k < taps; ++k) sum += kernel[k] * line[x + k];
            out[row + x] = static_cast<float>(sum / inside[x]);
        }
    }
    return out;
}

std::vector<float> transposed(std::span<const float> plane, std::size_t width) {
    const std::size_t height = plane.size() / width;
    std::vector<float> out(plane.size());
    for (std::size_t y = 0; y < height; ++y) {
        for (std::size_t x = 0; x < width; ++x) out[x * height + y] = plane[y * width + x];
    }
    return out;
}

}  // namespace

std::vector<float> gaussian_blur(std::span<const float> plane, int width, int height, float sigma,
                                 Wrap wrap) {
    if (!(sigma >= 0.1f)) return {plane.begin(), plane.end()};
    const int radius = std::max(1, static_cast<int>(std::ceil(3.0f * sigma)));
    std::vector<double> weights;
    for (int k = 0; k <= radius; ++k) {
        const double x = static_cast<double>(k) / static_cast<double>(sigma);
        weights.push_back(std::exp(-0.5 * x * x));
    }
    const auto across = static_cast<std::size_t>(width);
    const auto down = static_cast<std::size_t>(height);
    const std::vector<float> rows = blur_rows(plane, across, weights, wrap.x);
    return transposed(blur_rows(transposed(rows, across), down, weights, wrap.y), down);
}

std::vector<float> high_pass(std::span<const float> plane, int width, int height, float sigma,
                             Wrap wrap) {
    std::vector<float> out = gaussian_blur(plane, width, height, sigma, wrap);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = plane[i] - out[i];
    return out;
}

std::vector<float> luma_plane(std::span<const float> rgb) {
    const std::size_t pixels = rgb.size() / 3;
    std::vector<float> luma(pixels);
    for (std::size_t i = 0; i < pixels; ++i) {
        luma[i] = 0.2126f * rgb[i] + 0.7152f * rgb[pixels + i] + 0.0722f * rgb[2 * pixels + i];
    }
    return luma;
}

}  // namespace impasto
