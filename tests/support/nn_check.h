// What the tests of nn/ share: a check must pass, and values to check with.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "nn/border.h"
#include "nn/checks.h"
#include "nn/reference.h"
#include "nn/shape.h"

namespace impasto::testing {

inline std::string describe(const nn::Shape& shape, nn::Borders borders = {}) {
    const char* names[] = {"zero", "replicate", "wrap"};
    return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" +
           std::to_string(shape.width) + ", borders " + names[static_cast<std::size_t>(borders.y)] +
           " and " + names[static_cast<std::size_t>(borders.x)];
}

inline void expect_passes(const Result<nn::Check>& check) {
    ASSERT_TRUE(check) << check.error().message;
    EXPECT_TRUE(check->passed()) << check->message << " (error " << check->error << ", bound "
                                 << check->bound << ")";
}

inline const std::vector<nn::Borders>& every_border() {
    static const std::vector<nn::Borders> all = [] {
        std::vector<nn::Borders> made;
        for (const auto y : {nn::Border::kZero, nn::Border::kReplicate, nn::Border::kWrap}) {
            for (const auto x : {nn::Border::kZero, nn::Border::kReplicate, nn::Border::kWrap}) {
                made.push_back({y, x});
            }
        }
        return made;
    }();
    return all;
}

// For kernels that drivers compile slowly: every mode on every axis, but not every pair.
inline const std::vector<nn::Borders>& some_borders() {
    using nn::Border;
    static const std::vector<nn::Borders> some{{Border::kZero, Border::kZero},
                                               {Border::kReplicate, Border::kReplicate},
                                               {Border::kWrap, Border::kWrap},
                                               {Border::kReplicate, Border::kWrap},
                                               {Border::kWrap, Border::kZero}};
    return some;
}

class Numbers {
  public:
    explicit Numbers(std::uint32_t seed) : engine_(seed) {}
    std::vector<double> doubles(std::size_t count, double low = -1, double high = 1) {
        std::vector<double> values(count);
        for (double& v : values) {
            v = low + (high - low) * static_cast<double>(engine_()) * 0x1p-32;
        }
        return values;
    }
    std::vector<float> floats(std::size_t count, double low = -1, double high = 1) {
        const std::vector<double> values = doubles(count, low, high);
        std::vector<float> rounded(count);
        for (std::size_t i = 0; i < count; ++i) {
            rounded[i] = static_cast<float>(values[i]);
        }
        return rounded;
    }

  private:
    std::mt19937 engine_;
};

inline std::vector<double> widened(const std::vector<float>& values) {
    return {values.begin(), values.end()};
}

// The map moved by (dy, dx), around the edges.
template <typename T>
std::vector<T> rolled(const std::vector<T>& x, const nn::Shape& shape, int dy, int dx) {
    std::vector<T> y(x.size());
    const int height = static_cast<int>(shape.height);
    const int width = static_cast<int>(shape.width);
    for (std::size_t c = 0; c < shape.channels; ++c) {
        for (int i = 0; i < height; ++i) {
            for (int j = 0; j < width; ++j) {
                const int to_i = ((i + dy) % height + height) % height;
                const int to_j = ((j + dx) % width + width) % width;
                y[c * shape.plane() + static_cast<std::size_t>(to_i * width + to_j)] =
                    x[c * shape.plane() + static_cast<std::size_t>(i * width + j)];
            }
        }
    }
    return y;
}

// Left and right exchanged.
template <typename T>
std::vector<T> mirrored(const std::vector<T>& x, const nn::Shape& shape) {
    std::vector<T> y(x.size());
    for (std::size_t row = 0; row < std::size_t{shape.channels} * shape.height; ++row) {
        for (std::size_t j = 0; j < shape.width; ++j) {
            y[row * shape.width + shape.width - 1 - j] = x[row * shape.width + j];
        }
    }
    return y;
}

}  // namespace impasto::testing
