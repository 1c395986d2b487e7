// What makes a material what it is besides the settings of its session, and the material that
// follows from what the session made.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "impasto/impasto.hpp"
#include "settings/options.h"
#include "settings/settings.h"

namespace impasto::settings {

struct MaterialSettings {
    // px: its longest side, and of one that is synthesised both, unless they are given; 0: its own
    SizeText size;
    bool synthesize = false;  // else it is painted, or, without styles, only resized and packed
    float detail = 0.5f;      // of a painted one: how much its relief follows
    bool resize = false;      // maps of another size than the albedo's
    bool mips = false;
    bool pack_orm = false;
    // Whether these were given: of a synthesis they are those of a texture else.
    bool tile_given = false;
    bool lighting_given = false;

    // What no single option can tell. kInvalidArgument.
    Status check(const Settings& session, std::size_t styles) const;
    // `given`, with the defaults of what is to be done.
    Settings session(const Settings& given) const;
    ImpastoMaterialOptions load_options(const Settings& given) const;
    // Without texts.
    ImpastoMaterialSaveOptions save_options() const;
    // A line each about what is odd: the material's, and what of these does nothing to it.
    std::vector<std::string> warnings(const ImpastoMaterial* material) const;
};

// A map whatever its file is called: an option of the command, without its dashes a job's key.
struct MapOption {
    ImpastoMapKind kind;
    const char* name;  // "normal-dx"
    const char* help;
};

inline constexpr auto kMapOptions = std::to_array<MapOption>({
    {IMPASTO_MAP_ALBEDO, "albedo", "base colour, sRGB; its alpha is the opacity"},
    {IMPASTO_MAP_NORMAL, "normal", "normals in OpenGL's convention, green up"},
    {IMPASTO_MAP_NORMAL_DX, "normal-dx", "normals in Direct3D's convention, green down"},
    {IMPASTO_MAP_HEIGHT, "height", "height or displacement, 1 for high"},
    {IMPASTO_MAP_ROUGHNESS, "roughness", "roughness, 1 for rough"},
    {IMPASTO_MAP_METALLIC, "metallic", "metalness, 1 for metal"},
    {IMPASTO_MAP_OCCLUSION, "ao", "ambient occlusion, 1 for open"},
    {IMPASTO_MAP_EMISSIVE, "emissive", "emitted light, sRGB"},
    {IMPASTO_MAP_OPACITY, "opacity", "opacity, 1 for opaque"},
    {IMPASTO_MAP_ORM, "orm", "occlusion, roughness and metallic in red, green and blue"},
    {IMPASTO_MAP_METALLIC_ROUGHNESS, "metallic-roughness",
     "roughness and metallic in green and blue, as glTF has it"},
});

// In the pieces that `impasto material` puts between others of its own. What is given must outlive
// `options`.
void declare_material_input(Options& options, MaterialSettings& material);
void declare_material_output(Options& options, MaterialSettings& material);
void declare_material_effort(Options& options, Settings& session, MaterialSettings& material);
void declare_material_objective(Options& options, Settings& session, MaterialSettings& material);

// A session of impasto_material_session_create. `styles` none: a synthesis. Errors: as of that.
Status create_material_session(ImpastoContext* context, const ImpastoWeights* weights,
                               const ImpastoMaterial* from,
                               const std::vector<const ImpastoImage*>& styles,
                               const Settings& session, const MaterialSettings& material,
                               ImpastoSession** created);

// The material that `picture`, such a session's, makes of `from`; null: the maps as they are, at
// the size that was asked for.
Result<Impasto::Material> make_material(const ImpastoMaterial* from, const ImpastoImage* picture,
                                        const Settings& session, const MaterialSettings& material);

}  // namespace impasto::settings
