// The maps of a material, and how their files are called.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "image/resample.h"

namespace impasto::texture {

// The numbers are those of ImpastoMapKind.
enum class MapKind {
    kAlbedo = 1,    // base colour or diffuse, sRGB; its alpha is the opacity
    kNormal = 2,    // tangent space, green up (OpenGL, glTF)
    kNormalDx = 3,  // tangent space, green down (Direct3D)
    kHeight = 4,    // 0 low, 1 high
    kRoughness = 5,
    kMetallic = 6,
    kOcclusion = 7,           // 1: open
    kEmissive = 8,            // sRGB
    kOpacity = 9,             // 1: opaque
    kOrm = 10,                // occlusion, roughness and metallic in red, green and blue
    kMetallicRoughness = 11,  // the same as glTF packs it: red says nothing
};

inline constexpr std::array kMapKinds{
    MapKind::kAlbedo,    MapKind::kNormal,   MapKind::kNormalDx,          MapKind::kHeight,
    MapKind::kRoughness, MapKind::kMetallic, MapKind::kOcclusion,         MapKind::kEmissive,
    MapKind::kOpacity,   MapKind::kOrm,      MapKind::kMetallicRoughness,
};

// "albedo", "normal" ..., as files and messages call it; both kinds of normal are "normal".
const char* map_kind_name(MapKind kind);

inline bool is_normal(MapKind kind) {
    return kind == MapKind::kNormal || kind == MapKind::kNormalDx;
}

// Several scalars in one picture.
inline bool is_packed(MapKind kind) {
    return kind == MapKind::kOrm || kind == MapKind::kMetallicRoughness;
}
// The channel of a packed map that holds a scalar; nothing where none does.
std::optional<std::size_t> packed_channel(MapKind packed, MapKind scalar);

// One number a texel.
inline bool is_scalar(MapKind kind) {
    return kind == MapKind::kHeight || kind == MapKind::kRoughness || kind == MapKind::kMetallic ||
           kind == MapKind::kOcclusion || kind == MapKind::kOpacity;
}

// What a map's values mean when they are averaged.
Sampling sampling_of(MapKind kind);

struct MapName {
    MapKind kind = MapKind::kAlbedo;
    std::string stem;  // what stands before the kind, "Bricks076_1K"; may be empty
};

// What a file's name says: "stone_albedo.png", "rock_nor_gl_2k.jpg", "Bricks076_1K_NormalDX.png",
// "wall-baseColor.png". Words are parted by _ - . blanks and by a capital after a small letter; the
// last one, or the last two together, name the map, in any case. What may follow: a resolution
// ("2k", "1024", "512x512") or a depth ("16bit"). Of normals, those that say neither are OpenGL's.
// Nothing where no map's name is found, or one that must not be taken for what it seems to be.
std::optional<MapName> map_of_name(std::string_view file_name);

// Of a name that seems to say a map, why it is taken for none: the colour of a specular lobe is no
// albedo, and a mask is rarely opacity. "" for all others.
std::string why_no_map(std::string_view file_name);

}  // namespace impasto::texture
