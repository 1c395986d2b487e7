#include "image/resample.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "image/bleed.h"
#include "image/srgb.h"

namespace impasto {
namespace {

// Below this, premultiplied colours are too coarse to be divided back.
constexpr float kLeastAlpha = 1.0f / 1024.0f;

void to_light(std::vector<float>& rgb, Sampling sampling) {
    if (sampling != Sampling::kSrgb) return;
    std::transform(rgb.begin(), rgb.end(), rgb.begin(), srgb_to_linear);
}

void encode_again(std::vector<float>& rgb, Sampling sampling) {
    if (sampling == Sampling::kNormal) renormalise(rgb);
    for (float& v : rgb) {
        if (sampling == Sampling::kSrgb) v = linear_to_srgb(v);
        v = std::clamp(v, 0.0f, 1.0f);
    }
}

// A level in the making: light or vectors, multiplied by alpha where there is any.
struct Level {
    int width = 0;
    int height = 0;
    std::vector<std::vector<float>> colours;
    std::vector<float> alpha;
};

Image finished(const Level& level, Sampling sampling, const Image& like) {
    Image image;
    image.width = level.width;
    image.height = level.height;
    image.bits = like.bits;
    image.grey = like.grey;
    image.alpha = level.alpha;
    for (const std::vector<float>& plane : level.colours) {
        image.rgb.insert(image.rgb.end(), plane.begin(), plane.end());
    }
    if (!level.alpha.empty()) {
        const std::size_t pixels = image.pixels();
        std::vector<float> weights(pixels);
        for (std::size_t i = 0; i < pixels; ++i) {
            weights[i] = level.alpha[i] > kLeastAlpha ? 1.0f : 0.0f;
            if (weights[i] <= 0.0f) continue;
            for (std::size_t c = 0; c < 3; ++c) image.rgb[c * pixels + i] /= level.alpha[i];
        }
        bleed_colors(image.rgb, weights, image.width, image.height);
    }
    encode_again(image.rgb, sampling);
    return image;
}

}  // namespace

std::vector<float> area_means(std::span<const float> plane, int width, int height, int new_width,
                              int new_height) {
    const auto overlap = [](int i, int in, int out, int x) {
        // In units of 1 / out of a texel, so that the numbers are exact.
        const long long begin =
            std::max<long long>(static_cast<long long>(i) * in, static_cast<long long>(x) * out);
        const long long end = std::min<long long>(static_cast<long long>(i + 1) * in,
                                                  static_cast<long long>(x + 1) * out);
        return static_cast<double>(end - begin) / in;
    };
    std::vector<float> out;
    out.reserve(static_cast<std::size_t>(new_width) * static_cast<std::size_t>(new_height));
    for (int j = 0; j < new_height; ++j) {
        for (int i = 0; i < new_width; ++i) {
            double sum = 0.0;
            for (int y = static_cast<int>(static_cast<long long>(j) * height / new_height);
                 y < height &&
                 static_cast<long long>(y) * new_height < static_cast<long long>(j + 1) * height;
                 ++y) {
                const double down = overlap(j, height, new_height, y);
                for (int x = static_cast<int>(static_cast<long long>(i) * width / new_width);
                     x < width &&
                     static_cast<long long>(x) * new_width < static_cast<long long>(i + 1) * width;
                     ++x) {
                    sum += down * overlap(i, width, new_width, x) *
                           static_cast<double>(
                               plane[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                                     static_cast<std::size_t>(x)]);
                }
            }
            out.push_back(static_cast<float>(sum));
        }
    }
    return out;
}

void renormalise(std::vector<float>& rgb) {
    const std::size_t pixels = rgb.size() / 3;
    for (std::size_t i = 0; i < pixels; ++i) {
        const float x = 2.0f * rgb[i] - 1.0f;
        const float y = 2.0f * rgb[pixels + i] - 1.0f;
        const float z = 2.0f * rgb[2 * pixels + i] - 1.0f;
        const float length = std::sqrt(x * x + y * y + z * z);
        const bool found = length > 1e-6f;
        rgb[i] = found ? 0.5f * x / length + 0.5f : 0.5f;
        rgb[pixels + i] = found ? 0.5f * y / length + 0.5f : 0.5f;
        rgb[2 * pixels + i] = found ? 0.5f * z / length + 0.5f : 1.0f;
    }
}

Image resample(const Image& image, int new_width, int new_height, Sampling sampling, Wrap wrap,
               std::span<const float> weights) {
    if (image.width == new_width && image.height == new_height) return image;
    Image light = image;
    to_light(light.rgb, sampling);
    const bool weighed = image.alpha.empty() && !weights.empty();
    if (weighed) light.alpha.assign(weights.begin(), weights.end());
    Image out = resize_image(light, new_width, new_height, wrap);
    if (weighed) {
        for (float& weight : out.alpha) weight = weight > kLeastAlpha ? 1.0f : 0.0f;
        bleed_colors(out.rgb, out.alpha, new_width, new_height, wrap);
        out.alpha.clear();
    }
    out.bits = image.bits;
    out.grey = image.grey;
    encode_again(out.rgb, sampling);
    return out;
}

std::vector<Image> mip_chain(const Image& image, Sampling sampling,
                             std::span<const float> weights) {
    std::vector<Image> chain;
    std::vector<float> light = image.rgb;
    to_light(light, sampling);
    const std::size_t pixels = image.pixels();
    const bool weighed = image.alpha.empty() && !weights.empty();
    Level level{image.width, image.height, {}, image.alpha};
    if (weighed) level.alpha.assign(weights.begin(), weights.end());
    for (std::size_t c = 0; c < 3; ++c) {
        const auto begin = light.begin() + static_cast<std::ptrdiff_t>(c * pixels);
        level.colours.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(pixels));
        if (level.alpha.empty()) continue;
        for (std::size_t i = 0; i < pixels; ++i) level.colours[c][i] *= level.alpha[i];
    }
    while (level.width > 1 || level.height > 1) {
        const int width = std::max(1, level.width / 2);
        const int height = std::max(1, level.height / 2);
        const auto halved = [&](const std::vector<float>& plane) {
            return area_means(plane, level.width, level.height, width, height);
        };
        for (std::vector<float>& plane : level.colours) plane = halved(plane);
        if (!level.alpha.empty()) level.alpha = halved(level.alpha);
        level.width = width;
        level.height = height;
        chain.push_back(finished(level, sampling, image));
        if (weighed) chain.back().alpha.clear();
    }
    return chain;
}

}  // namespace impasto
