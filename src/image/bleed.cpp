#include "image/bleed.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace impasto {
namespace {

struct Level {
    int width = 0;
    int height = 0;
    std::vector<float> values;   // (n, height, width), means over what is covered
    std::vector<float> weights;  // (height, width), 0 where nothing is

    std::size_t pixels() const {
        return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    }
};

// Half the size, rounded up: means over squares of 2x2 texels.
Level pulled(const Level& fine, std::size_t planes) {
    Level coarse;
    coarse.width = (fine.width + 1) / 2;
    coarse.height = (fine.height + 1) / 2;
    coarse.values.assign(planes * coarse.pixels(), 0.0f);
    coarse.weights.assign(coarse.pixels(), 0.0f);
    for (int y = 0; y < fine.height; ++y) {
        for (int x = 0; x < fine.width; ++x) {
            const auto from = static_cast<std::size_t>(y) * static_cast<std::size_t>(fine.width) +
                              static_cast<std::size_t>(x);
            const auto to =
                static_cast<std::size_t>(y / 2) * static_cast<std::size_t>(coarse.width) +
                static_cast<std::size_t>(x / 2);
            const float weight = fine.weights[from];
            if (!(weight > 0.0f)) continue;
            coarse.weights[to] += weight;
            for (std::size_t c = 0; c < planes; ++c) {
                coarse.values[c * coarse.pixels() + to] +=
                    weight * fine.values[c * fine.pixels() + from];
            }
        }
    }
    for (std::size_t i = 0; i < coarse.pixels(); ++i) {
        if (!(coarse.weights[i] > 0.0f)) continue;
        for (std::size_t c = 0; c < planes; ++c) {
            coarse.values[c * coarse.pixels() + i] /= coarse.weights[i];
        }
        coarse.weights[i] = std::min(coarse.weights[i], 1.0f);
    }
    return coarse;
}

// The two coarse texels that a fine one lies between, and the share of the second.
struct Between {
    std::size_t first;
    std::size_t second;
    float share;
};

Between between(int fine, int coarse_size, bool wraps) {
    const float at = (static_cast<float>(fine) + 0.5f) / 2.0f - 0.5f;
    const int first = static_cast<int>(std::floor(at));
    const auto index = [&](int i) {
        if (wraps) return static_cast<std::size_t>((i + coarse_size) % coarse_size);
        return static_cast<std::size_t>(std::clamp(i, 0, coarse_size - 1));
    };
    return {index(first), index(first + 1), at - static_cast<float>(first)};
}

// Fills what is not covered in `fine` from a `coarse` level that is full.
void push(const Level& coarse, Level& fine, std::size_t planes, Wrap wrap) {
    const auto coarse_width = static_cast<std::size_t>(coarse.width);
    for (int y = 0; y < fine.height; ++y) {
        const Between down = between(y, coarse.height, wrap.y);
        for (int x = 0; x < fine.width; ++x) {
            const auto to = static_cast<std::size_t>(y) * static_cast<std::size_t>(fine.width) +
                            static_cast<std::size_t>(x);
            if (fine.weights[to] > 0.0f) continue;
            const Between across = between(x, coarse.width, wrap.x);
            for (std::size_t c = 0; c < planes; ++c) {
                const float* plane = &coarse.values[c * coarse.pixels()];
                const auto row = [&](std::size_t at) {
                    const float a = plane[at * coarse_width + across.first];
                    const float b = plane[at * coarse_width + across.second];
                    return a + (b - a) * across.share;
                };
                const float a = row(down.first);
                fine.values[c * fine.pixels() + to] = a + (row(down.second) - a) * down.share;
            }
        }
    }
}

}  // namespace

void bleed_colors(std::span<float> planes, std::span<const float> weights, int width, int height,
                  Wrap wrap) {
    const auto covered = [](float w) { return w > 0.0f; };
    if (std::all_of(weights.begin(), weights.end(), covered) ||
        std::none_of(weights.begin(), weights.end(), covered)) {
        return;
    }
    std::vector<Level> levels(1);
    levels[0].width = width;
    levels[0].height = height;
    levels[0].values.assign(planes.begin(), planes.end());
    levels[0].weights.assign(weights.begin(), weights.end());
    const std::size_t count = planes.size() / weights.size();
    while (levels.back().width > 1 || levels.back().height > 1) {
        levels.push_back(pulled(levels.back(), count));
    }
    for (std::size_t i = levels.size() - 1; i > 0; --i) {
        push(levels[i], levels[i - 1], count, wrap);
    }
    std::copy(levels[0].values.begin(), levels[0].values.end(), planes.begin());
}

}  // namespace impasto
