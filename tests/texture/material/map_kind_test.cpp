// Names of files as the asset libraries and engines give them.
#include "texture/material/map_kind.h"

#include <gtest/gtest.h>

namespace impasto::texture {
namespace {

struct Known {
    const char* name;
    MapKind kind;
    const char* stem;
};

TEST(MapKind, KnowsTheUsualNames) {
    for (const Known& known : {
             Known{"stone_albedo.png", MapKind::kAlbedo, "stone"},
             Known{"stone_BaseColor.png", MapKind::kAlbedo, "stone"},
             Known{"stone_base_color.png", MapKind::kAlbedo, "stone"},
             Known{"stone-base-color.png", MapKind::kAlbedo, "stone"},
             Known{"rock wall diffuse.jpg", MapKind::kAlbedo, "rock wall"},
             Known{"rock_wall_diff_2k.jpg", MapKind::kAlbedo, "rock_wall"},
             Known{"Bricks076_1K_Color.png", MapKind::kAlbedo, "Bricks076_1K"},
             Known{"Bricks076_1K-JPG_NormalDX.jpg", MapKind::kNormalDx, "Bricks076_1K-JPG"},
             Known{"Bricks076_1K_NormalGL.png", MapKind::kNormal, "Bricks076_1K"},
             Known{"Bricks076_1K_AmbientOcclusion.png", MapKind::kOcclusion, "Bricks076_1K"},
             Known{"a.col.png", MapKind::kAlbedo, "a"},
             Known{"rock_nor_gl_4k.png", MapKind::kNormal, "rock"},
             Known{"rock_nor_dx_4k.png", MapKind::kNormalDx, "rock"},
             Known{"rock_NORMAL_OpenGL.png", MapKind::kNormal, "rock"},
             Known{"rock_normal_directx_1024.png", MapKind::kNormalDx, "rock"},
             Known{"rock_normal.png", MapKind::kNormal, "rock"},
             Known{"rock_disp_16bit.png", MapKind::kHeight, "rock"},
             Known{"rock_displacement.png", MapKind::kHeight, "rock"},
             Known{"rock_bump.png", MapKind::kHeight, "rock"},
             Known{"rock_height_512x512.png", MapKind::kHeight, "rock"},
             Known{"rock_rough.png", MapKind::kRoughness, "rock"},
             Known{"rock_Roughness.PNG", MapKind::kRoughness, "rock"},
             Known{"rock_metal.png", MapKind::kMetallic, "rock"},
             Known{"rock_metalness.png", MapKind::kMetallic, "rock"},
             Known{"rock_AO.png", MapKind::kOcclusion, "rock"},
             Known{"rock_ambient_occlusion.png", MapKind::kOcclusion, "rock"},
             Known{"rock_arm_2k.png", MapKind::kOrm, "rock"},
             Known{"rockORM.png", MapKind::kOrm, "rock"},
             Known{"occlusion_roughness_metallic.png", MapKind::kOrm, ""},
             Known{"lamp_emission.png", MapKind::kEmissive, "lamp"},
             Known{"lampEmissive.png", MapKind::kEmissive, "lamp"},
             Known{"lamp_emission_color.png", MapKind::kEmissive, "lamp"},
             Known{"lampEmissiveColor.png", MapKind::kEmissive, "lamp"},
             Known{"leaf_opacity_mask.png", MapKind::kOpacity, "leaf"},
             Known{"box_metallicRoughness.png", MapKind::kMetallicRoughness, "box"},
             Known{"box_metal_rough_2k.png", MapKind::kMetallicRoughness, "box"},
             Known{"coat_color.png", MapKind::kAlbedo, "coat"},
             Known{"leaf_alpha.png", MapKind::kOpacity, "leaf"},
             Known{"some.folder/albedo.png", MapKind::kAlbedo, ""},
         }) {
        const auto found = map_of_name(known.name);
        ASSERT_TRUE(found) << known.name;
        EXPECT_EQ(found->kind, known.kind) << known.name;
        EXPECT_EQ(found->stem, known.stem) << known.name;
    }
}

TEST(MapKind, TellsWhatSaysNone) {
    for (const char* name : {"photo.jpg", "", ".png", "_.png", "2k.png", "albedos.png",
                             "stone_albedo_old.png", "normality.png", "___", "1024x1024.png"}) {
        EXPECT_FALSE(map_of_name(name)) << name;
    }
}

TEST(MapKind, SaysWhyItTakesNone) {
    for (const char* name : {"x_specular_color.png", "x_subsurface_color.png", "sheenColor.png",
                             "x_clearcoat_normal.png", "x_sheen_roughness_1k.png",
                             "T_Rock_Mask.png", "rock_mask.png", "rock_MaskMap.png"}) {
        EXPECT_FALSE(map_of_name(name)) << name;
        EXPECT_FALSE(why_no_map(name).empty()) << name;
    }
    for (const char* name : {"x_color.png", "photo.png", "x_opacity_mask.png", "masked.png", ""}) {
        EXPECT_TRUE(why_no_map(name).empty()) << name;
    }
}

TEST(MapKind, NamesComeBack) {
    for (const MapKind kind : kMapKinds) {
        const auto found = map_of_name(std::string("x_") + map_kind_name(kind) + ".png");
        ASSERT_TRUE(found);
        EXPECT_EQ(found->kind, kind == MapKind::kNormalDx ? MapKind::kNormal : kind);
    }
}

}  // namespace
}  // namespace impasto::texture
