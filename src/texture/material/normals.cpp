#include "texture/material/normals.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace impasto::texture {
namespace {

// Grey that passes for a unit vector is (1, 1, 1) / sqrt(3), 0.58 each: a normal map has some such
// texels on slopes, not half of them. Above kLeastLean it leans, within kGreyBand it is no colour.
constexpr float kLeastLean = 0.2f;
constexpr float kGreyBand = 0.1f;

// Steeper than this the z of an 8 bit normal is noise.
constexpr float kLeastZ = 0.1f;

}  // namespace

void flip_green(std::span<float> normals) {
    const std::size_t pixels = normals.size() / 3;
    for (std::size_t i = pixels; i < 2 * pixels; ++i) normals[i] = 1.0f - normals[i];
}

bool is_normal_map(std::span<const float> normals, std::span<const float> covered) {
    const std::size_t pixels = normals.size() / 3;
    std::size_t all = 0;
    std::size_t good = 0;
    std::size_t grey = 0;  // a photograph's light tones
    for (std::size_t i = 0; i < pixels; ++i) {
        if (!covered.empty() && covered[i] <= 0.0f) continue;
        ++all;
        const float x = 2.0f * normals[i] - 1.0f;
        const float y = 2.0f * normals[pixels + i] - 1.0f;
        const float z = 2.0f * normals[2 * pixels + i] - 1.0f;
        const float length = std::sqrt(x * x + y * y + z * z);
        if (z > 0.0f && std::abs(length - 1.0f) < 0.25f) ++good;
        if (x > kLeastLean && std::abs(x - y) < kGreyBand && std::abs(x - z) < kGreyBand) ++grey;
    }
    return 10 * good >= 9 * all && 2 * grey <= all;
}

Slopes slopes_of(std::span<const float> plane, int width, int height, Wrap wrap,
                 std::span<const std::int32_t> regions) {
    const auto next = [](int i, int n, bool wraps) { return i + 1 < n ? i + 1 : wraps ? 0 : i; };
    const auto last = [](int i, int n, bool wraps) { return i > 0 ? i - 1 : wraps ? n - 1 : i; };
    const auto index = [&](int x, int y) {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
               static_cast<std::size_t>(x);
    };
    const auto slope = [&](std::size_t at, std::size_t before, std::size_t after) {
        if (!regions.empty() && regions[before] != regions[at]) before = at;
        if (!regions.empty() && regions[after] != regions[at]) after = at;
        const float distance = before != at && after != at ? 2.0f : 1.0f;
        return (plane[after] - plane[before]) / distance;
    };
    Slopes slopes;
    slopes.x.reserve(plane.size());
    slopes.y.reserve(plane.size());
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            slopes.x.push_back(slope(index(x, y), index(last(x, width, wrap.x), y),
                                     index(next(x, width, wrap.x), y)));
            slopes.y.push_back(slope(index(x, y), index(x, last(y, height, wrap.y)),
                                     index(x, next(y, height, wrap.y))));
        }
    }
    return slopes;
}

std::vector<float> normals_of_height(std::span<const float> plane, int width, int height,
                                     float depth, Wrap wrap) {
    std::vector<float> normals(2 * plane.size(), 0.5f);
    normals.resize(3 * plane.size(), 1.0f);
    lay_over(normals, slopes_of(plane, width, height, wrap), depth);
    return normals;
}

Relief relief_of(std::span<const float> plane, std::span<const float> normals, int width,
                 int height) {
    const Slopes slopes = slopes_of(plane, width, height);
    const std::size_t pixels = plane.size();
    // Products of the height's slopes and the normals', along x and y.
    std::array<double, 2> mixed{};
    std::array<double, 2> of_height{};
    std::array<double, 2> of_normals{};
    for (std::size_t i = 0; i < pixels; ++i) {
        const float z = std::max(2.0f * normals[2 * pixels + i] - 1.0f, kLeastZ);
        const std::array<float, 2> wanted{-(2.0f * normals[i] - 1.0f) / z,
                                          (2.0f * normals[pixels + i] - 1.0f) / z};
        const std::array<float, 2> found{slopes.x[i], slopes.y[i]};
        for (std::size_t k = 0; k < 2; ++k) {
            mixed[k] += static_cast<double>(wanted[k]) * static_cast<double>(found[k]);
            of_height[k] += static_cast<double>(found[k]) * static_cast<double>(found[k]);
            of_normals[k] += static_cast<double>(wanted[k]) * static_cast<double>(wanted[k]);
        }
    }
    const auto correlation = [&](std::size_t k) {
        const double scale = std::sqrt(of_height[k] * of_normals[k]);
        return scale > 1e-12 ? static_cast<float>(mixed[k] / scale) : 0.0f;
    };
    Relief relief;
    relief.x = correlation(0);
    relief.y = correlation(1);
    const double squares = of_height[0] + of_height[1];
    if (squares > 1e-12) {
        relief.depth = static_cast<float>((mixed[0] + std::abs(mixed[1])) / squares);
    }
    return relief;
}

std::array<float, 3> blended(const std::array<float, 3>& base, const std::array<float, 3>& detail) {
    const float base_z = std::max(base[2], kLeastZ);
    const float detail_z = std::max(detail[2], kLeastZ);
    const float x = base[0] / base_z + detail[0] / detail_z;
    const float y = base[1] / base_z + detail[1] / detail_z;
    const float length = std::sqrt(x * x + y * y + 1.0f);
    return {x / length, y / length, 1.0f / length};
}

void lay_over(std::span<float> normals, const Slopes& slopes, float depth) {
    const std::size_t pixels = normals.size() / 3;
    for (std::size_t i = 0; i < pixels; ++i) {
        const float x = -depth * slopes.x[i];
        const float y = depth * slopes.y[i];  // rows go down, green goes up
        const float length = std::sqrt(x * x + y * y + 1.0f);
        const std::array<float, 3> base{2.0f * normals[i] - 1.0f, 2.0f * normals[pixels + i] - 1.0f,
                                        2.0f * normals[2 * pixels + i] - 1.0f};
        const auto both = blended(base, {x / length, y / length, 1.0f / length});
        for (std::size_t c = 0; c < 3; ++c) normals[c * pixels + i] = 0.5f * both[c] + 0.5f;
    }
}

}  // namespace impasto::texture
