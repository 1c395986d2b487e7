// What makes a material what it is besides the settings of its session, and the material that
// follows from what the session made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "impasto/impasto_material.h"
#include "settings/options.h"
#include "settings/settings.h"

namespace impasto::settings {

struct MaterialSettings {
    std::uint32_t size = 0;   // px; 0: the material's own
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
};

// In the pieces that `impasto material` puts between others of its own. What is given must outlive
// `options`.
void declare_material_input(Options& options, MaterialSettings& material);
void declare_material_output(Options& options, MaterialSettings& material);
void declare_material_effort(Options& options, Settings& session, MaterialSettings& material);
void declare_material_objective(Options& options, Settings& session, MaterialSettings& material);

struct DestroyMaterial {
    void operator()(ImpastoMaterial* material) const { impasto_material_destroy(material); }
};
using MaterialOwner = std::unique_ptr<ImpastoMaterial, DestroyMaterial>;

// A session of impasto_material_session_create. `styles` none: a synthesis. Errors: as of that.
Status create_material_session(ImpastoContext* context, const ImpastoWeights* weights,
                               const ImpastoMaterial* from,
                               const std::vector<const ImpastoImage*>& styles,
                               const Settings& session, const MaterialSettings& material,
                               ImpastoSession** created);

// The material that `picture`, such a session's, makes of `from`; null: the maps as they are, at
// the size that was asked for.
Result<MaterialOwner> make_material(const ImpastoMaterial* from, const ImpastoImage* picture,
                                    const Settings& session, const MaterialSettings& material);

}  // namespace impasto::settings
