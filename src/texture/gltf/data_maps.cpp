#include "texture/gltf/data_maps.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "image/load.h"
#include "texture/gltf/dilate.h"
#include "texture/material/detail.h"
#include "texture/material/normals.h"

namespace impasto::gltf {
namespace {

constexpr int kSmallestSide = 16;  // px; what is smaller is a constant, or as good as one
constexpr double kLeastScale = 1e-3;

bool can_follow(Slot slot) { return slot == Slot::kNormal || slot == Slot::kMetallicRoughness; }

// The one base colour of a material; null where it has none, or several.
const TextureUse* base_color(const Material& material) {
    const TextureUse* found = nullptr;
    for (const TextureUse& use : material.uses) {
        if (use.slot != Slot::kBaseColor || !use.unread.empty()) continue;
        if (found != nullptr && found->image != use.image) return nullptr;
        found = &use;
    }
    return found;
}

bool same_place(const TextureUse& a, const TextureUse& b) {
    return a.set == b.set && a.wrap == b.wrap && a.transform == b.transform;
}

// Why a map cannot follow, by the materials that show it; "" where it can.
std::string obstacle(const Model& model, const DataMap& map) {
    if (!can_follow(map.slot)) return "it is of the model's shape, which stays";
    if (std::abs(map.scale) < kLeastScale) return "its material shows nothing of it, by its scale";
    for (const Material& material : model.materials) {
        for (const TextureUse& use : material.uses) {
            if (use.image != map.image || !use.unread.empty()) continue;
            if (use.slot == Slot::kExtension) return also(use.slot);
            if (map.slot == Slot::kNormal ? use.slot != map.slot : use.slot == Slot::kNormal) {
                return also(use.slot);
            }
            if (!can_follow(use.slot)) continue;
            const TextureUse* base = base_color(material);
            if (base == nullptr || base->image != map.base) {
                return "a material of another base colour shows it too";
            }
            if (!same_place(use, *base)) {
                return "it lies at other coordinates than the base colour";
            }
            if (use.scale != map.scale) return "materials show it at several scales";
        }
    }
    return "";
}

void roughen(Image& image, std::span<const float> detail, float share) {
    constexpr std::size_t kGreen = 1;
    const auto roughness = std::span(image.rgb).subspan(kGreen * image.pixels(), image.pixels());
    for (std::size_t i = 0; i < roughness.size(); ++i) {
        roughness[i] = std::clamp(roughness[i] - share * detail[i], 0.0f, 1.0f);
    }
}

}  // namespace

std::vector<DataMap> find_data_maps(const Model& model, std::span<const std::size_t> painted) {
    std::vector<DataMap> maps;
    for (const Material& material : model.materials) {
        const TextureUse* base = base_color(material);
        if (base == nullptr || std::ranges::find(painted, base->image) == painted.end()) continue;
        for (const TextureUse& use : material.uses) {
            if (is_color(use.slot) || use.slot == Slot::kExtension) continue;
            DataMap map{use.image, use.slot, base->image, static_cast<float>(use.scale), ""};
            if (!use.unread.empty()) {
                continue;
            }
            const auto known = std::ranges::find(maps, use.image, &DataMap::image);
            if (known == maps.end()) {
                maps.push_back(std::move(map));
            } else if (!can_follow(known->slot)) {
                *known = std::move(map);
            }
        }
    }
    // Images that are colours too have their reason already.
    std::erase_if(maps, [&](const DataMap& map) {
        return std::ranges::any_of(model.materials, [&](const Material& material) {
            return std::ranges::any_of(material.uses, [&](const TextureUse& use) {
                return use.image == map.image && use.unread.empty() && is_color(use.slot);
            });
        });
    });
    for (DataMap& map : maps) map.left = obstacle(model, map);
    return maps;
}

PaintedDetail detail_of(const Image& before, const Image& after, const Coverage& coverage,
                        const std::vector<unsigned char>& keep, Wrap wrap) {
    const std::vector<float> covered(keep.begin(), keep.end());
    const std::vector<float> detail =
        texture::new_detail(after, before, covered, wrap, coverage.island);
    const texture::Slopes slopes =
        texture::slopes_of(detail, after.width, after.height, wrap, coverage.island);
    PaintedDetail painted;
    painted.wrap = wrap;
    painted.planes.width = after.width;
    painted.planes.height = after.height;
    for (const std::vector<float>* plane : {&slopes.x, &slopes.y, &detail}) {
        painted.planes.rgb.insert(painted.planes.rgb.end(), plane->begin(), plane->end());
    }
    dilate(painted.planes, keep);
    return painted;
}

Result<std::optional<Encoded>> follow(const Document& document, const Model& model,
                                      const DataMap& map, const PaintedDetail& detail,
                                      float strength, ImageReport& report) {
    report.left = map.left;
    if (!report.left.empty()) return std::optional<Encoded>();
    const auto bytes = document.image_bytes(map.image);
    auto loaded = bytes ? load_image_from_memory(*bytes, report.name) : bytes.error();
    if (!loaded) {
        if (loaded.error().code != ErrorCode::kInput) return loaded.error();
        report.left = loaded.error().message;
        return std::optional<Encoded>();
    }
    Image image = *std::move(loaded);
    const Atlas atlas = find_islands(model, map.image);
    const Coverage coverage = rasterise(atlas, image.width, image.height);
    report.width = image.width;
    report.height = image.height;
    report.original_width = image.width;
    report.original_height = image.height;
    report.islands = atlas.islands;
    report.tile = atlas.tiles;
    report.covered = static_cast<double>(coverage.covered()) / static_cast<double>(image.pixels());
    std::vector<unsigned char> keep(image.pixels());
    std::ranges::transform(coverage.island, keep.begin(),
                           [](std::int32_t island) { return island >= 0 ? 1 : 0; });
    const bool normals = map.slot == Slot::kNormal;
    if (coverage.covered() == 0) {
        report.left = "no triangle shows it";
    } else if (std::min(image.width, image.height) < kSmallestSide) {
        report.left = "it is too small for detail";
    } else if (normals &&
               !texture::is_normal_map(image.rgb, std::vector<float>(keep.begin(), keep.end()))) {
        report.left = "its colours are no unit vectors that point out of the surface";
    }
    if (!report.left.empty()) return std::optional<Encoded>();
    const Image planes = resize_image(detail.planes, image.width, image.height, detail.wrap);
    const auto plane = [&](std::size_t index) {
        const float* begin = planes.rgb.data() + index * planes.pixels();
        return std::vector<float>(begin, begin + planes.pixels());
    };
    if (normals) {
        // The slopes are those of the painted picture's px, whatever the map's size is.
        const float depth = strength * texture::kHeightShare * texture::kUsualDeviation /
                            map.scale *
                            texture::usual_depth(detail.planes.width, detail.planes.height);
        texture::lay_over(image.rgb, {plane(0), plane(1)}, depth);
    } else {
        roughen(image, plane(2), strength * texture::kRoughnessShare);
    }
    dilate(image, keep);
    auto encoded = encode_like(*bytes, image);
    if (!encoded) return encoded.error();
    return std::optional(*std::move(encoded));
}

}  // namespace impasto::gltf
