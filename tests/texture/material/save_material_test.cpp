#include "texture/material/save_material.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "image/load.h"
#include "image/srgb.h"
#include "picture_files.h"
#include "stone_material.h"

namespace impasto::texture {
namespace {

using testing::Folder;
using testing::grey_image;
using testing::map_of;

TEST(SaveMaterial, RoundTripKeepsNamesBitsAndChannels) {
    const Folder folder;
    const Material material = testing::stone();
    const auto names = save_material(material, folder / "a/b");
    ASSERT_TRUE(names) << names.error().message;
    EXPECT_EQ(names->size(), 4u);
    const MaterialFile all{folder / "a/b", std::nullopt};
    const auto back = load_material({&all, 1});
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_TRUE(back->warnings.empty());
    for (const MaterialMap& map : material.maps) {
        const MaterialMap* found = back->find(map.kind);
        ASSERT_NE(found, nullptr);
        EXPECT_EQ(found->name, map.name);
        EXPECT_EQ(found->image.bits, map.image.bits);
        EXPECT_EQ(found->image.grey, map.image.grey);
        const float step = 0.51f / (map.image.bits == 16 ? 65535.0f : 255.0f);
        for (std::size_t i = 0; i < map.image.rgb.size(); ++i) {
            ASSERT_NEAR(found->image.rgb[i], map.image.rgb[i], step);
        }
    }
}

TEST(SaveMaterial, MipsAreMeansOfLight) {
    auto maps = testing::stone_maps();
    for (std::size_t i = 0; i < maps[0].image.rgb.size(); ++i) {
        maps[0].image.rgb[i] = static_cast<float>((i % 64 + i / 64) % 2);  // a chequer
    }
    const Folder folder;
    const Material material = *make_material(maps);
    const auto names = save_material(material, folder / "m", {.mips = true});
    ASSERT_TRUE(names) << names.error().message;
    EXPECT_EQ(*names, file_names(material, {.mips = true}));
    EXPECT_EQ(names->size(), 4u * 7u);
    const auto level = load_image(folder / "m/stone_albedo.mip1.png");
    ASSERT_TRUE(level);
    EXPECT_EQ(level->width, 32);
    // Half of the light is 188, not 128.
    for (const float v : level->rgb) ASSERT_NEAR(v, linear_to_srgb(0.5f), 0.5f / 255.0f);
    const auto last = load_image(folder / "m/stone_height.mip6.png");
    ASSERT_TRUE(last);
    EXPECT_EQ(last->width, 1);
    EXPECT_EQ(last->bits, 16);
    double mean = 0.0;
    for (const float v : maps[2].image.rgb) mean += static_cast<double>(v) / (3 * 64 * 64);
    EXPECT_NEAR(static_cast<double>(last->rgb[0]), mean, 1e-4);
}

// What an opacity map hides, green here, comes out nowhere, as with alpha.
TEST(SaveMaterial, WhatIsHiddenLeavesNoFringe) {
    auto maps = testing::stone_maps();
    maps.resize(2);
    maps.push_back(map_of(MapKind::kOpacity, "stone_opacity.png", grey_image(64, 64, 1.0f)));
    const std::size_t pixels = 64 * 64;
    for (std::size_t i = 0; i < pixels; ++i) {
        const bool hidden = i % 64 < 37;  // not where texels of a level end
        for (std::size_t c = 0; c < 3; ++c) {
            maps[0].image.rgb[c * pixels + i] = hidden ? (c == 1 ? 1.0f : 0.0f) : 0.5f;
            maps[1].image.rgb[c * pixels + i] =
                hidden ? (c == 0 ? 1.0f : 0.5f) : (c == 2 ? 1.0f : 0.5f);
            maps[2].image.rgb[c * pixels + i] = hidden ? 0.0f : 1.0f;
        }
    }
    const Folder folder;
    const Material material = *make_material(maps);
    ASSERT_TRUE(save_material(material, folder / "m", {.mips = true}));
    const auto level = load_image(folder / "m/stone_albedo.mip2.png");
    ASSERT_TRUE(level);
    EXPECT_TRUE(level->alpha.empty());
    for (const float v : level->rgb) ASSERT_NEAR(v, 0.5f, 1.0f / 255.0f);
    const auto normals = load_image(folder / "m/stone_normal.mip1.png");
    ASSERT_TRUE(normals);
    for (std::size_t i = 0; i < 32 * 32; ++i) ASSERT_NEAR(normals->rgb[i], 0.5f, 1.0f / 255.0f);
    for (const int size : {48, 100}) {
        const Material other = resize_material(material, size, size);
        const Image& albedo = other.find(MapKind::kAlbedo)->image;
        EXPECT_TRUE(albedo.alpha.empty());
        for (const float v : albedo.rgb) ASSERT_NEAR(v, 0.5f, 1e-3f);
    }
}

TEST(SaveMaterial, PacksOrm) {
    auto maps = testing::stone_maps();
    maps.push_back(map_of(MapKind::kOcclusion, "stone_ao.png", grey_image(64, 64, 0.75f)));
    maps.back().image.bits = 16;
    const Material packed = packed_orm(*make_material(maps));
    EXPECT_EQ(packed.maps.size(), 4u);
    const MaterialMap* orm = packed.find(MapKind::kOrm);
    ASSERT_NE(orm, nullptr);
    EXPECT_EQ(orm->name, "stone_orm.png");
    EXPECT_EQ(orm->image.bits, 16);
    EXPECT_FALSE(orm->image.grey);
    const std::size_t pixels = 64 * 64;
    for (std::size_t i = 0; i < pixels; ++i) {
        ASSERT_EQ(orm->image.rgb[i], 0.75f);
        ASSERT_EQ(orm->image.rgb[pixels + i], maps[3].image.rgb[i]);
        ASSERT_EQ(orm->image.rgb[2 * pixels + i], 0.0f);  // no metal
    }
    // It is a material again, with nothing left to pack.
    EXPECT_EQ(packed_orm(packed).maps.size(), 4u);
    EXPECT_TRUE(make_material(packed.maps));
}

TEST(SaveMaterial, PacksWhatGltfPacked) {
    auto maps = testing::stone_maps();
    Image packed = grey_image(64, 64, 0.0f);
    packed.grey = false;
    const std::size_t pixels = packed.pixels();
    for (std::size_t i = 0; i < pixels; ++i) {
        packed.rgb[i] = 0.9f;  // says nothing
        packed.rgb[pixels + i] = maps[3].image.rgb[i];
        packed.rgb[2 * pixels + i] = 0.25f;
    }
    maps[3] = map_of(MapKind::kMetallicRoughness, "stone_metallicRoughness.png", packed);
    maps.push_back(map_of(MapKind::kOcclusion, "stone_ao.png", grey_image(64, 64, 0.75f)));
    const auto material = make_material(maps);
    ASSERT_TRUE(material) << material.error().message;
    EXPECT_EQ(scalars_of(*material).size(), 4u);  // height, roughness, metallic, occlusion
    const Material orm = packed_orm(*material);
    EXPECT_EQ(orm.maps.size(), 4u);
    const Image& image = orm.find(MapKind::kOrm)->image;
    for (std::size_t i = 0; i < pixels; ++i) {
        ASSERT_EQ(image.rgb[i], 0.75f);
        ASSERT_EQ(image.rgb[pixels + i], packed.rgb[pixels + i]);
        ASSERT_EQ(image.rgb[2 * pixels + i], 0.25f);
    }
    maps.push_back(map_of(MapKind::kRoughness, "stone_rough.png", grey_image(64, 64, 0.5f)));
    EXPECT_FALSE(make_material(maps));
}

TEST(SaveMaterial, LevelsOfALargerOneGo) {
    const Folder folder;
    ASSERT_TRUE(save_material(testing::stone(64), folder / "m", {.mips = true}));
    const auto names = save_material(testing::stone(32), folder / "m", {.mips = true});
    ASSERT_TRUE(names);
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "m")) {
        found.push_back(entry.path().filename().string());
    }
    EXPECT_TRUE(std::ranges::is_permutation(found, *names));
}

TEST(SaveMaterial, AFailureLeavesTheFolderAsItWas) {
    const Folder folder;
    Material material = testing::stone();
    // The last map cannot be written: a folder has its name.
    std::filesystem::create_directories(folder / "out/stone_roughness.png");
    const auto saved = save_material(material, folder / "out");
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, ErrorCode::kOutput);
    EXPECT_NE(saved.error().message.find("stone_roughness.png"), std::string::npos);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "out"), {}), 1);
    EXPECT_FALSE(check_material_writable(material, folder / "out"));
    // A folder that was made for it goes again.
    material.maps[3].name = "stone_roughness.tiff";
    EXPECT_FALSE(save_material(material, folder / "new/deep"));
    EXPECT_FALSE(check_material_writable(material, folder / "new/deep"));
    EXPECT_FALSE(std::filesystem::exists(folder / "new"));
    material.maps[3].name = "stone_roughness.png";
    EXPECT_TRUE(check_material_writable(material, folder / "new/deep"));
    EXPECT_FALSE(std::filesystem::exists(folder / "new"));
}

}  // namespace
}  // namespace impasto::texture
