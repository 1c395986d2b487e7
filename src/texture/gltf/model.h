// What of a glTF document matters to its textures: materials with the images that they show, and
// triangles with the coordinates by which they show them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "texture/gltf/json.h"

namespace impasto::gltf {

// What a texture is to its material. The first two are colours, sRGB-encoded; the others data, or
// an extension's, whatever that makes of it: clearcoat, specular, sheen ...
enum class Slot { kBaseColor, kEmissive, kNormal, kMetallicRoughness, kOcclusion, kExtension };
const char* slot_name(Slot slot);  // "base colour"
std::string also(Slot slot);       // "it is also an occlusion map": a reason to leave an image
inline bool is_color(Slot slot) { return slot == Slot::kBaseColor || slot == Slot::kEmissive; }

enum class WrapMode { kRepeat, kMirror, kClamp };

// KHR_texture_transform: uv' = offset + R(rotation) (scale uv), R counter-clockwise where v goes
// down: u' = cos u + sin v, v' = -sin u + cos v.
struct UvTransform {
    std::array<double, 2> offset{0, 0};
    std::array<double, 2> scale{1, 1};
    double rotation = 0;  // radians
    std::array<double, 2> apply(std::array<double, 2> uv) const;
    bool operator==(const UvTransform&) const = default;
};

// A material's use of an image.
struct TextureUse {
    Slot slot = Slot::kBaseColor;
    std::size_t texture = 0;
    std::size_t image = 0;
    std::size_t set = 0;  // TEXCOORD_<set>
    UvTransform transform;
    std::array<WrapMode, 2> wrap{WrapMode::kRepeat, WrapMode::kRepeat};
    double scale = 1;    // of a normal map: what its x and y are multiplied by
    std::string unread;  // not "": an extension that gives the texture another image, which is not
                         // read here ("EXT_texture_webp"). `image` is that one, and may not exist
};

struct Material {
    std::string name;
    bool opaque = true;  // alpha is ignored
    std::vector<TextureUse> uses;
};

// Triangles of one material, in the scene's space where a node shows the mesh: the first that does.
struct Primitive {
    std::size_t material = 0;
    std::vector<std::array<float, 3>> positions;
    std::vector<std::vector<std::array<float, 2>>> coordinates;  // by set; may be empty
    std::vector<std::uint32_t> indices;                          // three a triangle
};

struct Model {
    std::vector<Material> materials;
    std::vector<Primitive> primitives;  // those with a material
};

// `json` has passed check_document; `buffers` hold at least their byteLength. kInput, without the
// file's name: an accessor that does not exist, is of the wrong type or lies beyond its buffer, an
// index beyond the vertices, a number that is not finite, geometry that is compressed, more
// triangles than kMostTriangles.
Result<Model> read_model(const Json& json, std::span<const std::vector<std::byte>> buffers);

inline constexpr std::size_t kMostTriangles = std::size_t{1} << 25;

}  // namespace impasto::gltf
