#include "settings/gltf_settings.h"

#include <utility>

#include "settings/settings_options.h"

namespace impasto::settings {
namespace {

Error bad(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

}  // namespace

Status GltfSettings::check(const Settings& session, std::size_t styles) const {
    if (!session.init_file().empty()) {
        return bad("--init: textures start from content or noise, not from a picture");
    }
    if (session.tile != IMPASTO_TILE_NONE) {
        return bad("--tile: which textures tile is found from the model's coordinates");
    }
    return session.check(styles);
}

// Names first: a material may be called "0".
Result<std::vector<std::uint32_t>> GltfSettings::numbers(const ImpastoGltf* model) const {
    const std::uint32_t count = impasto_gltf_material_count(model);
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < count; ++i) {
        ImpastoGltfMaterial material{};
        material.struct_size = sizeof material;
        impasto_gltf_material(model, i, &material);
        names.emplace_back(material.name);
    }
    std::vector<std::uint32_t> found;
    for (const std::string& wanted : materials) {
        const std::size_t before = found.size();
        for (std::uint32_t i = 0; i < count; ++i) {
            if (names[i] == wanted) found.push_back(i);
        }
        if (found.size() > before) continue;
        if (count > 0) {
            const auto number = parse_integer(wanted, {0, count - 1});
            if (number) {
                found.push_back(static_cast<std::uint32_t>(*number));
                continue;
            }
        }
        std::string known;
        for (std::uint32_t i = 0; i < count; ++i) {
            known += (known.empty() ? "" : ", ") +
                     (names[i].empty() ? std::to_string(i) : "'" + names[i] + "'");
        }
        return bad("--material: '" + wanted +
                   "' is none of the model's: " + (known.empty() ? "it has none" : known));
    }
    return found;
}

ImpastoGltfOptions GltfSettings::options(ImpastoSessionOptions& session,
                                         const std::vector<std::uint32_t>& numbers) const {
    ImpastoGltfOptions options{};
    options.struct_size = sizeof options;
    impasto_gltf_options_default(&options);
    session.size = size;
    options.session = &session;
    options.materials = numbers.empty() ? nullptr : numbers.data();
    options.material_count = static_cast<std::uint32_t>(numbers.size());
    options.keep_emissive = keep_emissive ? 1 : 0;
    options.keep_seams = keep_seams ? 1 : 0;
    options.detail = detail;
    return options;
}

void declare_gltf(Options& options, GltfSettings& gltf) {
    options.group("Textures");
    options.repeated("--material", "NAME", gltf.materials,
                     "paint this material only, by its name or its number from 0; several times "
                     "for several. An image that others share changes there too");
    options.number("--detail", "X", kDetails, gltf.detail,
                   "how much normals and roughness follow what was painted into the base colour, 0 "
                   "to 1; with 0 their maps stay as they are");
    options.flag("--keep-emissive", gltf.keep_emissive,
                 "leave emissive textures as they are; else they are painted where they shine");
    options.flag("--keep-seams", gltf.keep_seams,
                 "leave the two sides of a seam as they were painted, to see the difference");
}

void declare_gltf_effort(Options& options, Settings& session, GltfSettings& gltf) {
    declare_effort(options, session);
    declare_own_size(options, gltf.size,
                     "longest side in px that every texture gets, 16 to 16384. Without it each "
                     "keeps its own size");
}

void declare_gltf_objective(Options& options, Settings& session) {
    declare_objective(options, session);
    declare_rendering(options, session);
    options.find("tile")->hidden = true;
    declare_start_without_file(options, session);
}

}  // namespace impasto::settings
