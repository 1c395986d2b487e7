#include "texture/material/restyle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "stone_material.h"
#include "support/coherence.h"
#include "texture/material/detail.h"
#include "texture/material/normals.h"

namespace impasto::texture {
namespace {

constexpr int kSize = 64;
constexpr std::size_t kPixels = static_cast<std::size_t>(kSize) * kSize;

// The albedo with light bumps painted on it.
Image painted(const Material& material) {
    Image albedo = material.find(MapKind::kAlbedo)->image;
    albedo.alpha.clear();
    for (std::size_t i = 0; i < albedo.rgb.size(); ++i) {
        const auto x = static_cast<float>(i % kSize);
        const auto y = static_cast<float>(i / kSize % kSize);
        albedo.rgb[i] += 0.2f * std::sin(x * 0.785398f) * std::sin(y * 0.785398f);
    }
    return albedo;
}

TEST(Restyle, TheSameAlbedoChangesNothing) {
    const Material before = testing::stone(kSize);
    const Material after = *restyle(before, before.find(MapKind::kAlbedo)->image, {1.0f});
    for (std::size_t m = 0; m < before.maps.size(); ++m) {
        for (std::size_t i = 0; i < 3 * kPixels; ++i) {
            ASSERT_NEAR(after.maps[m].image.rgb[i], before.maps[m].image.rgb[i], 1e-5f)
                << before.maps[m].name;
        }
    }
}

TEST(Restyle, HeightNormalsAndRoughnessFollowByTheStrength) {
    const Material before = testing::stone(kSize);
    const Image albedo = painted(before);
    const std::vector<float> detail =
        new_detail(albedo, before.find(MapKind::kAlbedo)->image, {}, {});
    const auto change = [&](const Material& after, MapKind kind) {
        const auto from = scalar_plane(before, *find_scalar(before, kind));
        const auto to = scalar_plane(after, *find_scalar(after, kind));
        std::vector<float> difference(kPixels);
        for (std::size_t i = 0; i < kPixels; ++i) difference[i] = to[i] - from[i];
        return difference;
    };
    const Material none = *restyle(before, albedo, {0.0f});
    const Material half = *restyle(before, albedo, {0.5f});
    const Material full = *restyle(before, albedo, {1.0f});
    EXPECT_EQ(none.find(MapKind::kHeight)->image.rgb, before.find(MapKind::kHeight)->image.rgb);
    EXPECT_EQ(none.normal()->image.rgb, before.normal()->image.rgb);
    EXPECT_GT(testing::correlation(change(full, MapKind::kHeight), detail), 0.99);
    EXPECT_LT(testing::correlation(change(full, MapKind::kRoughness), detail), -0.95);
    double half_sum = 0.0;
    double full_sum = 0.0;
    const auto half_change = change(half, MapKind::kHeight);
    const auto full_change = change(full, MapKind::kHeight);
    for (std::size_t i = 0; i < kPixels; ++i) {
        half_sum += std::abs(static_cast<double>(half_change[i]));
        full_sum += std::abs(static_cast<double>(full_change[i]));
    }
    EXPECT_NEAR(half_sum / full_sum, 0.5, 0.02);
    // The new normals are those of the new height, which the old ones are less.
    const auto height = scalar_plane(full, *find_scalar(full, MapKind::kHeight));
    const Relief relief = relief_of(height, full.normal()->image.rgb, kSize, kSize);
    const Relief old = relief_of(height, before.normal()->image.rgb, kSize, kSize);
    EXPECT_GT(relief.x, 0.98f);
    EXPECT_GT(relief.y, 0.98f);
    EXPECT_LT(old.x, 0.975f);
    EXPECT_LT(old.y, 0.975f);
    for (const Material* material : {&half, &full}) {
        for (const MaterialMap& map : material->maps) {
            for (const float v : map.image.rgb) {
                ASSERT_GE(v, 0.0f);
                ASSERT_LE(v, 1.0f);
            }
        }
    }
}

// Bold or faint, at full strength paint reads about as well as the height that was there.
TEST(Restyle, ReliefIsMeasuredByTheHeightsOwn) {
    const Material before = testing::stone(kSize);
    const Image& colours = before.find(MapKind::kAlbedo)->image;
    const auto height = scalar_plane(before, *find_scalar(before, MapKind::kHeight));
    const auto rise = [&](float strength, float detail) {
        Image albedo = painted(before);
        for (std::size_t i = 0; i < albedo.rgb.size(); ++i) {
            albedo.rgb[i] = colours.rgb[i] + strength * (albedo.rgb[i] - colours.rgb[i]);
        }
        const Material after = *restyle(before, albedo, {detail});
        const auto raised = scalar_plane(after, *find_scalar(after, MapKind::kHeight));
        std::vector<float> change(kPixels);
        for (std::size_t i = 0; i < kPixels; ++i) change[i] = raised[i] - height[i];
        return deviation(change, {}) / deviation(height, {});
    };
    EXPECT_GT(rise(1.0f, 1.0f), 0.4f);
    EXPECT_LT(rise(1.0f, 1.0f), 0.7f);
    EXPECT_NEAR(rise(0.5f, 1.0f), rise(1.0f, 1.0f), 0.05f) << "fainter paint";
    EXPECT_GT(rise(1.0f, 0.5f), 0.2f);
    EXPECT_LT(rise(0.01f, 1.0f), 0.05f) << "next to nothing";
}

TEST(Restyle, NormalsOfDirect3dFollowLikeOpenGls) {
    const Material gl = testing::stone(kSize);
    Material dx = gl;
    dx.normal()->kind = MapKind::kNormalDx;
    flip_green(dx.find(MapKind::kNormalDx)->image.rgb);
    const Image albedo = painted(gl);
    Material after = *restyle(dx, albedo, {1.0f});
    flip_green(after.normal()->image.rgb);
    const Material expected = *restyle(gl, albedo, {1.0f});
    for (std::size_t i = 0; i < 3 * kPixels; ++i) {
        ASSERT_NEAR(after.normal()->image.rgb[i], expected.normal()->image.rgb[i], 1e-5f);
    }
}

TEST(Restyle, IsPeriodicWithTile) {
    const Material before = testing::stone(kSize);
    const Image albedo = painted(before);
    const auto rolled = [](Image image) {
        const Image from = image;
        for (std::size_t i = 0; i < image.rgb.size(); ++i) {
            const std::size_t p = i % kPixels;
            image.rgb[i - p + (p / kSize + 20) % kSize * kSize + (p + 13) % kSize] = from.rgb[i];
        }
        return image;
    };
    Material moved = before;
    for (MaterialMap& map : moved.maps) map.image = rolled(map.image);
    const RestyleOptions options{1.0f, {true, true}};
    const Material a = *restyle(before, albedo, options);
    const Material b = *restyle(moved, rolled(albedo), options);
    for (std::size_t m = 0; m < a.maps.size(); ++m) {
        // The depth is measured without wrapping, over other rows.
        const Image expected = rolled(a.maps[m].image);
        for (std::size_t i = 0; i < 3 * kPixels; ++i) {
            ASSERT_NEAR(b.maps[m].image.rgb[i], expected.rgb[i], 5e-3f) << a.maps[m].name;
        }
    }
}

TEST(Restyle, AlphaStaysAndColoursBleed) {
    auto maps = testing::stone_maps(kSize);
    testing::cut_left_half(maps[0].image);
    const Material before = *make_material(maps);
    Image albedo = painted(before);
    for (std::size_t i = 0; i < albedo.rgb.size(); ++i) {
        if (i % kSize < kSize / 2) albedo.rgb[i] = 5.0f;  // never to be seen
    }
    const Material after = *restyle(before, albedo, {1.0f});
    const Image& colours = after.find(MapKind::kAlbedo)->image;
    EXPECT_EQ(colours.alpha, before.find(MapKind::kAlbedo)->image.alpha);
    // Beside the edge the hidden colour is about that of the covered texel next to it.
    for (std::size_t y = 0; y < kSize; ++y) {
        const std::size_t at = y * kSize + kSize / 2;
        EXPECT_NEAR(colours.rgb[at - 1], colours.rgb[at], 0.25f) << y;
    }
    // What is hidden changes nothing else.
    Image other = albedo;
    for (std::size_t i = 0; i < other.rgb.size(); ++i) {
        if (i % kSize < kSize / 2) other.rgb[i] = 0.0f;
    }
    const Material same = *restyle(before, other, {1.0f});
    for (std::size_t m = 0; m < after.maps.size(); ++m) {
        EXPECT_EQ(same.maps[m].image.rgb, after.maps[m].image.rgb) << after.maps[m].name;
    }
}

// Paint that is light up to the edge raises the surface there, and is no step down to nothing.
TEST(Restyle, TheEdgeOfACutOutIsNoCliff) {
    auto maps = testing::stone_maps(kSize);
    testing::cut_left_half(maps[0].image);
    for (std::size_t i = 0; i < kPixels; ++i) {
        maps[1].image.rgb[i] = maps[1].image.rgb[kPixels + i] = 0.5f;
        maps[1].image.rgb[2 * kPixels + i] = 1.0f;
        for (std::size_t c = 0; c < 3; ++c) {
            // What is hidden is far from what is not.
            const float value = i % kSize < kSize / 2 ? 0.0f : 0.5f;
            maps[2].image.rgb[c * kPixels + i] = maps[3].image.rgb[c * kPixels + i] = value;
        }
    }
    const Material before = *make_material(maps);
    Image albedo = before.find(MapKind::kAlbedo)->image;
    albedo.alpha.clear();
    for (std::size_t i = 0; i < albedo.rgb.size(); ++i) {
        albedo.rgb[i] += i % kSize < kSize / 2 + 6 ? 0.5f : 0.0f;
    }
    const Material after = *restyle(before, albedo, {1.0f});
    for (std::size_t y = 0; y < kSize; ++y) {
        const std::size_t edge = y * kSize + kSize / 2;
        const auto slope = [&](std::size_t at) {
            return std::abs(after.normal()->image.rgb[at] - 0.5f);
        };
        EXPECT_LT(slope(edge), 0.2f * slope(edge + 5)) << y << ": the step that was painted";
        for (const MapKind kind : {MapKind::kHeight, MapKind::kRoughness, MapKind::kNormal}) {
            const Image& image = after.find(kind)->image;
            EXPECT_NEAR(image.rgb[edge - 1], image.rgb[edge], 0.2f) << y;
        }
    }
}

TEST(Restyle, AnotherSizeTakesAllMapsAlong) {
    const Material before = testing::stone(kSize);
    Image albedo = testing::grey_image(40, 40, 0.5f);
    const Material after = *restyle(before, albedo, {0.5f});
    EXPECT_EQ(after.width, 40);
    for (const MaterialMap& map : after.maps) {
        EXPECT_EQ(map.image.width, 40);
        EXPECT_EQ(map.image.rgb.size(), 3u * 40u * 40u);
    }
    EXPECT_FALSE(after.find(MapKind::kAlbedo)->image.grey);
    albedo.maps = 2;
    EXPECT_FALSE(restyle(before, albedo));
}

}  // namespace
}  // namespace impasto::texture
