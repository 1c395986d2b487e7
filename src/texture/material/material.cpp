#include "texture/material/material.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <system_error>

#include "image/load.h"
#include "image/resample.h"
#include "platform/paths.h"
#include "texture/material/normals.h"

namespace impasto::texture {
namespace {

namespace fs = std::filesystem;

constexpr int kSmallestSide = 16;  // what the encoder's four pools leave something of

Error bad(std::string message) { return {ErrorCode::kInput, std::move(message)}; }

std::string size_text(const Image& image) {
    return std::to_string(image.width) + "x" + std::to_string(image.height);
}

std::string quoted(const MaterialMap& map) { return "'" + map.name + "'"; }

void warn_of_left(const fs::path& path, const std::string& why,
                  std::vector<std::string>& warnings) {
    warnings.push_back("'" + platform::path_to_utf8(path.filename()) + "' is left out: " + why);
}

// In a format that textures often come in and that is not read here, and in no other beside it.
bool is_unread_picture(const fs::path& path) {
    constexpr std::array kUnread{".exr", ".hdr", ".tga", ".tif",  ".tiff", ".webp",
                                 ".bmp", ".dds", ".psd", ".ktx2", ".avif", ".jxl"};
    const auto is_there = [&](const char* extension) {
        std::error_code error;
        return fs::exists(fs::path(path).replace_extension(extension), error);
    };
    return std::ranges::any_of(
               kUnread, [&](const char* one) { return platform::has_extension(path, one); }) &&
           !is_there(".png") && !is_there(".jpg") && !is_there(".jpeg");
}

// The maps of a folder, in the order of their names, and what is odd about them.
Result<std::vector<fs::path>> maps_in(const fs::path& folder, std::vector<std::string>& warnings) {
    std::vector<fs::path> found;
    std::vector<std::pair<fs::path, std::string>> left;  // and why
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        const fs::path& path = entry->path();
        const std::string name = platform::path_to_utf8(path.filename());
        if (name.starts_with('.')) continue;  // "._stone_albedo.png" of a Mac is no picture
        if (!platform::is_picture_name(path)) {
            if (is_unread_picture(path) && map_of_name(name)) {
                left.emplace_back(path, "it is neither PNG nor JPEG; convert it first");
            }
            continue;
        }
        if (map_of_name(name)) found.push_back(path);
        const std::string why = why_no_map(name);
        if (!why.empty()) left.emplace_back(path, why);
    }
    const std::string name = platform::path_to_utf8(folder);
    if (error) return bad("cannot read the folder '" + name + "': " + error.message());
    std::sort(found.begin(), found.end());
    std::sort(left.begin(), left.end());
    for (const auto& [path, why] : left) warn_of_left(path, why, warnings);
    if (found.empty()) {
        return bad("there are no maps in the folder '" + name +
                   "': their names end like _albedo.png, _normal.png, _roughness.png" +
                   (left.empty() ? "" : "; " + warnings.back()));
    }
    return found;
}

// What a file is, as far as it is said or its name says it.
std::optional<MapKind> kind_of(const MaterialFile& file) {
    if (file.kind) return file.kind;
    const auto map = map_of_name(platform::path_to_utf8(file.path.filename()));
    return map ? std::optional(map->kind) : std::nullopt;
}

// Many sets bring the same normals in both conventions: of files whose names say what they are,
// OpenGL's are taken.
void take_normals_once(std::vector<MaterialFile>& files, std::vector<std::string>& warnings) {
    const auto is_named = [](const MaterialFile& file, MapKind kind) {
        return !file.kind && kind_of(file) == kind;
    };
    const auto is_open_gl = [&](const MaterialFile& file) {
        return is_named(file, MapKind::kNormal);
    };
    if (std::ranges::none_of(files, is_open_gl)) return;
    std::erase_if(files, [&](const MaterialFile& file) {
        const bool left = is_named(file, MapKind::kNormalDx);
        if (left) {
            warn_of_left(file.path, "the normals are there in OpenGL's convention too", warnings);
        }
        return left;
    });
}

// Whether both stand for the same thing; packed maps for several.
bool overlap(MapKind a, MapKind b) {
    return a == b || (is_normal(a) && is_normal(b)) || (is_packed(a) && is_packed(b)) ||
           packed_channel(a, b) || packed_channel(b, a);
}

// Files that are named one by one, whose kind is said, take the place of a folder's.
void take_said(std::vector<MaterialFile>& found, std::span<const MaterialFile> files,
               std::vector<std::string>& warnings) {
    std::erase_if(found, [&](const MaterialFile& one) {
        return std::ranges::any_of(files, [&](const MaterialFile& said) {
            if (!said.kind) return false;
            std::error_code error;
            const bool same = fs::equivalent(said.path, one.path, error);
            const auto kind = kind_of(one);
            const bool replaced = !same && kind && overlap(*kind, *said.kind);
            if (replaced) {
                warn_of_left(
                    one.path,
                    "'" + platform::path_to_utf8(said.path.filename()) + "' is given in its place",
                    warnings);
            }
            return same || replaced;
        });
    });
}

// Folders replaced by the maps in them, normals there once.
Result<std::vector<MaterialFile>> expanded(std::span<const MaterialFile> files,
                                           std::vector<std::string>& warnings) {
    std::vector<MaterialFile> all;
    for (const MaterialFile& file : files) {
        std::error_code error;
        if (!fs::is_directory(file.path, error)) {
            if (!fs::exists(file.path, error)) {
                return bad("cannot read '" + platform::path_to_utf8(file.path) +
                           "': no such file or folder");
            }
            all.push_back(file);
            continue;
        }
        auto found = maps_in(file.path, warnings);
        if (!found) return found.error();
        std::vector<MaterialFile> maps;
        for (fs::path& path : *found) maps.push_back({std::move(path), std::nullopt});
        take_said(maps, files, warnings);
        std::move(maps.begin(), maps.end(), std::back_inserter(all));
    }
    take_normals_once(all, warnings);
    return all;
}

Status check_kinds(const std::vector<MaterialMap>& maps) {
    for (std::size_t i = 0; i < maps.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (overlap(maps[i].kind, maps[j].kind)) {
                const MapKind kind = is_packed(maps[i].kind) ? maps[j].kind : maps[i].kind;
                return bad("both " + quoted(maps[j]) + " and " + quoted(maps[i]) + " are a " +
                           map_kind_name(kind) + " map: give one of them");
            }
            if (maps[i].name == maps[j].name) {
                return bad("two maps are called " + quoted(maps[i]) +
                           ": what comes of them would have one name; rename one");
            }
        }
    }
    return {};
}

Status check_values(const MaterialMap& map) {
    const auto finite = [](float v) { return std::isfinite(v); };
    const auto& image = map.image;
    if (image.maps == 1 && image.rgb.size() == 3 * image.pixels() &&
        std::all_of(image.rgb.begin(), image.rgb.end(), finite) &&
        std::all_of(image.alpha.begin(), image.alpha.end(), finite)) {
        return {};
    }
    return bad("the map " + quoted(map) + " holds values that are not numbers");
}

void fill_plane(Image& image, int width, int height) {
    const auto filled = [&](const std::vector<float>& planes) {
        std::vector<float> out;
        const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
        for (const float v : planes) out.insert(out.end(), pixels, v);
        return out;
    };
    image.rgb = filled(image.rgb);
    image.alpha = filled(image.alpha);
    image.width = width;
    image.height = height;
}

// What says how opaque the surface is, each at the size of its own map.
std::vector<Image> opacities_of(const Material& material) {
    std::vector<Image> found;
    for (const Scalar& scalar : scalars_of(material)) {
        if (scalar.kind != MapKind::kOpacity) continue;
        const Image& image = material.maps[scalar.map].image;
        const auto plane = scalar_plane(material, scalar);
        Image& one = found.emplace_back();
        one.width = image.width;
        one.height = image.height;
        one.alpha.assign(plane.begin(), plane.end());
    }
    return found;
}

// All of them together at another size; empty where the surface is opaque throughout. Means, not a
// cubic's values: a texel of which nothing is seen must count nothing.
std::vector<float> opacity_at(const std::vector<Image>& opacities, int width, int height) {
    std::vector<float> seen;
    for (const Image& one : opacities) {
        const auto plane = area_means(one.alpha, one.width, one.height, width, height);
        if (seen.empty()) seen.assign(plane.size(), 1.0f);
        for (std::size_t i = 0; i < plane.size(); ++i) seen[i] = std::min(seen[i], plane[i]);
    }
    const bool throughout = std::ranges::all_of(seen, [](float v) { return v >= 1.0f; });
    return throughout ? std::vector<float>() : seen;
}

// The albedo, whose size all maps have; where that is one pixel, a plain colour, the first that is
// larger.
const MaterialMap& leading(const Material& material) {
    const auto is_plain = [](const MaterialMap& map) {
        return map.image.width == 1 && map.image.height == 1;
    };
    const MaterialMap& albedo = *material.find(MapKind::kAlbedo);
    const auto larger = std::ranges::find_if_not(material.maps, is_plain);
    return is_plain(albedo) && larger != material.maps.end() ? *larger : albedo;
}

// All maps at one size.
Status fit_sizes(Material& material, const MaterialOptions& options) {
    const MaterialMap leader = leading(material);
    material.width = leader.image.width;
    material.height = leader.image.height;
    const std::vector<Image> opacities = opacities_of(material);
    for (MaterialMap& map : material.maps) {
        if (map.image.width == material.width && map.image.height == material.height) continue;
        if (map.image.width == 1 && map.image.height == 1) {
            material.warnings.push_back(quoted(map) + " is one pixel: taken for a constant");
            fill_plane(map.image, material.width, material.height);
            continue;
        }
        if (!options.resize) {
            return bad(quoted(map) + " is " + size_text(map.image) + ", but " + quoted(leader) +
                       " is " + size_text(leader.image) +
                       ": give maps of one size, or ask to resize all to the " +
                       map_kind_name(leader.kind) + "'s");
        }
        const std::vector<float> seen = opacity_at(opacities, map.image.width, map.image.height);
        map.image = resample(map.image, material.width, material.height, sampling_of(map.kind),
                             options.wrap, weights_of(map, seen));
    }
    const int shorter = std::min(material.width, material.height);
    const int longer = std::max(material.width, material.height);
    if (shorter >= kSmallestSide && longer <= kLargestSide) return {};
    return bad("cannot use " + quoted(leader) + ": a map of " + size_text(leader.image) +
               " is too " + (shorter < kSmallestSide ? "small" : "large") +
               "; maps have sides of " + std::to_string(kSmallestSide) + " to " +
               std::to_string(kLargestSide) + " px");
}

// Whether the channels differ by more than a lossy file explains.
bool is_coloured(const Image& image) {
    const std::size_t pixels = image.pixels();
    std::size_t coloured = 0;
    for (std::size_t i = 0; i < pixels; ++i) {
        const float red = image.rgb[i];
        const float most = std::max(std::abs(image.rgb[pixels + i] - red),
                                    std::abs(image.rgb[2 * pixels + i] - red));
        if (most > 0.05f) ++coloured;
    }
    return coloured * 20 > pixels;
}

void look_for_oddities(Material& material) {
    for (const MaterialMap& map : material.maps) {
        if (is_scalar(map.kind) && !map.image.grey && is_coloured(map.image)) {
            material.warnings.push_back(quoted(map) + " is coloured, which no " +
                                        map_kind_name(map.kind) +
                                        " map is: its red channel is taken");
        }
    }
    const MaterialMap* normal = material.normal();
    if (normal == nullptr) return;
    const std::vector<float> covered = coverage(material);
    if (!is_normal_map(normal->image.rgb, covered)) {
        material.warnings.push_back(quoted(*normal) +
                                    " does not look like a normal map: its colours are no unit "
                                    "vectors that point out of the surface");
        return;
    }
    const auto height = find_scalar(material, MapKind::kHeight);
    if (!height) return;
    const Relief relief = relief_of(scalar_plane(material, *height), normal->image.rgb,
                                    material.width, material.height);
    const bool dx = normal->kind == MapKind::kNormalDx;
    if (relief.x > 0.5f && (dx ? relief.y > 0.5f : relief.y < -0.5f)) {
        material.warnings.push_back(
            quoted(*normal) + " goes against the height in its green channel: it looks like " +
            (dx ? "OpenGL's, not Direct3D's" : "Direct3D's, not OpenGL's"));
    }
}

void look_for_stems(Material& material) {
    for (const MaterialMap& map : material.maps) {
        const auto name = map_of_name(map.name);
        if (!name || name->stem.empty()) continue;
        if (material.stem.empty()) material.stem = name->stem;
        if (name->stem != material.stem) {
            material.warnings.push_back("the maps have different names, '" + material.stem +
                                        "' and '" + name->stem + "': are they of one material?");
            return;
        }
    }
}

}  // namespace

const MaterialMap* Material::find(MapKind kind) const {
    const auto found = std::find_if(maps.begin(), maps.end(),
                                    [&](const MaterialMap& map) { return map.kind == kind; });
    return found == maps.end() ? nullptr : &*found;
}

MaterialMap* Material::find(MapKind kind) {
    return const_cast<MaterialMap*>(std::as_const(*this).find(kind));
}

const MaterialMap* Material::normal() const {
    const MaterialMap* found = find(MapKind::kNormal);
    return found != nullptr ? found : find(MapKind::kNormalDx);
}

MaterialMap* Material::normal() { return const_cast<MaterialMap*>(std::as_const(*this).normal()); }

Result<Material> load_material(std::span<const MaterialFile> files,
                               const MaterialOptions& options) {
    std::vector<std::string> warnings;
    const auto all = expanded(files, warnings);
    if (!all) return all.error();
    std::vector<MaterialMap> maps;
    for (const MaterialFile& file : *all) {
        MaterialMap map;
        map.name = platform::path_to_utf8(file.path.filename());
        const auto named = map_of_name(map.name);
        if (!file.kind && !named) {
            const std::string why = why_no_map(map.name);
            if (!why.empty()) {
                return bad("cannot use '" + platform::path_to_utf8(file.path) + "': " + why);
            }
            return bad("the name of '" + platform::path_to_utf8(file.path) +
                       "' does not say which map it is: let it end like _albedo.png, or say which "
                       "map it is (albedo, normal, roughness ...)");
        }
        map.kind = file.kind ? *file.kind : named->kind;
        auto image = load_image(file.path);
        if (!image) return image.error();
        map.image = *std::move(image);
        maps.push_back(std::move(map));
    }
    auto material = make_material(std::move(maps), options);
    if (material) {
        material->warnings.insert(material->warnings.begin(), warnings.begin(), warnings.end());
    }
    return material;
}

Result<Material> make_material(std::vector<MaterialMap> maps, const MaterialOptions& options) {
    Material material;
    material.maps = std::move(maps);
    for (MaterialMap& map : material.maps) {
        if (map.name.empty()) map.name = std::string(map_kind_name(map.kind)) + ".png";
        IMPASTO_TRY(check_values(map));
    }
    IMPASTO_TRY(check_kinds(material.maps));
    if (material.find(MapKind::kAlbedo) == nullptr) {
        return bad(
            "the material has no albedo: let a file's name end like _albedo.png or "
            "_basecolor.png, or say which file is the albedo");
    }
    IMPASTO_TRY(fit_sizes(material, options));
    look_for_stems(material);
    look_for_oddities(material);
    return material;
}

Material resize_material(const Material& material, int width, int height, Wrap wrap) {
    const std::vector<float> seen = opacity(material);
    Material out = material;
    out.width = width;
    out.height = height;
    for (MaterialMap& map : out.maps) {
        map.image =
            resample(map.image, width, height, sampling_of(map.kind), wrap, weights_of(map, seen));
    }
    return out;
}

std::vector<float> opacity(const Material& material) {
    std::vector<float> seen;
    for (const Scalar& scalar : scalars_of(material)) {
        if (scalar.kind != MapKind::kOpacity) continue;
        const auto plane = scalar_plane(material, scalar);
        if (seen.empty()) seen.assign(plane.size(), 1.0f);
        for (std::size_t i = 0; i < plane.size(); ++i) seen[i] = std::min(seen[i], plane[i]);
    }
    const bool throughout = std::ranges::all_of(seen, [](float v) { return v >= 1.0f; });
    return throughout ? std::vector<float>() : seen;
}

std::span<const float> weights_of(const MaterialMap& map, std::span<const float> opacity) {
    const bool weighed =
        map.kind == MapKind::kAlbedo || map.kind == MapKind::kEmissive || is_normal(map.kind);
    return weighed ? opacity : std::span<const float>();
}

std::vector<float> coverage(const Material& material) {
    constexpr float kNothing = 0.5f / 255.0f;
    std::vector<float> covered = opacity(material);
    for (float& v : covered) v = v < kNothing ? 0.0f : 1.0f;
    const bool everywhere =
        std::all_of(covered.begin(), covered.end(), [](float v) { return v > 0.0f; });
    return everywhere ? std::vector<float>() : covered;
}

std::vector<Scalar> scalars_of(const Material& material) {
    std::vector<Scalar> scalars;
    const auto add = [&](MapKind kind) {
        for (std::size_t i = 0; i < material.maps.size(); ++i) {
            const MaterialMap& map = material.maps[i];
            if (map.kind == kind) scalars.push_back({kind, i, 0});
            if (const auto channel = packed_channel(map.kind, kind)) {
                scalars.push_back({kind, i, *channel});
            }
            if (map.kind == MapKind::kAlbedo && kind == MapKind::kOpacity &&
                !map.image.alpha.empty()) {
                scalars.push_back({kind, i, kAlphaChannel});
            }
        }
    };
    for (const MapKind kind : {MapKind::kHeight, MapKind::kRoughness, MapKind::kMetallic,
                               MapKind::kOcclusion, MapKind::kOpacity}) {
        add(kind);
    }
    return scalars;
}

std::optional<Scalar> find_scalar(const Material& material, MapKind kind) {
    for (const Scalar& scalar : scalars_of(material)) {
        if (scalar.kind == kind) return scalar;
    }
    return std::nullopt;
}

std::span<const float> scalar_plane(const Material& material, const Scalar& scalar) {
    const Image& image = material.maps[scalar.map].image;
    if (scalar.channel == kAlphaChannel) return image.alpha;
    return std::span(image.rgb).subspan(scalar.channel * image.pixels(), image.pixels());
}

void set_scalar_plane(Material& material, const Scalar& scalar, std::span<const float> plane) {
    MaterialMap& map = material.maps[scalar.map];
    if (scalar.channel == kAlphaChannel) {
        map.image.alpha.assign(plane.begin(), plane.end());
        return;
    }
    const std::size_t pixels = map.image.pixels();
    for (std::size_t c = 0; c < 3; ++c) {
        if (is_packed(map.kind) && c != scalar.channel) continue;
        std::copy(plane.begin(), plane.end(),
                  map.image.rgb.begin() + static_cast<std::ptrdiff_t>(c * pixels));
    }
}

}  // namespace impasto::texture
