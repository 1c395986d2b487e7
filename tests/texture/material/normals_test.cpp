#include "texture/material/normals.h"

#include <gtest/gtest.h>

#include <cmath>

#include "stone_material.h"

namespace impasto::texture {
namespace {

std::array<float, 3> unit(float x, float y, float z) {
    const float length = std::sqrt(x * x + y * y + z * z);
    return {x / length, y / length, z / length};
}

TEST(Normals, OfARampPointAgainstTheSlope) {
    // Rises by 1/64 a px to the right and falls by 1/32 a px downwards.
    std::vector<float> ramp(16 * 16);
    for (std::size_t i = 0; i < ramp.size(); ++i) {
        ramp[i] = 0.5f + static_cast<float>(i % 16) / 64.0f - static_cast<float>(i / 16) / 32.0f;
    }
    const auto normals = normals_of_height(ramp, 16, 16, 32.0f);
    const auto expected = unit(-0.5f, -1.0f, 1.0f);
    for (std::size_t i = 0; i < 256; ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            EXPECT_NEAR(normals[c * 256 + i], 0.5f * expected[c] + 0.5f, 1e-5f);
        }
    }
    const Relief relief = relief_of(ramp, normals, 16, 16);
    EXPECT_NEAR(relief.depth, 32.0f, 1e-2f);
    EXPECT_GT(relief.x, 0.99f);
    EXPECT_GT(relief.y, 0.99f);
}

TEST(Normals, WrappedSlopesAreThoseOfTheRolledPlane) {
    const auto stone = samples::render_stone(48);
    const std::span height = std::span(stone.height.rgb).first(48 * 48);
    std::vector<float> rolled(height.size());
    for (std::size_t i = 0; i < rolled.size(); ++i) {
        rolled[(i / 48 + 5) % 48 * 48 + (i + 17) % 48] = height[i];
    }
    const auto a = normals_of_height(height, 48, 48, 10.0f, {true, true});
    const auto b = normals_of_height(rolled, 48, 48, 10.0f, {true, true});
    for (std::size_t i = 0; i < a.size(); ++i) {
        const std::size_t p = i % (48 * 48);
        EXPECT_EQ(b[i - p + (p / 48 + 5) % 48 * 48 + (p + 17) % 48], a[i]);
    }
}

TEST(Normals, SlopesStayWithinTheirRegion) {
    // Two ramps of other slopes side by side, with a cliff between them; the last texel is alone.
    const std::vector<float> plane{0.0f, 1.0f, 2.0f, 90.0f, 80.0f, 70.0f, 5.0f};
    const std::vector<std::int32_t> regions{0, 0, 0, 1, 1, 1, 2};
    const Slopes slopes = slopes_of(plane, 7, 1, {true, false}, regions);
    EXPECT_EQ(slopes.x, (std::vector<float>{1.0f, 1.0f, 1.0f, -10.0f, -10.0f, -10.0f, 0.0f}));
    EXPECT_EQ(slopes.y, std::vector<float>(7, 0.0f));
    EXPECT_EQ(slopes_of(plane, 7, 1).x[2], 44.5f);
}

TEST(Normals, BlendedAreThoseOfTheSumOfTheHeights) {
    const std::array<float, 3> flat{0.0f, 0.0f, 1.0f};
    for (const auto& base : {flat, unit(0.3f, -0.2f, 1.0f), unit(-2.0f, 0.5f, 0.4f)}) {
        for (const auto& detail : {flat, unit(0.1f, 0.4f, 1.0f), unit(-0.6f, -0.1f, 0.7f)}) {
            const auto both = blended(base, detail);
            const auto expected = unit(base[0] / base[2] + detail[0] / detail[2],
                                       base[1] / base[2] + detail[1] / detail[2], 1.0f);
            for (std::size_t c = 0; c < 3; ++c) {
                EXPECT_NEAR(both[c], expected[c], 1e-6f);
            }
        }
    }
    for (std::size_t c = 0; c < 3; ++c) {
        const auto steep = unit(-2.0f, 0.5f, 0.4f);
        EXPECT_NEAR(blended(flat, steep)[c], steep[c], 1e-6f);
        EXPECT_NEAR(blended(steep, flat)[c], steep[c], 1e-6f);
    }
    // Into the surface, or along it: steep, and still out of it.
    EXPECT_GT(blended(unit(1.0f, 0.0f, -0.5f), flat)[2], 0.0f);
    EXPECT_GT(blended({1.0f, 0.0f, 0.0f}, unit(0.5f, 0.0f, 0.5f))[2], 0.0f);
}

TEST(Normals, KnowsWhatIsNoNormalMap) {
    const auto stone = samples::render_stone(64);
    EXPECT_TRUE(is_normal_map(stone.normal.rgb, {}));
    EXPECT_FALSE(is_normal_map(stone.albedo.rgb, {}));
    EXPECT_FALSE(is_normal_map(stone.height.rgb, {}));
    // Of the transparent half nothing is asked.
    std::vector<float> half = stone.normal.rgb;
    std::vector<float> covered(64 * 64, 1.0f);
    for (std::size_t i = 0; i < covered.size() / 2; ++i) {
        covered[i] = 0.0f;
        half[i] = half[i + 64 * 64] = half[i + 2 * 64 * 64] = 0.0f;
    }
    EXPECT_FALSE(is_normal_map(half, {}));
    EXPECT_TRUE(is_normal_map(half, covered));
}

}  // namespace
}  // namespace impasto::texture
