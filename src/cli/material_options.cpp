#include "cli/material_options.h"

#include "settings/settings_options.h"

namespace impasto::cli {
namespace {

Error bad(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

struct MapOption {
    ImpastoMapKind kind;
    const char* name;
    const char* help;
};

constexpr auto kMapOptions = std::to_array<MapOption>({
    {IMPASTO_MAP_ALBEDO, "--albedo", "base colour, sRGB; its alpha is the opacity"},
    {IMPASTO_MAP_NORMAL, "--normal", "normals in OpenGL's convention, green up"},
    {IMPASTO_MAP_NORMAL_DX, "--normal-dx", "normals in Direct3D's convention, green down"},
    {IMPASTO_MAP_HEIGHT, "--height", "height or displacement, 1 for high"},
    {IMPASTO_MAP_ROUGHNESS, "--roughness", "roughness, 1 for rough"},
    {IMPASTO_MAP_METALLIC, "--metallic", "metalness, 1 for metal"},
    {IMPASTO_MAP_OCCLUSION, "--ao", "ambient occlusion, 1 for open"},
    {IMPASTO_MAP_EMISSIVE, "--emissive", "emitted light, sRGB"},
    {IMPASTO_MAP_OPACITY, "--opacity", "opacity, 1 for opaque"},
    {IMPASTO_MAP_ORM, "--orm", "occlusion, roughness and metallic in red, green and blue"},
    {IMPASTO_MAP_METALLIC_ROUGHNESS, "--metallic-roughness",
     "roughness and metallic in green and blue, as glTF has it"},
});

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
    for (const MapOption& map : kMapOptions) {
        options.text(map.name, "FILE", maps_[static_cast<std::size_t>(map.kind) - 1], map.help);
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
    options.group("What is told");
    options.flag("--json", json,
                 "print one JSON object about the run on the standard output, nothing else");
    options.flag("-q,--quiet", quiet, "say nothing but errors");
}

Status MaterialOptions::read(const Arguments& arguments) {
    IMPASTO_TRY(arguments.read());
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
    for (const MapOption& map : kMapOptions) {
        const std::string& path = maps_[static_cast<std::size_t>(map.kind) - 1];
        if (!path.empty()) files.push_back({path, map.kind});
    }
    return files;
}

std::vector<std::string> MaterialOptions::inputs() const {
    std::vector<std::string> paths = styles;
    for (const File& file : files()) paths.push_back(file.path);
    return paths;
}

}  // namespace impasto::cli
