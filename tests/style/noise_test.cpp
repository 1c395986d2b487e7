#include "style/noise.h"

#include <gtest/gtest.h>

#include <cmath>

namespace impasto::style {
namespace {

TEST(Noise, IsTheSeedsAloneAndHasTheStatedMoments) {
    const auto a = noise(30000, 5);
    EXPECT_EQ(a, noise(30000, 5));
    EXPECT_NE(a, noise(30000, 6));
    double mean = 0;
    double square = 0;
    for (const float value : a) {
        mean += static_cast<double>(value) / 30000;
        square += static_cast<double>(value) * static_cast<double>(value) / 30000;
    }
    EXPECT_NEAR(mean, 0.5, 5 * 0.1 / std::sqrt(30000.0));
    EXPECT_NEAR(std::sqrt(square - mean * mean), 0.1, 0.003);
}

}  // namespace
}  // namespace impasto::style
