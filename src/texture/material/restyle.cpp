#include "texture/material/restyle.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "image/bleed.h"
#include "image/resample.h"
#include "texture/material/detail.h"
#include "texture/material/normals.h"

namespace impasto::texture {
namespace {

// Below this the height and the normals have nothing to do with each other.
constexpr float kLeastCorrelation = 0.3f;

// In px, by the material's own maps if they agree.
float depth_of(const Material& material) {
    const MaterialMap* normal = material.normal();
    const auto height = find_scalar(material, MapKind::kHeight);
    const float usual = usual_depth(material.width, material.height);
    if (normal == nullptr || !height) return usual;
    std::vector<float> normals = normal->image.rgb;
    if (normal->kind == MapKind::kNormalDx) flip_green(normals);
    const Relief relief =
        relief_of(scalar_plane(material, *height), normals, material.width, material.height);
    const bool agree = relief.x > kLeastCorrelation && std::abs(relief.y) > kLeastCorrelation;
    return agree && relief.depth > 0.0f ? relief.depth : usual;
}

// The height's own; the usual one where there is none, or a flat one.
float deviation_of(const Material& material, const std::vector<float>& covered) {
    constexpr float kFlat = 1e-3f;
    const auto height = find_scalar(material, MapKind::kHeight);
    const float own = height ? deviation(scalar_plane(material, *height), covered) : 0.0f;
    return own > kFlat ? own : kUsualDeviation;
}

void follow_normals(MaterialMap& map, const Slopes& slopes, float depth) {
    const bool direct3d = map.kind == MapKind::kNormalDx;
    if (direct3d) flip_green(map.image.rgb);
    lay_over(map.image.rgb, slopes, depth);
    if (direct3d) flip_green(map.image.rgb);
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

// What filtering reads beyond the edge is like what stands at it.
void bleed_relief(Material& material, const std::vector<float>& covered, Wrap wrap) {
    if (MaterialMap* normal = material.normal(); normal != nullptr) {
        bleed_colors(normal->image.rgb, covered, material.width, material.height, wrap);
        renormalise(normal->image.rgb);
    }
    for (const MapKind kind : {MapKind::kHeight, MapKind::kRoughness}) {
        const auto scalar = find_scalar(material, kind);
        if (!scalar) continue;
        const auto from = scalar_plane(material, *scalar);
        std::vector<float> plane(from.begin(), from.end());
        bleed_colors(plane, covered, material.width, material.height, wrap);
        set_scalar_plane(material, *scalar, plane);
    }
}

}  // namespace

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
    const float share = options.detail * kHeightShare * deviation_of(out, covered);
    if (MaterialMap* normal = out.normal(); normal != nullptr) {
        // Within what is covered: its edge is no cliff.
        std::vector<std::int32_t> regions(covered.size());
        std::ranges::transform(covered, regions.begin(), [](float v) { return v > 0.0f ? 0 : -1; });
        const Slopes slopes = slopes_of(detail, out.width, out.height, options.wrap, regions);
        follow_normals(*normal, slopes, share * depth_of(out));
    }
    add_to_scalar(out, MapKind::kHeight, detail, share);
    add_to_scalar(out, MapKind::kRoughness, detail, -options.detail * kRoughnessShare);
    if (!covered.empty()) bleed_relief(out, covered, options.wrap);
    return out;
}

}  // namespace impasto::texture
