#include "texture/gltf/model.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "texture/gltf/accessor.h"
#include "texture/gltf/tiny_gltf.h"

namespace impasto::gltf {
namespace {

using Matrix = std::array<double, 16>;  // columns
constexpr Matrix kIdentity{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

Error bad(std::string message) { return {ErrorCode::kInput, std::move(message)}; }

// ---- Materials: from the JSON, whose extensions tinygltf would only repeat.

const Json& member(const Json& object, const char* name) {
    static const Json kNothing = Json::object();
    const auto found = object.find(name);
    return found != object.end() && found->is_object() ? *found : kNothing;
}

double number(const Json& value, double otherwise) {
    return value.is_number() ? value.get<double>() : otherwise;
}

double number_at(const Json& object, const char* name, double otherwise) {
    const auto found = object.find(name);
    return found != object.end() ? number(*found, otherwise) : otherwise;
}

std::array<double, 2> pair_of(const Json& object, const char* name, double otherwise) {
    const Json& list = list_of(object, name);
    if (list.size() != 2) return {otherwise, otherwise};
    return {number(list[0], otherwise), number(list[1], otherwise)};
}

WrapMode wrap_of(const Json& sampler, const char* name) {
    constexpr std::uint64_t kClampToEdge = 33071;
    constexpr std::uint64_t kMirroredRepeat = 33648;
    const std::uint64_t mode = whole(sampler, name).value_or(0);
    return mode == kClampToEdge      ? WrapMode::kClamp
           : mode == kMirroredRepeat ? WrapMode::kMirror
                                     : WrapMode::kRepeat;
}

Status add_use(const Json& json, const Json& info, Slot slot, Material& material) {
    if (info.empty()) return {};
    const auto texture = whole(info, "index");
    const Json& textures = list_of(json, "textures");
    const std::string where =
        std::string(slot_name(slot)) + " of material '" + printable(material.name) + "'";
    if (!texture || *texture >= textures.size()) {
        return bad("the " + where + " is a texture that does not exist");
    }
    const Json& given = textures[*texture];
    TextureUse use;
    use.slot = slot;
    use.texture = *texture;
    for (const char* name :
         {"EXT_texture_webp", "EXT_texture_avif", "KHR_texture_basisu", "MSFT_texture_dds"}) {
        const auto image = whole(member(member(given, "extensions"), name), "source");
        if (!image) continue;
        use.unread = name;
        use.image = *image;
    }
    const auto source = whole(given, "source");
    if (!source && use.unread.empty()) return {};  // a texture of the application's
    if (use.unread.empty()) use.image = *source;
    use.set = whole(info, "texCoord").value_or(0);
    const Json& transform = member(member(info, "extensions"), "KHR_texture_transform");
    use.transform.offset = pair_of(transform, "offset", 0);
    use.transform.scale = pair_of(transform, "scale", 1);
    use.transform.rotation = number_at(transform, "rotation", 0);
    if (slot == Slot::kNormal) use.scale = number_at(info, "scale", 1);
    use.set = whole(transform, "texCoord").value_or(use.set);
    if (const auto sampler = whole(given, "sampler")) {
        const Json& samplers = list_of(json, "samplers");
        if (*sampler >= samplers.size()) return bad("the " + where + " has no such sampler");
        use.wrap = {wrap_of(samplers[*sampler], "wrapS"), wrap_of(samplers[*sampler], "wrapT")};
    }
    material.uses.push_back(std::move(use));
    return {};
}

// Every texture that an object of an extension names, but `known`.
Status add_extension_uses(const Json& json, const Json& object, const Json& known,
                          Material& material) {
    for (const auto& [name, value] : object.items()) {
        if (!value.is_structured() || &value == &known) continue;
        const bool is_texture =
            name.ends_with("exture") && value.is_object() &&
            whole(value, "index").value_or(std::uint64_t(-1)) < list_of(json, "textures").size();
        if (is_texture) {
            IMPASTO_TRY(add_use(json, value, Slot::kExtension, material));
        } else {
            IMPASTO_TRY(add_extension_uses(json, value, known, material));
        }
    }
    return {};
}

Result<std::vector<Material>> read_materials(const Json& json) {
    std::vector<Material> materials;
    for (const Json& given : list_of(json, "materials")) {
        Material material;
        material.name = text_of(given, "name");
        const std::string mode = text_of(given, "alphaMode");
        material.opaque = mode.empty() || mode == "OPAQUE";
        const Json& metallic = member(given, "pbrMetallicRoughness");
        const Json& glossy =
            member(member(given, "extensions"), "KHR_materials_pbrSpecularGlossiness");
        const std::pair<const Json&, Slot> slots[] = {
            {member(metallic, "baseColorTexture"), Slot::kBaseColor},
            {member(glossy, "diffuseTexture"), Slot::kBaseColor},
            {member(given, "emissiveTexture"), Slot::kEmissive},
            {member(given, "normalTexture"), Slot::kNormal},
            {member(metallic, "metallicRoughnessTexture"), Slot::kMetallicRoughness},
            {member(given, "occlusionTexture"), Slot::kOcclusion}};
        for (const auto& [info, slot] : slots) {
            IMPASTO_TRY(add_use(json, info, slot, material));
        }
        IMPASTO_TRY(add_extension_uses(json, member(given, "extensions"),
                                       member(glossy, "diffuseTexture"), material));
        materials.push_back(std::move(material));
    }
    return materials;
}

// ---- Geometry: by tinygltf.

Status check_compression(const Json& json) {
    const Json& used = list_of(json, "extensionsUsed");
    for (const char* name : {"KHR_draco_mesh_compression", "EXT_meshopt_compression"}) {
        if (std::find(used.begin(), used.end(), Json(name)) != used.end()) {
            return bad("its geometry is compressed (" + std::string(name) +
                       "), which is not read here; decompress it first");
        }
    }
    return {};
}

// What geometry needs of the document.
Result<tinygltf::Model> read_parts(const Json& json) {
    Json parts = Json::object();
    for (const char* name : {"asset", "accessors", "bufferViews", "meshes", "nodes", "scenes"}) {
        const auto found = json.find(name);
        if (found != json.end()) parts[name] = *found;
    }
    const std::string text = parts.dump(-1, ' ', false, Json::error_handler_t::replace);
    tinygltf::TinyGLTF loader;
    tinygltf::Model model;
    std::string error;
    std::string warning;
    bool loaded = false;
    try {
        loaded = loader.LoadASCIIFromString(&model, &error, &warning, text.data(),
                                            static_cast<unsigned int>(text.size()), "",
                                            tinygltf::REQUIRE_VERSION);
    } catch (const nlohmann::json::exception& thrown) {
        error = thrown.what();
    }
    if (!loaded) {
        return bad("its geometry is damaged: " +
                   printable(std::string_view(error).substr(0, error.find_first_of("\r\n"))));
    }
    return model;
}

Matrix multiply(const Matrix& a, const Matrix& b) {
    Matrix product{};
    for (std::size_t column = 0; column < 4; ++column) {
        for (std::size_t row = 0; row < 4; ++row) {
            for (std::size_t k = 0; k < 4; ++k) {
                product[column * 4 + row] += a[k * 4 + row] * b[column * 4 + k];
            }
        }
    }
    return product;
}

Matrix local_matrix(const tinygltf::Node& node) {
    Matrix matrix = kIdentity;
    if (node.matrix.size() == 16) {
        std::copy(node.matrix.begin(), node.matrix.end(), matrix.begin());
        return matrix;
    }
    std::array<double, 3> t{0, 0, 0};
    std::array<double, 4> q{0, 0, 0, 1};
    std::array<double, 3> s{1, 1, 1};
    const auto read = [](const std::vector<double>& from, auto& to) {
        if (from.size() == to.size()) std::copy(from.begin(), from.end(), to.begin());
    };
    read(node.translation, t);
    read(node.rotation, q);
    read(node.scale, s);
    const double x = q[0], y = q[1], z = q[2], w = q[3];
    const double rotation[3][3] = {
        {1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)},
        {2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)},
        {2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)}};
    for (std::size_t column = 0; column < 3; ++column) {
        for (std::size_t row = 0; row < 3; ++row) {
            matrix[column * 4 + row] = rotation[column][row] * s[column];
        }
        matrix[12 + column] = t[column];
    }
    return matrix;
}

// Where each mesh is shown first; the identity where no node shows it.
std::vector<Matrix> place_meshes(const tinygltf::Model& model) {
    std::vector<Matrix> places(model.meshes.size(), kIdentity);
    std::vector<bool> placed(model.meshes.size(), false);
    std::vector<bool> child(model.nodes.size(), false);
    for (const tinygltf::Node& node : model.nodes) {
        for (const int c : node.children) {
            if (c >= 0 && static_cast<std::size_t>(c) < child.size()) {
                child[static_cast<std::size_t>(c)] = true;
            }
        }
    }
    std::vector<std::pair<std::size_t, Matrix>> waiting;
    for (std::size_t i = model.nodes.size(); i-- > 0;) {
        if (!child[i]) waiting.emplace_back(i, kIdentity);
    }
    std::vector<bool> visited(model.nodes.size(), false);  // a circle of nodes is no tree
    while (!waiting.empty()) {
        const auto [at, parent] = waiting.back();
        waiting.pop_back();
        if (visited[at]) continue;
        visited[at] = true;
        const tinygltf::Node& node = model.nodes[at];
        const Matrix matrix = multiply(parent, local_matrix(node));
        const auto mesh = static_cast<std::size_t>(node.mesh);
        if (node.mesh >= 0 && mesh < placed.size() && !placed[mesh]) {
            placed[mesh] = true;
            places[mesh] = matrix;
        }
        for (const int c : node.children) {
            if (c >= 0 && static_cast<std::size_t>(c) < model.nodes.size()) {
                waiting.emplace_back(static_cast<std::size_t>(c), matrix);
            }
        }
    }
    return places;
}

// Any mode of triangles as a list of them; of points and lines nothing.
std::vector<std::uint32_t> triangle_list(int mode, std::vector<std::uint32_t> indices) {
    if (mode == TINYGLTF_MODE_TRIANGLES || mode == -1) {
        indices.resize(indices.size() / 3 * 3);
        return indices;
    }
    std::vector<std::uint32_t> list;
    if (mode != TINYGLTF_MODE_TRIANGLE_STRIP && mode != TINYGLTF_MODE_TRIANGLE_FAN) return list;
    const bool fan = mode == TINYGLTF_MODE_TRIANGLE_FAN;
    for (std::size_t i = 2; i < indices.size(); ++i) {
        list.insert(list.end(), {fan ? indices[0] : indices[i - 2], indices[i - 1], indices[i]});
    }
    return list;
}

Status read_positions(const tinygltf::Model& model, int accessor, const Matrix& place,
                      Primitive& to) {
    const auto values = read_floats(model, accessor, 3);
    if (!values) return values.error();
    to.positions.resize(values->size() / 3);
    for (std::size_t i = 0; i < to.positions.size(); ++i) {
        for (std::size_t row = 0; row < 3; ++row) {
            double sum = place[12 + row];
            for (std::size_t k = 0; k < 3; ++k) {
                sum += place[k * 4 + row] * static_cast<double>((*values)[3 * i + k]);
            }
            to.positions[i][row] = static_cast<float>(sum);
            if (!std::isfinite(to.positions[i][row])) {
                return bad("a node moves a vertex to where no number goes");
            }
        }
    }
    return {};
}

Status read_coordinates(const tinygltf::Model& model, const tinygltf::Primitive& primitive,
                        Primitive& to) {
    // As many sets as anything has; the first one that is missing ends them.
    for (std::size_t set = 0; set < 8; ++set) {
        const auto found = primitive.attributes.find("TEXCOORD_" + std::to_string(set));
        if (found == primitive.attributes.end()) break;
        const auto values = read_floats(model, found->second, 2);
        if (!values) return values.error();
        if (values->size() / 2 != to.positions.size()) {
            return bad("a primitive has more positions than texture coordinates, or fewer");
        }
        auto& coordinates = to.coordinates.emplace_back(values->size() / 2);
        for (std::size_t i = 0; i < coordinates.size(); ++i) {
            coordinates[i] = {(*values)[2 * i], (*values)[2 * i + 1]};
        }
    }
    return {};
}

// A primitive's own, and those that the model's variants give it (KHR_materials_variants).
std::set<std::size_t> materials_of(const tinygltf::Primitive& given) {
    std::set<std::size_t> materials;
    if (given.material >= 0) materials.insert(static_cast<std::size_t>(given.material));
    const auto variants = given.extensions.find("KHR_materials_variants");
    if (variants == given.extensions.end() || !variants->second.Has("mappings")) return materials;
    const tinygltf::Value& mappings = variants->second.Get("mappings");
    for (int i = 0; mappings.IsArray() && i < static_cast<int>(mappings.ArrayLen()); ++i) {
        const tinygltf::Value& mapping = mappings.Get(i);
        if (!mapping.IsObject() || !mapping.Get("material").IsInt()) continue;
        const int material = mapping.Get("material").GetNumberAsInt();
        if (material >= 0) materials.insert(static_cast<std::size_t>(material));
    }
    return materials;
}

// Without its material.
Result<Primitive> read_primitive(const tinygltf::Model& model, const tinygltf::Primitive& given,
                                 const Matrix& place) {
    Primitive to;
    const auto position = given.attributes.find("POSITION");
    if (position == given.attributes.end()) return to;  // of an extension's
    IMPASTO_TRY(read_positions(model, position->second, place, to));
    IMPASTO_TRY(read_coordinates(model, given, to));
    std::vector<std::uint32_t> indices;
    if (given.indices >= 0) {
        auto read = read_indices(model, given.indices);
        if (!read) return read.error();
        indices = *std::move(read);
        for (const std::uint32_t index : indices) {
            if (index >= to.positions.size()) {
                return bad("accessor " + std::to_string(given.indices) +
                           " has an index beyond the vertices");
            }
        }
    } else {
        indices.resize(to.positions.size());
        for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = static_cast<std::uint32_t>(i);
    }
    to.indices = triangle_list(given.mode, std::move(indices));
    return to;
}

}  // namespace

const char* slot_name(Slot slot) {
    switch (slot) {
        case Slot::kBaseColor:
            return "base colour";
        case Slot::kEmissive:
            return "emissive";
        case Slot::kNormal:
            return "normal";
        case Slot::kMetallicRoughness:
            return "metallic-roughness";
        case Slot::kExtension:
            return "an extension's";
        case Slot::kOcclusion:
            break;
    }
    return "occlusion";
}

std::string also(Slot slot) {
    if (slot == Slot::kExtension) return "an extension of its material shows it too";
    return std::string("it is also ") + (slot == Slot::kOcclusion ? "an " : "a ") +
           slot_name(slot) + " map";
}

std::array<double, 2> UvTransform::apply(std::array<double, 2> uv) const {
    const double c = std::cos(rotation);
    const double s = std::sin(rotation);
    const double u = uv[0] * scale[0];
    const double v = uv[1] * scale[1];
    return {offset[0] + c * u + s * v, offset[1] - s * u + c * v};
}

Result<Model> read_model(const Json& json, std::span<const std::vector<std::byte>> buffers) {
    auto materials = read_materials(json);
    if (!materials) return materials.error();
    IMPASTO_TRY(check_compression(json));
    auto parts = read_parts(json);
    if (!parts) return parts.error();
    parts->buffers.resize(buffers.size());
    for (std::size_t i = 0; i < buffers.size(); ++i) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(buffers[i].data());
        parts->buffers[i].data.assign(bytes, bytes + buffers[i].size());
    }
    Model model;
    model.materials = *std::move(materials);
    const std::vector<Matrix> places = place_meshes(*parts);
    std::size_t triangles = 0;
    std::size_t vertices = 0;
    for (std::size_t m = 0; m < parts->meshes.size(); ++m) {
        for (const tinygltf::Primitive& given : parts->meshes[m].primitives) {
            const std::set<std::size_t> shown_by = materials_of(given);
            if (shown_by.empty()) continue;
            if (*shown_by.rbegin() >= model.materials.size()) {
                return bad(called("mesh", m, parts->meshes[m].name) +
                           " has a material that does not exist");
            }
            auto primitive = read_primitive(*parts, given, places[m]);
            if (!primitive) return primitive.error();
            triangles += shown_by.size() * (primitive->indices.size() / 3);
            vertices += shown_by.size() * primitive->positions.size();
            // A small file can show one list of indices a million times.
            if (triangles > kMostTriangles || vertices > 3 * kMostTriangles) {
                return bad("it has more than " + std::to_string(kMostTriangles) + " triangles");
            }
            if (primitive->indices.empty()) continue;
            for (const std::size_t material : shown_by) {
                model.primitives.push_back(*primitive);
                model.primitives.back().material = material;
            }
        }
    }
    return model;
}

}  // namespace impasto::gltf
