// Materials.
#include "texture/material/material.h"

#include <algorithm>
#include <cmath>

#include "api/handles.h"
#include "image/bleed.h"
#include "image/load.h"
#include "impasto/impasto_material.h"
#include "platform/atomic_file.h"
#include "platform/paths.h"
#include "texture/material/restyle.h"
#include "texture/material/save_material.h"
#include "texture/material/working_maps.h"

using namespace impasto;
using api::guarded;

struct ImpastoMaterial {
    texture::Material material;
};

namespace {

// The largest multiple of its own size that a style may have (impasto_session_options_default).
constexpr float kLargestStyleScale = 64.0f;

Wrap wrap_of(std::uint32_t tile) {
    return {(tile & IMPASTO_TILE_X) != 0, (tile & IMPASTO_TILE_Y) != 0};
}

Status check_tile(std::uint32_t tile) {
    if ((tile & ~static_cast<std::uint32_t>(IMPASTO_TILE_XY)) != 0) {
        return api::bad_argument("tile has no such value");
    }
    return {};
}

Result<texture::MaterialOptions> material_options(const ImpastoMaterialOptions* given) {
    ImpastoMaterialOptions from{};
    if (given != nullptr && !api::read_struct(given, from)) {
        return api::bad_argument("ImpastoMaterialOptions: struct_size is not set");
    }
    IMPASTO_TRY(check_tile(from.tile));
    return texture::MaterialOptions{from.resize != 0, wrap_of(from.tile)};
}

Result<texture::SaveMaterialOptions> save_options(const ImpastoMaterialSaveOptions* given) {
    ImpastoMaterialSaveOptions from{};
    if (given != nullptr && !api::read_struct(given, from)) {
        return api::bad_argument("ImpastoMaterialSaveOptions: struct_size is not set");
    }
    if (from.texts == nullptr && from.text_count > 0) {
        return api::bad_argument("ImpastoMaterialSaveOptions: texts is null");
    }
    return texture::SaveMaterialOptions{from.mips != 0, from.pack_orm != 0,
                                        api::png_texts(from.texts, from.text_count)};
}

// Nothing for BY_NAME.
Result<std::optional<texture::MapKind>> kind_of(const ImpastoMapKind& kind) {
    const auto number = api::enum_number(kind);
    if (number == IMPASTO_MAP_BY_NAME) {
        return std::optional<texture::MapKind>();
    }
    for (const texture::MapKind one : texture::kMapKinds) {
        if (static_cast<std::int64_t>(one) == static_cast<std::int64_t>(number)) {
            return std::optional(one);
        }
    }
    return api::bad_argument("the kind of map has no such value");
}

// Runs `make`, a callable that returns Result<Material>, and hands the material over.
template <typename Make>
ImpastoResult made_material(const char* function, bool given, ImpastoMaterial** result,
                            char* message, std::size_t message_size, Make&& make) {
    return guarded(message, message_size, [&]() -> Status {
        if (!given || result == nullptr) {
            return api::bad_argument(std::string(function) + ": a pointer is null");
        }
        *result = nullptr;
        Result<texture::Material> made = make();
        if (!made) {
            return made.error();
        }
        *result = new ImpastoMaterial{*std::move(made)};
        return {};
    });
}

// The same for an image; nothing where there is none.
template <typename Make>
ImpastoResult made_image(const char* function, bool given, ImpastoImage** result, char* message,
                         std::size_t message_size, Make&& make) {
    return guarded(message, message_size, [&]() -> Status {
        if (!given || result == nullptr) {
            return api::bad_argument(std::string(function) + ": a pointer is null");
        }
        *result = nullptr;
        Result<std::optional<Image>> made = make();
        if (!made) {
            return made.error();
        }
        if (*made) {
            *result = new ImpastoImage{**std::move(made)};
        }
        return {};
    });
}

// Where the surface is, as a picture; nothing where it is everywhere.
std::optional<Image> mask_of(const texture::Material& material) {
    const std::vector<float> covered = texture::coverage(material);
    if (covered.empty()) {
        return std::nullopt;
    }
    Image mask;
    mask.width = material.width;
    mask.height = material.height;
    mask.grey = true;
    for (int c = 0; c < 3; ++c) {
        mask.rgb.insert(mask.rgb.end(), covered.begin(), covered.end());
    }
    return mask;
}

// The albedo as a session's content: without alpha, filled under its edge.
Image content_of(const texture::Material& material, Wrap wrap) {
    Image content = material.find(texture::MapKind::kAlbedo)->image;
    content.alpha.clear();
    const std::vector<float> covered = texture::coverage(material);
    if (!covered.empty()) {
        bleed_colors(content.rgb, covered, content.width, content.height, wrap);
    }
    return content;
}

}  // namespace

ImpastoMapKind impasto_map_kind_of_name(const char* file_name) {
    ImpastoMapKind kind = IMPASTO_MAP_BY_NAME;
    guarded(nullptr, 0, [&]() -> Status {
        const auto found = file_name != nullptr ? texture::map_of_name(file_name) : std::nullopt;
        if (found) {
            kind = static_cast<ImpastoMapKind>(found->kind);
        }
        return {};
    });
    return kind;
}

ImpastoResult impasto_material_load(const ImpastoMaterialFile* files, uint32_t count,
                                    const ImpastoMaterialOptions* options,
                                    ImpastoMaterial** material, char* message,
                                    size_t message_size) {
    return made_material(
        "impasto_material_load", files != nullptr && count > 0, material, message, message_size,
        [&]() -> Result<texture::Material> {
            if (!api::is_struct_array(files, count)) {
                return api::bad_argument("ImpastoMaterialFile: struct_size is not set");
            }
            const auto asked = material_options(options);
            if (!asked) {
                return asked.error();
            }
            std::vector<texture::MaterialFile> from;
            for (std::uint32_t i = 0; i < count; ++i) {
                ImpastoMaterialFile file{};
                api::read_struct(api::struct_at(files, i), file);
                if (file.reserved != 0) {
                    return api::bad_argument("ImpastoMaterialFile: what is reserved must be 0");
                }
                const auto kind = kind_of(file.kind);
                if (!kind) {
                    return kind.error();
                }
                if (file.path == nullptr) {
                    return api::bad_argument("ImpastoMaterialFile: path is null");
                }
                from.push_back({platform::path_from_utf8(file.path), *kind});
            }
            return texture::load_material(from, *asked);
        });
}

ImpastoResult impasto_material_create(const ImpastoMaterialMap* maps, uint32_t count,
                                      const ImpastoMaterialOptions* options,
                                      ImpastoMaterial** material, char* message,
                                      size_t message_size) {
    return made_material(
        "impasto_material_create", maps != nullptr && count > 0, material, message, message_size,
        [&]() -> Result<texture::Material> {
            if (!api::is_struct_array(maps, count)) {
                return api::bad_argument("ImpastoMaterialMap: struct_size is not set");
            }
            const auto asked = material_options(options);
            if (!asked) {
                return asked.error();
            }
            std::vector<texture::MaterialMap> from;
            for (std::uint32_t i = 0; i < count; ++i) {
                ImpastoMaterialMap map{};
                api::read_struct(api::struct_at(maps, i), map);
                const std::string name = map.name != nullptr ? map.name : "";
                auto kind = kind_of(map.kind);
                if (!kind) {
                    return kind.error();
                }
                if (!*kind) {
                    const auto named = texture::map_of_name(name);
                    if (!named) {
                        return api::bad_argument("the name '" + name +
                                                 "' does not say which map it is: give its kind");
                    }
                    *kind = named->kind;
                }
                if (map.image == nullptr) {
                    return api::bad_argument("ImpastoMaterialMap: image is null");
                }
                if (name.find_first_of("/\\") != std::string::npos) {
                    return api::bad_argument("the name '" + name + "' of a map has folders");
                }
                from.push_back({**kind, name, map.image->image});
            }
            return texture::make_material(std::move(from), *asked);
        });
}

void impasto_material_destroy(ImpastoMaterial* material) { delete material; }

int impasto_material_width(const ImpastoMaterial* material) {
    return material == nullptr ? 0 : material->material.width;
}

int impasto_material_height(const ImpastoMaterial* material) {
    return material == nullptr ? 0 : material->material.height;
}

uint32_t impasto_material_map_count(const ImpastoMaterial* material) {
    return material == nullptr ? 0 : static_cast<uint32_t>(material->material.maps.size());
}

ImpastoMapKind impasto_material_map_kind(const ImpastoMaterial* material, uint32_t index) {
    if (index >= impasto_material_map_count(material)) {
        return IMPASTO_MAP_BY_NAME;
    }
    return static_cast<ImpastoMapKind>(material->material.maps[index].kind);
}

const char* impasto_material_map_name(const ImpastoMaterial* material, uint32_t index) {
    if (index >= impasto_material_map_count(material)) {
        return nullptr;
    }
    return material->material.maps[index].name.c_str();
}

ImpastoResult impasto_material_map(const ImpastoMaterial* material, uint32_t index,
                                   ImpastoImage** image, char* message, size_t message_size) {
    return made_image(
        "impasto_material_map", material != nullptr, image, message, message_size,
        [&]() -> Result<std::optional<Image>> {
            if (index >= material->material.maps.size()) {
                return api::bad_argument("impasto_material_map: index is out of range");
            }
            return std::optional(material->material.maps[index].image);
        });
}

const char* impasto_material_warning(const ImpastoMaterial* material, uint32_t index) {
    if (material == nullptr || index >= material->material.warnings.size()) {
        return nullptr;
    }
    return material->material.warnings[index].c_str();
}

ImpastoResult impasto_material_resize(const ImpastoMaterial* material, int width, int height,
                                      uint32_t tile, ImpastoMaterial** resized, char* message,
                                      size_t message_size) {
    return made_material(
        "impasto_material_resize", material != nullptr, resized, message, message_size,
        [&]() -> Result<texture::Material> {
            IMPASTO_TRY(check_tile(tile));
            if (width < 1 || height < 1 || width > 16384 || height > 16384) {
                return api::bad_argument("the size must lie between 1 and 16384 pixels");
            }
            return texture::resize_material(material->material, width, height, wrap_of(tile));
        });
}

ImpastoResult impasto_material_mask(const ImpastoMaterial* material, ImpastoImage** mask,
                                    char* message, size_t message_size) {
    return made_image(
        "impasto_material_mask", material != nullptr, mask, message, message_size,
        [&]() -> Result<std::optional<Image>> { return mask_of(material->material); });
}

ImpastoResult impasto_material_stack(const ImpastoMaterial* material, ImpastoImage** stack,
                                     char* message, size_t message_size) {
    return made_image("impasto_material_stack", material != nullptr, stack, message, message_size,
                      [&]() -> Result<std::optional<Image>> {
                          return std::optional(texture::stack_of(material->material));
                      });
}

ImpastoResult impasto_material_unstack(const ImpastoMaterial* material, const ImpastoImage* stack,
                                       ImpastoMaterial** result, char* message,
                                       size_t message_size) {
    return made_material("impasto_material_unstack", material != nullptr && stack != nullptr,
                         result, message, message_size, [&]() {
                             return texture::material_of_stack(material->material, stack->image);
                         });
}

ImpastoResult impasto_material_restyle(const ImpastoMaterial* material, const ImpastoImage* albedo,
                                       const ImpastoRestyleOptions* options,
                                       ImpastoMaterial** result, char* message,
                                       size_t message_size) {
    return made_material(
        "impasto_material_restyle", material != nullptr && albedo != nullptr, result, message,
        message_size, [&]() -> Result<texture::Material> {
            texture::RestyleOptions asked;
            if (options != nullptr) {
                ImpastoRestyleOptions given{};
                if (!api::read_struct(options, given)) {
                    return api::bad_argument("ImpastoRestyleOptions: struct_size is not set");
                }
                IMPASTO_TRY(check_tile(given.tile));
                if (!(given.detail >= 0.0f && given.detail <= 1.0f)) {
                    return api::bad_argument("the detail must lie between 0 and 1");
                }
                asked = {given.detail, wrap_of(given.tile)};
            }
            return texture::restyle(material->material, albedo->image, asked);
        });
}

ImpastoResult impasto_material_session_create(
    ImpastoContext* context, const ImpastoWeights* weights, const ImpastoMaterial* material,
    const ImpastoImage* const* styles, uint32_t style_count, const ImpastoSessionOptions* options,
    ImpastoSession** session, char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        ImpastoSessionOptions asked{};
        if (!api::read_struct(options, asked)) {
            return api::bad_argument("ImpastoSessionOptions: struct_size is not set");
        }
        asked.struct_size = sizeof asked;
        if (material == nullptr || session == nullptr) {
            return api::bad_argument(
                "impasto_material_session_create: material and session must be given");
        }
        *session = nullptr;
        const texture::Material& from = material->material;
        std::optional<Image> covered = mask_of(from);
        const ImpastoImage mask{covered ? *std::move(covered) : Image()};
        const bool masked = mask.image.pixels() > 0;
        if (masked && std::ranges::all_of(mask.image.rgb, [](float v) { return v <= 0.0f; })) {
            return Error{ErrorCode::kInput,
                         "the material is transparent throughout, by its alpha or its opacity: "
                         "there is nothing to work on"};
        }
        if (style_count > 0) {
            if (masked) {
                asked.mask = &mask;
            }
            const ImpastoImage content{content_of(from, wrap_of(asked.tile))};
            return api::create_session(context, weights, &content, styles, style_count, &asked,
                                       session);
        }
        if (const auto log = context != nullptr ? api::session_log(*context) : nullptr) {
            for (const std::string& line : texture::warnings_of_stack(from)) {
                log("warning: " + line);
            }
        }
        const ImpastoImage stack{texture::stack_of(from)};
        const ImpastoImage* const mask_pointer = &mask;
        const ImpastoImage* const stack_pointer = &stack;
        if (masked) {
            asked.style_masks = &mask_pointer;
            asked.style_mask_count = 1;
        }
        asked.width = asked.width == 0 ? static_cast<uint32_t>(from.width) : asked.width;
        asked.height = asked.height == 0 ? static_cast<uint32_t>(from.height) : asked.height;
        const auto own = static_cast<float>(std::max(from.width, from.height));
        const auto longest = static_cast<float>(std::max(asked.width, asked.height));
        asked.style_scale = std::min(asked.style_scale * own / longest, kLargestStyleScale);
        asked.init = asked.init == IMPASTO_INIT_IMAGE ? asked.init : IMPASTO_INIT_NOISE;
        asked.colors = IMPASTO_COLORS_STYLE;
        return api::create_session(context, weights, nullptr, &stack_pointer, 1, &asked, session);
    });
}

int impasto_material_writes(const ImpastoMaterial* material, const char* name,
                            const ImpastoMaterialSaveOptions* options) {
    if (material == nullptr || name == nullptr) {
        return 0;
    }
    try {
        const auto asked = save_options(options);
        return asked && texture::writes(material->material, name, *asked) ? 1 : 0;
    } catch (const std::bad_alloc&) {
        return 0;
    }
}

ImpastoResult impasto_material_check_writable(const ImpastoMaterial* material, const char* folder,
                                              const ImpastoMaterialSaveOptions* options,
                                              char* message, size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (material == nullptr || folder == nullptr) {
            return api::bad_argument(
                "impasto_material_check_writable: material and folder must be given");
        }
        const auto asked = save_options(options);
        if (!asked) {
            return asked.error();
        }
        return texture::check_material_writable(material->material,
                                                platform::path_from_utf8(folder), *asked);
    });
}

ImpastoResult impasto_material_save(const ImpastoMaterial* material, const char* folder,
                                    const ImpastoMaterialSaveOptions* options, char* message,
                                    size_t message_size) {
    return guarded(message, message_size, [&]() -> Status {
        if (material == nullptr || folder == nullptr) {
            return api::bad_argument("impasto_material_save: material and folder must be given");
        }
        const auto asked = save_options(options);
        if (!asked) {
            return asked.error();
        }
        const auto saved =
            texture::save_material(material->material, platform::path_from_utf8(folder), *asked);
        return saved ? Status() : saved.error();
    });
}
