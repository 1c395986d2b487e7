// What makes a set of maps a material, and what does not.
#include "texture/material/material.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "image/save.h"
#include "picture_files.h"
#include "stone_material.h"
#include "texture/material/normals.h"

namespace impasto::texture {
namespace {

using testing::Folder;
using testing::grey_image;
using testing::map_of;
using testing::stone_maps;

void expect_input_error(const Result<Material>& material, std::initializer_list<const char*> says) {
    ASSERT_FALSE(material);
    EXPECT_EQ(material.error().code, ErrorCode::kInput);
    EXPECT_EQ(material.error().message.find('\n'), std::string::npos);
    for (const char* text : says) {
        EXPECT_NE(material.error().message.find(text), std::string::npos)
            << material.error().message;
    }
}

TEST(Material, TakesASet) {
    const auto material = make_material(stone_maps());
    ASSERT_TRUE(material) << material.error().message;
    EXPECT_EQ(material->width, 64);
    EXPECT_EQ(material->maps.size(), 4u);
    EXPECT_EQ(material->stem, "stone");
    EXPECT_TRUE(material->warnings.empty()) << material->warnings.front();
    EXPECT_TRUE(coverage(*material).empty());
    EXPECT_EQ(material->normal()->name, "stone_normal.png");
}

TEST(Material, RefusesWhatIsNone) {
    auto maps = stone_maps();
    maps.erase(maps.begin());
    expect_input_error(make_material(maps), {"no albedo", "_albedo.png"});

    maps = stone_maps();
    maps.push_back(map_of(MapKind::kRoughness, "other_rough.png", grey_image(64, 64, 0.5f)));
    expect_input_error(make_material(maps),
                       {"stone_roughness.png", "other_rough.png", "roughness map"});

    maps = stone_maps();
    maps.push_back(map_of(MapKind::kOrm, "stone_orm.png", grey_image(64, 64, 0.5f)));
    expect_input_error(make_material(maps), {"stone_roughness.png", "stone_orm.png"});

    maps = stone_maps();
    maps.push_back(map_of(MapKind::kNormalDx, "stone_normal_dx.png", maps[1].image));
    expect_input_error(make_material(maps), {"normal map"});

    maps = stone_maps();
    maps.push_back(map_of(MapKind::kMetallic, "stone_height.png", grey_image(64, 64, 0.5f)));
    expect_input_error(make_material(maps), {"two maps are called 'stone_height.png'"});

    maps = stone_maps();
    maps[2].image.rgb[70] = std::numeric_limits<float>::quiet_NaN();
    expect_input_error(make_material(maps), {"stone_height.png", "not numbers"});
}

TEST(Material, AFolderLeavesOutWhatIsNoPartOfIt) {
    const Folder folder;
    auto maps = stone_maps();
    ASSERT_TRUE(save_image(folder / "stone_NormalGL.png", maps[1].image));
    flip_green(maps[1].image.rgb);
    ASSERT_TRUE(save_image(folder / "stone_NormalDX.png", maps[1].image));
    for (const char* name : {"stone_albedo.png", "stone_specular_color.png", "stone_mask.png"}) {
        ASSERT_TRUE(save_image(folder / name, maps[0].image));
    }
    const MaterialFile all{folder / ".", std::nullopt};
    const auto material = load_material({&all, 1});
    ASSERT_TRUE(material) << material.error().message;
    EXPECT_EQ(material->maps.size(), 2u);
    EXPECT_EQ(material->normal()->kind, MapKind::kNormal);
    ASSERT_EQ(material->warnings.size(), 3u);
    EXPECT_NE(material->warnings[0].find("stone_mask.png' is left out"), std::string::npos);
    EXPECT_NE(material->warnings[1].find("specular"), std::string::npos);
    EXPECT_NE(material->warnings[2].find("stone_NormalDX.png' is left out"), std::string::npos);
    // By itself each is an error.
    const MaterialFile mask{folder / "stone_mask.png", std::nullopt};
    expect_input_error(load_material({&mask, 1}), {"stone_mask.png", "opacity"});
}

TEST(Material, AMapInAFormatThatIsNotReadIsTold) {
    const Folder folder;
    const auto maps = stone_maps();
    for (const char* name : {"stone_height.exr", "stone_roughness.tga", "stone_notes.tga"}) {
        std::ofstream(folder / name) << "no picture";
    }
    const MaterialFile all{folder / ".", std::nullopt};
    expect_input_error(load_material({&all, 1}), {"there are no maps", "is left out: it is"});
    ASSERT_TRUE(save_image(folder / "stone_albedo.png", maps[0].image));
    ASSERT_TRUE(save_image(folder / "stone_height.png", maps[2].image));
    const auto material = load_material({&all, 1});
    ASSERT_TRUE(material) << material.error().message;
    ASSERT_EQ(material->warnings.size(), 1u);  // the height is there as a PNG
    EXPECT_NE(material->warnings[0].find("stone_roughness.tga' is left out"), std::string::npos);
}

// Whether a folder or a list of its files brings them; said to be normals, both can't be meant.
TEST(Material, OfNormalsInBothConventionsOpenGlsAreTaken) {
    const Folder folder;
    auto maps = stone_maps();
    ASSERT_TRUE(save_image(folder / "stone_albedo.png", maps[0].image));
    ASSERT_TRUE(save_image(folder / "stone_NormalGL.png", maps[1].image));
    flip_green(maps[1].image.rgb);
    ASSERT_TRUE(save_image(folder / "stone_NormalDX.png", maps[1].image));
    MaterialFile files[] = {{folder / "stone_NormalDX.png", std::nullopt},
                            {folder / "stone_albedo.png", std::nullopt},
                            {folder / "stone_NormalGL.png", std::nullopt}};
    const auto material = load_material(files);
    ASSERT_TRUE(material) << material.error().message;
    EXPECT_EQ(material->maps.size(), 2u);
    EXPECT_EQ(material->normal()->kind, MapKind::kNormal);
    ASSERT_EQ(material->warnings.size(), 1u);
    EXPECT_NE(material->warnings[0].find("stone_NormalDX.png' is left out"), std::string::npos);
    const auto direct3d = load_material(std::span(files).first(2));
    ASSERT_TRUE(direct3d) << direct3d.error().message;
    EXPECT_EQ(direct3d->normal()->kind, MapKind::kNormalDx);
    files[0].kind = MapKind::kNormalDx;
    expect_input_error(load_material(files), {"normal map"});
}

TEST(Material, RefusesOtherSizesUnlessItMayResize) {
    auto maps = stone_maps();
    maps.push_back(map_of(MapKind::kOcclusion, "stone_ao.png", grey_image(32, 48, 0.5f)));
    expect_input_error(make_material(maps),
                       {"stone_ao.png", "32x48", "stone_albedo.png", "64x64", "resize"});
    const auto resized = make_material(maps, {.resize = true});
    ASSERT_TRUE(resized);
    EXPECT_EQ(resized->find(MapKind::kOcclusion)->image.width, 64);
    for (const float v : resized->find(MapKind::kOcclusion)->image.rgb) EXPECT_NEAR(v, 0.5f, 1e-5f);
}

// What a transparent texel hides is of a loud colour, in maps of twice and of half the size: where
// the surface is seen nothing of it comes in, whichever map says what is transparent.
TEST(Material, WhatIsTransparentDoesNotBleedIntoMapsThatAreResized) {
    constexpr int kSide = 64;
    const auto loud_on_the_left = [](int side, float red) {
        Image image = grey_image(side, side, 0.2f);
        image.grey = false;
        for (std::size_t i = 0; i < image.pixels(); ++i) {
            const auto width = static_cast<std::size_t>(side);
            if (i % width < width / 2) image.rgb[i] = red;
        }
        return image;
    };
    for (const bool by_alpha : {true, false}) {
        for (const int side : {kSide / 2, 2 * kSide}) {
            SCOPED_TRACE(std::to_string(side) + (by_alpha ? " alpha" : " opacity"));
            std::vector<MaterialMap> maps;
            maps.push_back(map_of(MapKind::kAlbedo, "a_albedo.png", loud_on_the_left(kSide, 1)));
            maps.push_back(map_of(MapKind::kEmissive, "a_emissive.png", loud_on_the_left(side, 1)));
            maps.push_back(map_of(MapKind::kNormal, "a_normal.png", loud_on_the_left(side, 1)));
            if (by_alpha) {
                testing::cut_left_half(maps[0].image);
            } else {
                Image opacity = loud_on_the_left(48, 0);
                for (std::size_t i = 0; i < opacity.pixels(); ++i) {
                    if (opacity.rgb[i] > 0) opacity.rgb[i] = 1;
                }
                maps.push_back(map_of(MapKind::kOpacity, "a_opacity.png", opacity));
            }
            const auto material = make_material(maps, {.resize = true});
            ASSERT_TRUE(material) << material.error().message;
            const std::vector<float> seen = opacity(*material);
            const Image& emissive = material->find(MapKind::kEmissive)->image;
            const Image& normal = material->normal()->image;
            float loudest = 0;
            float bent = 0;
            for (std::size_t i = 0; i < emissive.pixels(); ++i) {
                if (seen[i] <= 0.05f) continue;
                loudest = std::max(loudest, std::abs(emissive.rgb[i] - 0.2f));
                bent = std::max(bent, std::abs(normal.rgb[i] - normal.rgb[normal.pixels() - 1]));
            }
            EXPECT_LT(loudest, 0.02f);
            EXPECT_LT(bent, 0.02f);
        }
    }
}

TEST(Material, AMapOfOnePixelIsAConstant) {
    auto maps = stone_maps();
    maps.push_back(map_of(MapKind::kMetallic, "stone_metallic.png", grey_image(1, 1, 0.25f)));
    const auto material = make_material(maps);
    ASSERT_TRUE(material) << material.error().message;
    const Image& image = material->find(MapKind::kMetallic)->image;
    EXPECT_EQ(image.rgb, std::vector<float>(3 * 64 * 64, 0.25f));
    ASSERT_EQ(material->warnings.size(), 1u);
    EXPECT_NE(material->warnings[0].find("one pixel"), std::string::npos);

    // Also the albedo, a plain colour: the others say how large it is.
    maps = stone_maps();
    maps[0].image = grey_image(1, 1, 0.25f);
    const auto plain = make_material(maps);
    ASSERT_TRUE(plain) << plain.error().message;
    EXPECT_EQ(plain->width, 64);
    EXPECT_EQ(plain->find(MapKind::kAlbedo)->image.rgb, std::vector<float>(3 * 64 * 64, 0.25f));

    std::vector<MaterialMap> alone;
    alone.push_back(map_of(MapKind::kAlbedo, "a_albedo.png", grey_image(1, 1, 0.25f)));
    expect_input_error(make_material(alone), {"1x1", "too small"});
}

TEST(Material, WarnsOfWhatIsOdd) {
    const auto warnings = [](std::vector<MaterialMap> maps) {
        const auto material = make_material(std::move(maps));
        EXPECT_TRUE(material);
        std::string all;
        for (const std::string& line : material->warnings) all += line + "\n";
        return all;
    };
    auto maps = stone_maps();
    maps[1].image.rgb = maps[0].image.rgb;  // a photograph
    EXPECT_NE(warnings(maps).find("does not look like a normal map"), std::string::npos);

    maps = stone_maps();
    maps[1].image = grey_image(64, 64, 0.79f);  // as long as a unit vector
    EXPECT_NE(warnings(maps).find("does not look like a normal map"), std::string::npos);

    maps = stone_maps();
    flip_green(maps[1].image.rgb);
    EXPECT_NE(warnings(maps).find("Direct3D's, not OpenGL's"), std::string::npos);
    maps[1].kind = MapKind::kNormalDx;
    EXPECT_EQ(warnings(maps), "");
    flip_green(maps[1].image.rgb);
    EXPECT_NE(warnings(maps).find("OpenGL's, not Direct3D's"), std::string::npos);

    maps = stone_maps();
    maps[3].image = maps[1].image;
    EXPECT_NE(warnings(maps).find("stone_roughness.png' is coloured"), std::string::npos);

    maps = stone_maps();
    maps[3].name = "wood_roughness.png";
    EXPECT_NE(warnings(maps).find("'stone' and 'wood'"), std::string::npos);
}

TEST(Material, LoadsFilesAndFolders) {
    const Folder folder;
    for (const MaterialMap& map : stone_maps()) {
        ASSERT_TRUE(save_image(folder / map.name, map.image, {}, {map.image.bits, map.image.grey}));
    }
    ASSERT_TRUE(save_image(folder / "preview.png", stone_maps()[0].image));
    const MaterialFile all{folder / "", std::nullopt};
    const auto material = load_material({&all, 1});
    ASSERT_TRUE(material) << material.error().message;
    EXPECT_EQ(material->maps.size(), 4u);
    EXPECT_EQ(material->find(MapKind::kHeight)->image.bits, 16);
    EXPECT_TRUE(material->find(MapKind::kHeight)->image.grey);
    EXPECT_EQ(material->find(MapKind::kAlbedo)->image.bits, 8);

    const MaterialFile unnamed{folder / "preview.png", std::nullopt};
    expect_input_error(load_material({&unnamed, 1}), {"preview.png", "say which map"});
    const MaterialFile named{folder / "preview.png", MapKind::kAlbedo};
    EXPECT_TRUE(load_material({&named, 1}));
    const MaterialFile missing{folder / "x_albedo.png", std::nullopt};
    expect_input_error(load_material({&missing, 1}), {"x_albedo.png", "no such file"});
    const MaterialFile nowhere{folder / "nowhere", std::nullopt};
    expect_input_error(load_material({&nowhere, 1}), {"nowhere", "no such file or folder"});

    // What is said takes the place of what the folder has, be it the same file.
    const std::vector<MaterialFile> same{{folder / "stone_normal.png", MapKind::kNormalDx}, all};
    const auto turned = load_material(same);
    ASSERT_TRUE(turned) << turned.error().message;
    EXPECT_EQ(turned->maps.size(), 4u);
    EXPECT_EQ(turned->normal()->kind, MapKind::kNormalDx);
    const std::vector<MaterialFile> other{{folder / "preview.png", MapKind::kAlbedo}, all};
    const auto replaced = load_material(other);
    ASSERT_TRUE(replaced) << replaced.error().message;
    EXPECT_EQ(replaced->find(MapKind::kAlbedo)->name, "preview.png");
    EXPECT_NE(replaced->warnings.front().find("stone_albedo.png"), std::string::npos);

    std::filesystem::create_directory(folder / "empty");
    const MaterialFile empty{folder / "empty", std::nullopt};
    expect_input_error(load_material({&empty, 1}), {"no maps in the folder"});
}

TEST(Material, CoverageIsWhereAlphaAndOpacityAre) {
    auto maps = stone_maps();
    testing::cut_left_half(maps[0].image);
    maps.push_back(map_of(MapKind::kOpacity, "stone_opacity.png", grey_image(64, 64, 0.5f)));
    for (std::size_t i = 0; i < 64; ++i) maps.back().image.rgb[64 * 63 + i] = 0.0f;
    const auto covered = coverage(*make_material(maps));
    ASSERT_EQ(covered.size(), 64u * 64u);
    for (std::size_t i = 0; i < covered.size(); ++i) {
        EXPECT_EQ(covered[i], i % 64 >= 32 && i / 64 < 63 ? 1.0f : 0.0f) << i;
    }
}

TEST(Material, ScalarsOfAnOrmMapAreItsChannels) {
    auto maps = stone_maps();
    maps.pop_back();
    MaterialMap orm = map_of(MapKind::kOrm, "stone_orm.png", grey_image(64, 64, 0.0f));
    for (std::size_t i = 0; i < orm.image.rgb.size(); ++i) {
        orm.image.rgb[i] = 0.25f * static_cast<float>(i / (64 * 64));
    }
    maps.push_back(orm);
    Material material = *make_material(maps);
    float expected = 0.0f;
    for (const MapKind kind : {MapKind::kOcclusion, MapKind::kRoughness, MapKind::kMetallic}) {
        const auto scalar = find_scalar(material, kind);
        ASSERT_TRUE(scalar);
        EXPECT_EQ(scalar_plane(material, *scalar)[5], expected);
        expected += 0.25f;
    }
    set_scalar_plane(material, *find_scalar(material, MapKind::kRoughness),
                     std::vector<float>(64 * 64, 0.9f));
    const Image& image = material.find(MapKind::kOrm)->image;
    EXPECT_EQ(image.rgb[5], 0.0f);
    EXPECT_EQ(image.rgb[64 * 64 + 5], 0.9f);
    EXPECT_EQ(image.rgb[2 * 64 * 64 + 5], 0.5f);
}

TEST(Material, ResizedNormalsStayUnitVectors) {
    const Material material = resize_material(testing::stone(), 23, 40, {true, true});
    for (const MaterialMap& map : material.maps) {
        EXPECT_EQ(map.image.width, 23);
        EXPECT_EQ(map.image.height, 40);
        EXPECT_EQ(map.image.bits, map.kind == MapKind::kHeight ? 16 : 8);
    }
    const std::vector<float>& rgb = material.normal()->image.rgb;
    for (std::size_t i = 0; i < 23 * 40; ++i) {
        double length = 0.0;
        for (std::size_t c = 0; c < 3; ++c) {
            const double v = 2.0 * static_cast<double>(rgb[c * 23 * 40 + i]) - 1.0;
            length += v * v;
        }
        EXPECT_NEAR(length, 1.0, 1e-5);
    }
}

}  // namespace
}  // namespace impasto::texture
