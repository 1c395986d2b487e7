#include "image/resize.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace impasto {
namespace {

// Below this, premultiplied colours are too coarse to be divided back.
constexpr float kLeastAlpha = 1.0f / 1024.0f;

double cubic(double x) {
    constexpr double a = -0.5;
    x = std::abs(x);
    if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
    if (x < 2.0) return (((x - 5.0) * x + 8.0) * x - 4.0) * a;
    return 0.0;
}

// The `count` inputs that one output is made of, and their weights, begin at `begin`.
struct Tap {
    std::size_t begin;
    std::size_t count;
};

struct Filter {
    std::vector<Tap> taps;  // one an output
    std::vector<std::size_t> sources;
    std::vector<double> weights;
};

// Of position i on an axis of n that repeats.
std::size_t wrapped(int i, int n) { return static_cast<std::size_t>((i % n + n) % n); }

Filter make_filter(int in, int out, bool wraps) {
    const double step = static_cast<double>(in) / out;
    const double widen = std::max(step, 1.0);
    const double support = 2.0 * widen;
    Filter filter;
    filter.taps.reserve(static_cast<std::size_t>(out));
    for (int i = 0; i < out; ++i) {
        const double center = (i + 0.5) * step;
        int first = static_cast<int>(std::floor(center - support + 0.5));
        int last = static_cast<int>(std::floor(center + support + 0.5));
        if (!wraps) {
            first = std::max(0, first);
            last = std::min(in, last);
        }
        const std::size_t begin = filter.weights.size();
        double sum = 0.0;
        for (int x = first; x < last; ++x) {
            filter.sources.push_back(wrapped(x, in));
            filter.weights.push_back(cubic((x + 0.5 - center) / widen));
            sum += filter.weights.back();
        }
        for (std::size_t k = begin; k < filter.weights.size(); ++k) filter.weights[k] /= sum;
        filter.taps.push_back({begin, filter.weights.size() - begin});
    }
    return filter;
}

}  // namespace

std::vector<float> resize_plane(std::span<const float> plane, int width, int height, int new_width,
                                int new_height, Wrap wrap) {
    if (width == new_width && height == new_height) return {plane.begin(), plane.end()};
    const Filter across = make_filter(width, new_width, wrap.x);
    const Filter down = make_filter(height, new_height, wrap.y);
    const auto w = static_cast<std::size_t>(width);
    const auto new_w = static_cast<std::size_t>(new_width);

    // Rows first: (height, new_width), kept in double between the two passes.
    std::vector<double> rows(static_cast<std::size_t>(height) * new_w);
    for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
        for (std::size_t x = 0; x < new_w; ++x) {
            const Tap& tap = across.taps[x];
            const float* from = &plane[y * w];
            const std::size_t* source = &across.sources[tap.begin];
            const double* weight = &across.weights[tap.begin];
            double sum = 0.0;
            for (std::size_t k = 0; k < tap.count; ++k) {
                sum += weight[k] * static_cast<double>(from[source[k]]);
            }
            rows[y * new_w + x] = sum;
        }
    }

    std::vector<float> out(static_cast<std::size_t>(new_height) * new_w);
    std::vector<double> sums(new_w);
    for (std::size_t y = 0; y < static_cast<std::size_t>(new_height); ++y) {
        const Tap& tap = down.taps[y];
        std::fill(sums.begin(), sums.end(), 0.0);
        for (std::size_t k = tap.begin; k < tap.begin + tap.count; ++k) {
            const double weight = down.weights[k];
            const double* row = &rows[down.sources[k] * new_w];
            for (std::size_t x = 0; x < new_w; ++x) sums[x] += weight * row[x];
        }
        for (std::size_t x = 0; x < new_w; ++x) out[y * new_w + x] = static_cast<float>(sums[x]);
    }
    return out;
}

Image resize_image(const Image& image, int new_width, int new_height, Wrap wrap) {
    Image out;
    out.width = new_width;
    out.height = new_height;
    out.maps = image.maps;
    const std::size_t from = image.pixels();
    const std::size_t to = out.pixels();
    out.rgb.reserve(out.planes() * to);
    const auto resize = [&](std::span<const float> plane) {
        return resize_plane(plane, image.width, image.height, new_width, new_height, wrap);
    };
    if (!image.alpha.empty()) out.alpha = resize(image.alpha);
    for (std::size_t c = 0; c < image.planes(); ++c) {
        const auto plane = std::span(image.rgb).subspan(c * from, from);
        std::vector<float> straight = resize(plane);
        if (!image.alpha.empty()) {
            std::vector<float> weighted(plane.begin(), plane.end());
            for (std::size_t i = 0; i < from; ++i) weighted[i] *= image.alpha[i];
            weighted = resize(weighted);
            for (std::size_t i = 0; i < to; ++i) {
                if (out.alpha[i] > kLeastAlpha) straight[i] = weighted[i] / out.alpha[i];
            }
        }
        out.rgb.insert(out.rgb.end(), straight.begin(), straight.end());
    }
    for (float& a : out.alpha) a = std::clamp(a, 0.0f, 1.0f);
    return out;
}

}  // namespace impasto
