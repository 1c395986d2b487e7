#include "texture/gltf/json.h"

#include <array>
#include <cmath>
#include <vector>

namespace impasto::gltf {
namespace {

Error bad(std::string message) { return {ErrorCode::kInput, std::move(message)}; }

constexpr std::array kLists{"accessors", "bufferViews", "buffers",  "images",   "materials",
                            "meshes",    "nodes",       "samplers", "textures", "scenes"};

Status check_lists(const Json& json) {
    for (const char* name : kLists) {
        const auto found = json.find(name);
        if (found == json.end()) continue;
        if (!found->is_array()) return bad("'" + std::string(name) + "' is no list");
        for (const Json& one : *found) {
            if (!one.is_object()) {
                return bad("'" + std::string(name) + "' holds something that is no object");
            }
        }
    }
    return {};
}

Status check_buffer_views(const Json& json) {
    const Json& buffers = list_of(json, "buffers");
    for (std::size_t i = 0; i < buffers.size(); ++i) {
        if (whole(buffers[i], "byteLength").value_or(0) == 0) {
            return bad("buffer " + std::to_string(i) + " has no byteLength");
        }
    }
    const Json& views = list_of(json, "bufferViews");
    for (std::size_t i = 0; i < views.size(); ++i) {
        const auto buffer = whole(views[i], "buffer");
        const auto length = whole(views[i], "byteLength");
        const std::uint64_t offset = whole(views[i], "byteOffset").value_or(0);
        if (!buffer || *buffer >= buffers.size() || !length) {
            return bad("buffer view " + std::to_string(i) + " has no buffer or no byteLength");
        }
        const std::uint64_t held = *whole(buffers[*buffer], "byteLength");
        if (offset > held || *length > held - offset) {
            return bad("buffer view " + std::to_string(i) + " lies beyond its buffer");
        }
    }
    return {};
}

Status check_images(const Json& json) {
    const Json& images = list_of(json, "images");
    for (std::size_t i = 0; i < images.size(); ++i) {
        const std::string name = called("image", i, text_of(images[i], "name"));
        const bool has_view = images[i].contains("bufferView");
        if (has_view == images[i].contains("uri")) {
            return bad(name + (has_view ? " has both a uri and a buffer view"
                                        : " has neither a uri nor a buffer view"));
        }
        const auto view = whole(images[i], "bufferView");
        if (has_view && (!view || *view >= list_of(json, "bufferViews").size())) {
            return bad(name + " is in a buffer view that does not exist");
        }
        if (!has_view && !images[i]["uri"].is_string())
            return bad(name + " has a uri that is no text");
    }
    const Json& textures = list_of(json, "textures");
    for (std::size_t i = 0; i < textures.size(); ++i) {
        if (!textures[i].contains("source")) continue;
        const auto source = whole(textures[i], "source");
        if (!source || *source >= images.size()) {
            return bad("texture " + std::to_string(i) + " has an image that does not exist");
        }
    }
    return {};
}

}  // namespace

Result<Json> parse_document(std::string_view text) {
    bool deep = false;
    bool wide = false;
    std::vector<std::size_t> names;  // seen in the objects that are open, by depth
    const auto watch = [&](int depth, Json::parse_event_t event, Json&) {
        if (depth > kDeepestJson) {
            deep = true;
            return false;
        }
        const auto at = static_cast<std::size_t>(depth);
        if (event == Json::parse_event_t::object_start) {
            names.resize(std::max(names.size(), at + 2));
            names[at + 1] = 0;
        } else if (event == Json::parse_event_t::key && at < names.size()) {
            if (++names[at] > kMostNames) {
                wide = true;
                return false;
            }
        }
        return true;
    };
    Json json = Json::parse(text.begin(), text.end(), watch, false);
    if (deep) return bad("its JSON is nested too deep");
    if (wide) return bad("its JSON has an object with too many names");
    if (json.is_discarded()) return bad("its JSON is damaged");
    if (!json.is_object()) return bad("its JSON is no glTF");
    return json;
}

Status check_document(const Json& json) {
    const auto asset = json.find("asset");
    const std::string version =
        asset != json.end() && asset->is_object() ? text_of(*asset, "version") : "";
    if (version.empty()) return bad("is no glTF: it has no asset.version");
    if (!version.starts_with("2.")) {
        return bad("is glTF " + printable(version, 20) + "; only version 2 is read");
    }
    IMPASTO_TRY(check_lists(json));
    IMPASTO_TRY(check_buffer_views(json));
    return check_images(json);
}

const Json& list_of(const Json& object, const char* name) {
    static const Json kEmpty = Json::array();
    const auto found = object.find(name);
    return found != object.end() && found->is_array() ? *found : kEmpty;
}

std::optional<std::uint64_t> whole(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) return std::nullopt;
    if (found->is_number_unsigned()) return found->get<std::uint64_t>();
    if (!found->is_number_float()) return std::nullopt;
    const auto value = found->get<double>();
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (!(value >= 0.0 && value <= kExact) || value != std::floor(value)) return std::nullopt;
    return static_cast<std::uint64_t>(value);
}

std::string text_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string called(const char* what, std::size_t index, const std::string& name) {
    std::string text = what + (" " + std::to_string(index));
    return name.empty() ? text : text + " ('" + printable(name) + "')";
}

std::string printable(std::string_view text, std::size_t longest) {
    std::string line;
    for (const char c : text.substr(0, longest)) line += c >= ' ' && c <= '~' ? c : '?';
    return text.size() > longest ? line + "..." : line;
}

}  // namespace impasto::gltf
