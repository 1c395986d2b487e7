#include "base/float16.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace impasto {
namespace {

// The value by the standard's definition, in double precision.
double defined_half(std::uint32_t half) {
    const double sign = (half & 0x8000u) != 0 ? -1.0 : 1.0;
    const int exponent = static_cast<int>((half >> 10) & 0x1f);
    const double fraction = half & 0x3ff;
    return exponent == 0 ? sign * std::ldexp(fraction, -24)
                         : sign * std::ldexp(1024.0 + fraction, exponent - 25);
}

bool is_special(std::uint32_t half) { return (half & 0x7c00u) == 0x7c00u; }

TEST(Float16, EveryHalfHasItsValue) {
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        const float value = half_to_float(static_cast<std::uint16_t>(bits));
        if (!is_special(bits)) {
            ASSERT_EQ(static_cast<double>(value), defined_half(bits)) << bits;
            ASSERT_EQ(std::signbit(value), (bits & 0x8000u) != 0) << bits;
        } else if ((bits & 0x3ffu) == 0) {
            ASSERT_TRUE(std::isinf(value)) << bits;
        } else {
            ASSERT_TRUE(std::isnan(value)) << bits;
        }
    }
}

TEST(Float16, EveryHalfComesBack) {
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        const auto half = static_cast<std::uint16_t>(bits);
        const std::uint16_t back = float_to_half(half_to_float(half));
        if (std::isnan(half_to_float(half))) {
            ASSERT_TRUE(std::isnan(half_to_float(back)));
        } else {
            ASSERT_EQ(back, half);
        }
    }
}

// Around every half: just below, at and just above the middle to the next one.
TEST(Float16, RoundsToNearestTiesToEven) {
    for (std::uint32_t bits = 0; bits < 0x7c00; ++bits) {
        // Above the largest half lies 65536 in the same step, from which on it is infinity.
        const double low = defined_half(bits);
        const double high = bits + 1 < 0x7c00 ? defined_half(bits + 1) : 65536.0;
        const auto middle = static_cast<float>((low + high) / 2);  // exact
        const std::uint32_t even = bits % 2 == 0 ? bits : bits + 1;
        ASSERT_EQ(float_to_half(middle), even) << bits;
        ASSERT_EQ(float_to_half(std::nextafter(middle, 0.0f)), bits) << bits;
        ASSERT_EQ(float_to_half(std::nextafter(middle, 1e9f)), bits + 1) << bits;
        ASSERT_EQ(float_to_half(-middle), even | 0x8000u) << bits;
    }
    EXPECT_EQ(float_to_half(std::numeric_limits<float>::max()), 0x7c00);
    EXPECT_EQ(float_to_half(std::numeric_limits<float>::denorm_min()), 0);
    EXPECT_EQ(float_to_half(-std::numeric_limits<float>::infinity()), 0xfc00);
}

TEST(Float16, EveryBfloat16IsTheUpperHalfOfAFloat) {
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        const float value = bfloat16_to_float(static_cast<std::uint16_t>(bits));
        ASSERT_EQ(std::bit_cast<std::uint32_t>(value), bits << 16);
    }
}

}  // namespace
}  // namespace impasto
