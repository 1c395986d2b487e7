// A material: maps of one size that describe one surface.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/image.h"
#include "image/resize.h"
#include "texture/material/map_kind.h"

namespace impasto::texture {

struct MaterialMap {
    MapKind kind = MapKind::kAlbedo;
    std::string name;  // of its file, without folders: "stone_albedo.png"
    Image image;       // its bits and grey are those that it is written with
};

struct Material {
    int width = 0;  // px, of every map
    int height = 0;
    std::vector<MaterialMap> maps;      // of every kind one at most; an albedo is among them
    std::string stem;                   // what the names have in common; may be empty
    std::vector<std::string> warnings;  // one line each: what is odd and was taken all the same

    const MaterialMap* find(MapKind kind) const;
    MaterialMap* find(MapKind kind);
    const MaterialMap* normal() const;  // of either kind; null without one
    MaterialMap* normal();
};

// A file, or a folder of which those files are taken whose names say a map. Of normals in both
// conventions, as far as names say which they are, OpenGL's are taken.
struct MaterialFile {
    std::filesystem::path path;
    std::optional<MapKind> kind;  // nothing: by its name
};

struct MaterialOptions {
    // Whether maps of another size than the albedo's are brought to its. What is transparent, by
    // alpha or opacity of whatever size, does not count in what is averaged.
    bool resize = false;
    Wrap wrap = {};  // how they are resampled
};

inline constexpr int kLargestSide = 16384;  // px, the largest that a session takes

// Reads the maps. Errors, each naming the file: kInput (unreadable, a name that says no map, two
// maps of one kind, two of one name, no albedo, other sizes without `resize`, sides below 16 px or
// beyond kLargestSide), kOutOfMemory.
Result<Material> load_material(std::span<const MaterialFile> files,
                               const MaterialOptions& options = {});

// The same from pictures in memory. Names may be empty: "albedo.png". kInput also for values that
// are not finite.
Result<Material> make_material(std::vector<MaterialMap> maps, const MaterialOptions& options = {});

// The material at another size, every map resampled in the way of its kind.
Material resize_material(const Material& material, int width, int height, Wrap wrap = {});

// (height, width): 1 where the surface is, 0 where alpha or opacity say that there is nothing.
// Empty where it is everywhere.
std::vector<float> coverage(const Material& material);

// (height, width): how opaque the surface is, by its alpha and opacity. Empty where it is
// throughout.
std::vector<float> opacity(const Material& material);
// How much a map's texels count where they are averaged: of colours and normals as much as they are
// seen. Empty: all the same.
std::span<const float> weights_of(const MaterialMap& map, std::span<const float> opacity);

// One number a texel that a material has, and where it is kept.
struct Scalar {
    MapKind kind = MapKind::kHeight;
    std::size_t map = 0;      // index into maps
    std::size_t channel = 0;  // 0 to 2, or kAlphaChannel
};
inline constexpr std::size_t kAlphaChannel = 3;

// Height, roughness, metallic, occlusion, opacity, in this order, as far as there are any: of maps
// of their own, of a packed map's channels, and of the albedo's alpha.
std::vector<Scalar> scalars_of(const Material& material);
std::optional<Scalar> find_scalar(const Material& material, MapKind kind);
std::span<const float> scalar_plane(const Material& material, const Scalar& scalar);
// Writes all the channels that stand for the scalar.
void set_scalar_plane(Material& material, const Scalar& scalar, std::span<const float> plane);

}  // namespace impasto::texture
