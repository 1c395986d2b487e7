#include "texture/material/restyle.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "image/bleed.h"
#include "image/blur.h"
#include "texture/material/normals.h"

namespace impasto::texture {
namespace {

// Of the height's range, for a step from black to white at full strength: strokes stand out clearly
// and do not drown what was there. Chosen by looking at renderings of the generated stone.
constexpr float kHeightShare = 0.25f;
constexpr float kRoughnessShare = 0.25f;
// What changes over more than this share of the longer side is light and colour, not relief.
constexpr float kSlowShare = 1.0f / 32.0f;
constexpr float kLeastSlow = 2.0f;  // px
// The depth of a height from 0 to 1, where the maps do not tell: a share of the longer side.
constexpr float kDepthShare = 1.0f / 32.0f;
// Below this the height and the normals have nothing to do with each other.
constexpr float kLeastCorrelation = 0.3f;

float longer_side(const Material& material) {
    return static_cast<float>(std::max(material.width, material.height));
}

// In px, by the material's own maps if they agree.
float depth_of(const Material& material) {
    const MaterialMap* normal = material.normal();
    const auto height = find_scalar(material, MapKind::kHeight);
    const float usual = kDepthShare * longer_side(material);
    if (normal == nullptr || !height) return usual;
    std::vector<float> normals = normal->image.rgb;
    if (normal->kind == MapKind::kNormalDx) flip_green(normals);
    const Relief relief =
        relief_of(scalar_plane(material, *height), normals, material.width, material.height);
    const bool agree = relief.x > kLeastCorrelation && std::abs(relief.y) > kLeastCorrelation;
    return agree && relief.depth > 0.0f ? relief.depth : usual;
}

void follow_normals(MaterialMap& map, const std::vector<float>& relief) {
    if (map.kind == MapKind::kNormalDx) flip_green(map.image.rgb);
    const std::size_t pixels = map.image.pixels();
    std::vector<float>& rgb = map.image.rgb;
    for (std::size_t i = 0; i < pixels; ++i) {
        std::array<float, 3> base{};
        std::array<float, 3> detail{};
        for (std::size_t c = 0; c < 3; ++c) {
            base[c] = 2.0f * rgb[c * pixels + i] - 1.0f;
            detail[c] = 2.0f * relief[c * pixels + i] - 1.0f;
        }
        const std::array<float, 3> both = blended(base, detail);
        for (std::size_t c = 0; c < 3; ++c) rgb[c * pixels + i] = 0.5f * both[c] + 0.5f;
    }
    if (map.kind == MapKind::kNormalDx) flip_green(rgb);
}

void add_to_scalar(Material& material, MapKind kind, const std::vector<float>& detail,
                   float share) {
    const auto scalar = find_scalar(material, kind);
    if (!scalar) return;
    const auto from = scalar_plane(material, *scalar);
    std::vector<float> plane(from.begin(), from.end());
    for (std::size_t i = 0; i < plane.size(); ++i) {
        plane[i] = std::clamp(plane[i] + share * detail[i], 0.0f, 1.0f);
    }
    set_scalar_plane(material, *scalar, plane);
}

}  // namespace

std::vector<float> new_detail(const Image& albedo, const Image& before,
                              const std::vector<float>& covered, Wrap wrap) {
    std::vector<float> detail = luma_plane(albedo.rgb);
    const std::vector<float> old = luma_plane(before.rgb);
    for (std::size_t i = 0; i < detail.size(); ++i) {
        detail[i] -= old[i];
        if (!covered.empty() && covered[i] <= 0.0f) detail[i] = 0.0f;
    }
    const float sigma = std::max(
        kLeastSlow, kSlowShare * static_cast<float>(std::max(albedo.width, albedo.height)));
    std::vector<float> slow = gaussian_blur(detail, albedo.width, albedo.height, sigma, wrap);
    if (!covered.empty()) {
        // The mean over what is covered alone (normalised convolution).
        const std::vector<float> share =
            gaussian_blur(covered, albedo.width, albedo.height, sigma, wrap);
        for (std::size_t i = 0; i < slow.size(); ++i) {
            slow[i] = covered[i] > 0.0f ? slow[i] / share[i] : 0.0f;
        }
    }
    for (std::size_t i = 0; i < detail.size(); ++i) detail[i] -= slow[i];
    return detail;
}

Result<Material> restyle(const Material& material, const Image& albedo,
                         const RestyleOptions& options) {
    if (albedo.maps != 1 || albedo.pixels() == 0 || albedo.rgb.size() != 3 * albedo.pixels()) {
        return Error{ErrorCode::kInvalidArgument,
                     "a material is restyled by one picture, its new albedo"};
    }
    Material out = albedo.width == material.width && albedo.height == material.height
                       ? material
                       : resize_material(material, albedo.width, albedo.height, options.wrap);
    out.warnings.clear();
    const std::vector<float> covered = coverage(out);
    Image& colours = out.find(MapKind::kAlbedo)->image;
    const std::vector<float> detail = new_detail(albedo, colours, covered, options.wrap);
    colours.rgb = albedo.rgb;
    for (float& v : colours.rgb) v = std::clamp(v, 0.0f, 1.0f);
    // Painted grey is grey no more.
    colours.grey = false;
    if (!covered.empty()) {
        bleed_colors(colours.rgb, covered, out.width, out.height, options.wrap);
    }
    if (options.detail <= 0.0f) return out;
    if (MaterialMap* normal = out.normal(); normal != nullptr) {
        const float depth = options.detail * kHeightShare * depth_of(out);
        follow_normals(*normal,
                       normals_of_height(detail, out.width, out.height, depth, options.wrap));
    }
    add_to_scalar(out, MapKind::kHeight, detail, options.detail * kHeightShare);
    add_to_scalar(out, MapKind::kRoughness, detail, -options.detail * kRoughnessShare);
    return out;
}

}  // namespace impasto::texture
