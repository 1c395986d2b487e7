#include "settings/material_settings.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "settings/calls.h"
#include "settings/session_view.h"
#include "settings/settings_options.h"

namespace impasto::settings {
namespace {

Error bad(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

// Tells whether it was given; else it has no value of its own.
void note_given(Option& option, bool& given) {
    option.set = [set = std::move(option.set), &given](std::string_view text) -> Status {
        IMPASTO_TRY(set(text));
        given = true;
        return {};
    };
    option.get = [get = std::move(option.get), &given] { return given ? get() : std::string(); };
    option.initial.clear();
}

}  // namespace

Status MaterialSettings::check(const Settings& session, std::size_t styles) const {
    if (synthesize && styles > 0) {
        return bad(
            "--synthesize makes a material like the given one, --style paints it like a "
            "picture: give one of them");
    }
    if (!synthesize && styles == 0 && !mips && !pack_orm && !resize && size.longest == 0) {
        return bad(
            "what is to be done? Give --style PAINTING, --synthesize, or --mips, --pack "
            "orm or --size alone");
    }
    if (size.width != 0 && !synthesize) {
        return bad("--size WxH is of --synthesize: what is painted or resized keeps its shape");
    }
    if (!session.init_file().empty()) return bad("--init of a material is content or noise");
    return session.check(synthesize ? 1 : styles);
}

Settings MaterialSettings::session(const Settings& given) const {
    Settings all = given;
    if (!synthesize) return all;
    const Settings texture = settings_for(Subject::kTexture);
    if (!tile_given) all.tile = texture.tile;
    if (!lighting_given) all.flatten = texture.flatten;
    return all;
}

ImpastoMaterialOptions MaterialSettings::load_options(const Settings& given) const {
    ImpastoMaterialOptions options{};
    options.struct_size = sizeof options;
    options.resize = resize ? 1 : 0;
    options.tile = session(given).tile;
    return options;
}

std::vector<std::string> MaterialSettings::warnings(const ImpastoMaterial* material) const {
    std::vector<std::string> lines;
    for (std::uint32_t i = 0; const char* line = impasto_material_warning(material, i); ++i) {
        lines.emplace_back(line);
    }
    bool packs = false;
    for (std::uint32_t i = 0; i < impasto_material_map_count(material); ++i) {
        const ImpastoMapKind kind = impasto_material_map_kind(material, i);
        packs = packs || kind == IMPASTO_MAP_ORM || kind == IMPASTO_MAP_METALLIC_ROUGHNESS ||
                kind == IMPASTO_MAP_OCCLUSION || kind == IMPASTO_MAP_ROUGHNESS ||
                kind == IMPASTO_MAP_METALLIC;
    }
    if (pack_orm && !packs) {
        lines.emplace_back(
            "there is no occlusion, roughness or metallic map to pack into an ORM map");
    }
    return lines;
}

ImpastoMaterialSaveOptions MaterialSettings::save_options() const {
    ImpastoMaterialSaveOptions options{};
    options.struct_size = sizeof options;
    options.mips = mips ? 1 : 0;
    options.pack_orm = pack_orm ? 1 : 0;
    return options;
}

void declare_material_input(Options& options, MaterialSettings& material) {
    options.flag("--resize", material.resize,
                 "bring maps of another size than the albedo's to its; without it they are an "
                 "error");
}

void declare_material_output(Options& options, MaterialSettings& material) {
    options.flag(
        "--synthesize", material.synthesize,
        "make a new material like this one: all maps from noise, in one optimisation, so "
        "that what belongs together in one map does in the others. Of a cut-out the surface "
        "is made, not its holes");
    options.number("--detail", "X", kDetails, material.detail,
                   "of --style: how much height, normals and roughness follow what was painted, 0 "
                   "to 1");
    options.flag("--mips", material.mips,
                 "also write every mip level, as stone_albedo.mip1.png: colours averaged as light, "
                 "normals as vectors");
    options.add(
        "--pack", "orm", ValueKind::kText,
        "write occlusion, roughness and metallic as one map, STEM_orm.png",
        [&material](std::string_view given) -> Status {
            if (given != "orm") return bad("'" + std::string(given) + "' is not orm");
            material.pack_orm = true;
            return {};
        },
        [&material] { return std::string(material.pack_orm ? "orm" : ""); });
}

void declare_material_effort(Options& options, Settings& session, MaterialSettings& material) {
    declare_effort(options, session);
    Option& size = *options.find("size");
    size.left = "--size N|WxH";
    size.help =
        "longest side of the result in px, 16 to 16384; with --synthesize both, or W by H. Without "
        "it: the material's own size";
    size.kind = ValueKind::kTextOrInteger;
    size.set = [&material](std::string_view given) -> Status {
        const auto parsed = parse_size(given, kSizes);
        if (!parsed) return parsed.error();
        material.size = *parsed;
        return {};
    };
    size.get = [&material] { return size_text(material.size); };
    size.initial.clear();
}

void declare_material_objective(Options& options, Settings& session, MaterialSettings& material) {
    declare_objective(options, session);
    declare_rendering(options, session);
    Option& tile = *options.find("tile");
    tile.help =
        "axes along which the result repeats without a seam: xy of --synthesize, else none. A "
        "material that is painted or resized must do so already";
    note_given(tile, material.tile_given);
    options.find("structure")->help =
        "of --synthesize: how much the material's long-range order counts, of --style the "
        "painting's, 0 to 1: for regular ones, such as a weave. Maps agree a little less with it";
    Option& lighting = *options.find("lighting");
    lighting.help =
        "whether what is brighter on one side than on the other counts as it is, or without that: "
        "flatten of --synthesize, else keep";
    note_given(lighting, material.lighting_given);
    options.find("style-scale")->help =
        "of --style: longest side of the painting as a multiple of the result's, below 1 for finer "
        "strokes; of --synthesize: size of the material as a multiple of its own. Neither is ever "
        "enlarged";
    declare_start_without_file(options, session);
}

Status create_material_session(ImpastoContext* context, const ImpastoWeights* weights,
                               const ImpastoMaterial* from,
                               const std::vector<const ImpastoImage*>& styles,
                               const Settings& session, const MaterialSettings& material,
                               ImpastoSession** created) {
    Settings sized = material.session(session);
    const SizeText& size = material.size;
    sized.size = size.longest != 0
                     ? size.longest
                     : static_cast<std::uint32_t>(
                           std::max(impasto_material_width(from), impasto_material_height(from)));
    const SessionView view(std::move(sized));
    ImpastoSessionOptions options = view.options(nullptr);
    options.width = size.width != 0 ? size.width : size.longest;
    options.height = size.height != 0 ? size.height : size.longest;
    return status_of([&](char* message, std::size_t length) {
        return impasto_material_session_create(context, weights, from, styles.data(),
                                               static_cast<std::uint32_t>(styles.size()), &options,
                                               created, message, length);
    });
}

Result<Impasto::Material> make_material(const ImpastoMaterial* from, const ImpastoImage* picture,
                                        const Settings& session, const MaterialSettings& material) {
    ImpastoMaterial* made = nullptr;
    const Status status = status_of([&](char* message, std::size_t size) -> int {
        if (picture != nullptr && material.synthesize) {
            return impasto_material_unstack(from, picture, &made, message, size);
        }
        if (picture != nullptr) {
            ImpastoRestyleOptions options{};
            options.struct_size = sizeof options;
            options.detail = material.detail;
            options.tile = material.session(session).tile;
            return impasto_material_restyle(from, picture, &options, &made, message, size);
        }
        int width = impasto_material_width(from);
        int height = impasto_material_height(from);
        if (material.size.longest != 0) {
            const double scale =
                static_cast<double>(material.size.longest) / std::max(width, height);
            width = std::max(1, static_cast<int>(std::lround(width * scale)));
            height = std::max(1, static_cast<int>(std::lround(height * scale)));
        }
        return impasto_material_resize(from, width, height, material.session(session).tile, &made,
                                       message, size);
    });
    if (!status) return status.error();
    return Impasto::Material(made);
}

}  // namespace impasto::settings
