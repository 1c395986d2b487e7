#include "style/mask.h"

#include <gtest/gtest.h>

namespace impasto::style {
namespace {

TEST(Mask, NoneIsOneEverywhere) {
    EXPECT_EQ(weights_at({}, 3, 2, {}), std::vector<float>(6, 1.0f));
}

TEST(Mask, StaysInRangeWhenResampled) {
    Mask mask{8, 8, std::vector<float>(64, 0.0f)};
    std::fill(mask.weights.begin() + 32, mask.weights.end(), 1.0f);  // the lower half
    const auto larger = weights_at(mask, 21, 20, {});
    for (const float weight : larger) {
        EXPECT_GE(weight, 0.0f);
        EXPECT_LE(weight, 1.0f);
    }
    EXPECT_EQ(larger[2 * 21 + 5], 0.0f);
    EXPECT_EQ(larger[17 * 21 + 5], 1.0f);
}

TEST(Mask, RegionsAddUpToThePicturesMask) {
    Masks masks;
    masks.picture = {4, 4, std::vector<float>(16, 0.5f)};
    masks.blend = {4, 4, std::vector<float>(16, 0.25f)};
    masks.blend.weights[5] = 1.0f;
    const auto first = region_weights(masks, 0, 4, 4, {});
    const auto second = region_weights(masks, 1, 4, 4, {});
    for (std::size_t i = 0; i < 16; ++i) {
        EXPECT_FLOAT_EQ(first[i] + second[i], 0.5f);
    }
    EXPECT_FLOAT_EQ(first[0], 0.375f);
    EXPECT_FLOAT_EQ(second[5], 0.5f);
}

// As the pools see it: 2x2 together, an odd last row or column left out.
TEST(Mask, IsPooledAsTheMapsAre) {
    std::vector<float> weights(7 * 5, 0.0f);
    weights[0] = 1.0f;          // (0, 0)
    weights[4 * 7 + 6] = 1.0f;  // the last row and column, which no pool reads
    const auto pooled = pooled_weights(weights, {1, 5, 7}, {9, 2, 3}, {});
    ASSERT_EQ(pooled.size(), 6u);
    EXPECT_FLOAT_EQ(pooled[0], 0.25f);
    EXPECT_FLOAT_EQ(static_cast<float>(sum_of(pooled)), 0.25f);
    EXPECT_EQ(pooled_weights(std::vector<float>(64, 1.0f), {1, 8, 8}, {1, 1, 1}, {}),
              std::vector<float>(1, 1.0f));
    // Where edges are repeated the pools complete it.
    const auto completed = pooled_weights(weights, {1, 5, 7}, {9, 3, 4},
                                          {nn::Border::kReplicate, nn::Border::kReplicate});
    ASSERT_EQ(completed.size(), 12u);
    EXPECT_FLOAT_EQ(completed[11], 1.0f);
}

TEST(Mask, TheRimIsClearedWhereEnoughIsLeft) {
    std::vector<float> weights(8 * 3, 1.0f);
    clear_rim(weights, 8, 3, 2);  // 3 rows are too few
    for (std::size_t y = 0; y < 3; ++y) {
        for (std::size_t x = 0; x < 8; ++x) {
            EXPECT_EQ(weights[y * 8 + x], x < 2 || x >= 6 ? 0.0f : 1.0f);
        }
    }
}

}  // namespace
}  // namespace impasto::style
