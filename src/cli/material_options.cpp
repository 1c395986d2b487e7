#include "cli/material_options.h"

#include "settings/preset.h"
#include "settings/settings_options.h"

namespace impasto::cli {
namespace {

Error bad(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

}  // namespace

void MaterialOptions::declare_maps(settings::Options& options) {
    options.group("Maps");
    options.positionals(given_);
    options.describe_positional(
        "IN...",
        "the maps, JPEG or PNG of 8 or 16 bit, or a folder with them, known by how their names "
        "end: stone_albedo.png (basecolor, diffuse, color), _normal (OpenGL; _normal_dx "
        "Direct3D), _height (displacement), _roughness, _metallic (metalness), _ao, _orm (arm), "
        "_metallicRoughness, _emissive, _opacity; a resolution may follow, as in "
        "rock_nor_gl_2k.png");
    settings::declare_material_input(options, material);
    options.group("A map whatever its file is called");
    for (std::size_t i = 0; i < maps_.size(); ++i) {
        const settings::MapOption& map = settings::kMapOptions[i];
        options.text("--" + std::string(map.name), "FILE", maps_[i], map.help);
    }
}

void MaterialOptions::declare(settings::Options& options) {
    declare_maps(options);
    options.group("What comes out");
    options.text("-o,--output", "FOLDER", output,
                 "where the maps go, made where it is missing: under their names, with the bits "
                 "and channels of their files");
    options.repeated("--style", "PAINTING", styles,
                     "paint the albedo like this picture; height, normals and roughness follow. "
                     "May be repeated");
    settings::declare_material_output(options, material);
    settings::declare_material_effort(options, settings, material);
    settings::declare_device(options, computing);
    settings::declare_computing(options, computing);
    settings::declare_material_objective(options, settings, material);
    options.text("--preset", "FILE.json", preset_,
                 "options from a JSON file, as of 'impasto stylize'. The command line wins");
    options.group("What is told");
    options.flag("--json", json,
                 "print one JSON object about the run on the standard output, nothing else");
    options.flag("-q,--quiet", quiet, "say nothing but errors");
}

Status MaterialOptions::read(const settings::Options& options, const Arguments& arguments) {
    IMPASTO_TRY(arguments.read());
    if (!preset_.empty()) {
        IMPASTO_TRY(settings::apply_preset(options, preset_));
        IMPASTO_TRY(arguments.read());  // the command line wins
    }
    if (files().empty()) {
        return bad(
            "the maps are needed: impasto material stone_albedo.png stone_normal.png -o OUT");
    }
    if (output.empty()) return bad("the folder for the result is needed: -o FOLDER");
    return material.check(settings, styles.size());
}

std::vector<MaterialOptions::File> MaterialOptions::files() const {
    std::vector<File> files;
    for (const std::string& path : given_) files.push_back({path, IMPASTO_MAP_BY_NAME});
    for (std::size_t i = 0; i < maps_.size(); ++i) {
        if (!maps_[i].empty()) files.push_back({maps_[i], settings::kMapOptions[i].kind});
    }
    return files;
}

std::vector<std::string> MaterialOptions::inputs() const {
    std::vector<std::string> paths = styles;
    for (const File& file : files()) paths.push_back(file.path);
    if (!preset_.empty()) paths.push_back(preset_);
    return paths;
}

}  // namespace impasto::cli
