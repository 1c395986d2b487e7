// To the stack that a session optimises, and back.
#include "texture/material/working_maps.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "stone_material.h"
#include "support/coherence.h"
#include "texture/material/normals.h"

namespace impasto::texture {
namespace {

using testing::grey_image;
using testing::map_of;

// All that there can be, with normals of Direct3D.
Material everything(int size = 64) {
    auto maps = testing::stone_maps(size);
    flip_green(maps[1].image.rgb);
    maps[1].kind = MapKind::kNormalDx;
    maps.push_back(map_of(MapKind::kEmissive, "stone_emissive.png", maps[0].image));
    maps.push_back(map_of(MapKind::kMetallic, "stone_metallic.png", maps[2].image));
    for (float& v : maps.back().image.rgb) v = 0.25f + 0.5f * v;
    maps.push_back(map_of(MapKind::kOcclusion, "stone_ao.png", maps[3].image));
    return *make_material(maps);
}

// Of what comes back: about as much as 8 bits hold, since small components are left out.
void expect_close(const Image& after, const Image& before, const std::string& name) {
    ASSERT_EQ(after.rgb.size(), before.rgb.size());
    double sum = 0.0;
    double worst = 0.0;
    for (std::size_t i = 0; i < before.rgb.size(); ++i) {
        const double error = std::abs(static_cast<double>(after.rgb[i] - before.rgb[i]));
        sum += error;
        worst = std::max(worst, error);
    }
    EXPECT_LT(sum / static_cast<double>(before.rgb.size()), 1.0 / 255.0) << name;
    EXPECT_LT(worst, 0.06) << name;
}

TEST(WorkingMaps, ComeBackAsTheyWere) {
    const Material material = everything();
    const Image stack = stack_of(material);
    // Of 12 channels as many components as the stone has by itself: albedo, slopes, height,
    // roughness.
    EXPECT_LE(stack.maps, 3);
    EXPECT_EQ(stack.rgb.size(), stack.planes() * 64u * 64u);
    const auto back = material_of_stack(material, stack);
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_EQ(back->maps.size(), material.maps.size());
    for (std::size_t m = 0; m < material.maps.size(); ++m) {
        const MaterialMap& before = material.maps[m];
        const MaterialMap& after = back->maps[m];
        EXPECT_EQ(after.kind, before.kind);
        EXPECT_EQ(after.name, before.name);
        EXPECT_EQ(after.image.bits, before.image.bits);
        EXPECT_EQ(after.image.grey, before.image.grey);
        expect_close(after.image, before.image, before.name);
    }
}

TEST(WorkingMaps, PicturesAreScaledToTheirRange) {
    const Image stack = stack_of(everything());
    const auto pixels = static_cast<std::ptrdiff_t>(stack.pixels());
    for (int p = 0; p < stack.maps; ++p) {
        float widest = 0.0f;
        for (int c = 0; c < 3; ++c) {
            const auto begin = stack.rgb.begin() + (3 * p + c) * pixels;
            const auto [low, high] = std::minmax_element(begin, begin + pixels);
            EXPECT_GE(*low, 0.0f);
            EXPECT_LE(*high, 1.0f);
            EXPECT_NEAR(*low + *high, 1.0f, 1e-4f);
            widest = std::max(widest, *high - *low);
        }
        EXPECT_GT(widest, p == 0 ? 0.999f : 0.1f);
    }
}

TEST(WorkingMaps, WhateverASessionMakesStaysInRange) {
    const Material material = everything();
    Image stack = stack_of(material);
    const std::size_t pixels = stack.pixels();
    std::uint32_t state = 7;
    for (float& v : stack.rgb) {
        state = state * 1664525U + 1013904223U;
        v = 3.0f * static_cast<float>(state >> 8) / 16777216.0f - 1.0f;
    }
    const Material back = *material_of_stack(material, stack);
    for (std::size_t m = 0; m < back.maps.size(); ++m) {
        const auto& before = material.maps[m].image.rgb;
        const auto& after = back.maps[m].image.rgb;
        const bool scalar = is_scalar(back.maps[m].kind);
        const float low = scalar ? *std::min_element(before.begin(), before.end()) : 0.0f;
        const float high = scalar ? *std::max_element(before.begin(), before.end()) : 1.0f;
        for (const float v : after) {
            ASSERT_GE(v, low);
            ASSERT_LE(v, high);
        }
        if (!is_normal(back.maps[m].kind)) continue;
        for (std::size_t i = 0; i < pixels; ++i) {
            double length = 0.0;
            for (std::size_t c = 0; c < 3; ++c) {
                const double v = 2.0 * static_cast<double>(after[c * pixels + i]) - 1.0;
                length += v * v;
            }
            ASSERT_NEAR(length, 1.0, 1e-5);
            ASSERT_GT(after[2 * pixels + i], 0.5f);
        }
    }
}

// White noise for components: maps that had to do with each other still have.
TEST(WorkingMaps, WhatVariesTogetherGoesOnTogether) {
    const Material material = testing::stone(64);
    Image stack = stack_of(material);
    std::uint32_t state = 7;
    for (float& v : stack.rgb) {
        state = state * 1664525U + 1013904223U;
        v = static_cast<float>(state >> 8) / 16777216.0f;
    }
    const Material back = *material_of_stack(material, stack);
    const auto luma = luma_plane(back.find(MapKind::kAlbedo)->image.rgb);
    const auto height = scalar_plane(back, *find_scalar(back, MapKind::kHeight));
    const auto roughness = scalar_plane(back, *find_scalar(back, MapKind::kRoughness));
    EXPECT_GT(testing::correlation(luma, height), 0.8);
    EXPECT_LT(testing::correlation(luma, roughness), -0.8);
}

TEST(WorkingMaps, WhatIsTheSameThroughoutIsLeftOut) {
    auto maps = testing::stone_maps();
    const int without = stack_of(*make_material(maps)).maps;
    maps.push_back(map_of(MapKind::kMetallic, "stone_metallic.png", grey_image(64, 64, 0.0f)));
    maps.push_back(map_of(MapKind::kEmissive, "stone_emissive.png", grey_image(64, 64, 0.0f)));
    const Material material = *make_material(maps);
    Image stack = stack_of(material);
    EXPECT_EQ(stack.maps, without);
    stack.width = stack.height = 32;
    stack.rgb.resize(stack.planes() * 32 * 32);
    const Material back = *material_of_stack(material, stack);
    EXPECT_EQ(back.width, 32);
    for (const MapKind kind : {MapKind::kMetallic, MapKind::kEmissive}) {
        EXPECT_EQ(back.find(kind)->image.rgb, std::vector<float>(3 * 32 * 32, 0.0f));
    }
    const auto wrong = material_of_stack(material, grey_image(64, 64, 0.5f));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, ErrorCode::kInvalidArgument);
}

TEST(WorkingMaps, AnAlbedoOfOneColourIsAMaterialToo) {
    std::vector<MaterialMap> maps;
    maps.push_back(map_of(MapKind::kAlbedo, "grey_albedo.png", grey_image(32, 32, 0.25f)));
    const Material material = *make_material(maps);
    const Image stack = stack_of(material);
    EXPECT_EQ(stack.maps, 1);
    expect_close(material_of_stack(material, stack)->maps[0].image, maps[0].image, "albedo");
}

TEST(WorkingMaps, OrmChannelsAreScalars) {
    auto maps = testing::stone_maps();
    Image orm = maps[1].image;  // three different channels
    maps.pop_back();
    maps.push_back(map_of(MapKind::kOrm, "stone_orm.png", orm));
    const Material material = *make_material(maps);
    const Material back = *material_of_stack(material, stack_of(material));
    expect_close(back.find(MapKind::kOrm)->image, orm, "orm");
}

TEST(WorkingMaps, ACutOutWithASoftEdgeComesOutOpaque) {
    auto maps = testing::stone_maps();
    testing::cut_left_half(maps[0].image);
    for (std::size_t i = 0; i < maps[0].image.alpha.size(); ++i) {
        if (i % 64 >= 32 && i % 64 < 36)
            maps[0].image.alpha[i] = static_cast<float>(i % 64 - 31) / 5;
    }
    const Material material = *make_material(maps);
    const Material back = *material_of_stack(material, stack_of(material));
    EXPECT_EQ(back.find(MapKind::kAlbedo)->image.alpha, std::vector<float>(64 * 64, 1.0f));
    ASSERT_EQ(back.warnings.size(), 1u);
    EXPECT_NE(back.warnings[0].find("holes are no part"), std::string::npos);
}

TEST(WorkingMaps, TransparentTexelsAreFilledAndDoNotCount) {
    auto maps = testing::stone_maps();
    testing::cut_left_half(maps[0].image);
    const std::vector<MaterialMap> clean = maps;
    for (MaterialMap& map : maps) {
        // What is hidden is wild; none of it may be seen.
        for (std::size_t i = 0; i < map.image.rgb.size(); ++i) {
            if (i % 64 < 32) map.image.rgb[i] = i % 2 == 0 ? 1.0f : 0.0f;
        }
    }
    const Image hidden = stack_of(*make_material(maps));
    const Image other = stack_of(*make_material(clean));
    EXPECT_EQ(hidden.rgb, other.rgb);
    EXPECT_TRUE(hidden.alpha.empty());
    // Alpha is the same over what is covered: what comes back is opaque.
    const Material back = *material_of_stack(*make_material(maps), hidden);
    EXPECT_EQ(back.find(MapKind::kAlbedo)->image.alpha, std::vector<float>(64 * 64, 1.0f));
}

// The measure of the synthesis itself: maps that belong together, and those of two materials.
TEST(WorkingMaps, CoherenceTellsWhatBelongsTogether) {
    const Material material = testing::stone(128);
    const double together = testing::coherence(material);
    EXPECT_LT(together, -0.6);
    Material apart = material;
    const auto scalar = *find_scalar(apart, MapKind::kHeight);
    const auto plane = scalar_plane(apart, scalar);
    std::vector<float> turned(plane.rbegin(), plane.rend());
    set_scalar_plane(apart, scalar, turned);
    EXPECT_LT(std::abs(testing::coherence(apart)), 0.2);
}

}  // namespace
}  // namespace impasto::texture
