#include "model.h"

#include <tiny_gltf.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

#include "accessor.h"
#include "failure.h"

namespace host {
namespace {

// The first line of what tinygltf says, which may quote the file: what is no text is left out.
std::string first_line(const std::string& text) {
    std::string line;
    for (const char c : text.substr(0, text.find_first_of("\r\n"))) {
        if (c >= ' ' && c <= '~') line += c;
    }
    return line.substr(0, 300);
}

// Keeps a picture's bytes as they are in the file: only base colours are decoded, later.
bool keep_encoded(tinygltf::Image* image, const int index, std::string* error, std::string*, int,
                  int, const unsigned char* bytes, int size, void* user) {
    const auto& gltf = *static_cast<const tinygltf::Model*>(user);
    if (image->bufferView >= 0) {  // tinygltf does not check that the buffer holds it
        const tinygltf::BufferView& view =
            gltf.bufferViews.at(static_cast<size_t>(image->bufferView));
        const size_t held = gltf.buffers.at(static_cast<size_t>(view.buffer)).data.size();
        if (view.byteOffset > held || view.byteLength > held - view.byteOffset) {
            *error += "picture " + std::to_string(index) + " lies beyond its buffer\n";
            return false;
        }
    }
    image->image.assign(bytes, bytes + size);
    image->as_is = true;
    return true;
}

tinygltf::Model parse(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        throw Failure(kInput, path + ": there is no such file");
    }
    char magic[4] = {};
    std::ifstream(path, std::ios::binary).read(magic, sizeof magic);
    const bool binary = std::memcmp(magic, "glTF", sizeof magic) == 0;

    tinygltf::TinyGLTF loader;
    tinygltf::Model gltf;
    loader.SetImageLoader(keep_encoded, &gltf);
    std::string error;
    std::string warning;
    bool loaded = false;
    try {
        loaded = binary ? loader.LoadBinaryFromFile(&gltf, &error, &warning, path)
                        : loader.LoadASCIIFromFile(&gltf, &error, &warning, path);
    } catch (const std::exception& thrown) {
        error = thrown.what();
    }
    if (!loaded) throw Failure(kInput, path + ": " + first_line(error));
    if (!gltf.extensionsRequired.empty()) {
        throw Failure(kInput, path + ": needs the glTF extension " +
                                  gltf.extensionsRequired.front() + ", which is not read here");
    }
    return gltf;
}

Mat4 local_transform(const tinygltf::Node& node) {
    Mat4 matrix;
    if (node.matrix.size() == 16) {
        std::transform(node.matrix.begin(), node.matrix.end(), matrix.m.begin(),
                       [](double value) { return static_cast<float>(value); });
        return matrix;
    }
    float t[3] = {0, 0, 0};
    float q[4] = {0, 0, 0, 1};  // x, y, z, w
    float s[3] = {1, 1, 1};
    const auto read = [](const std::vector<double>& from, float* to, size_t count) {
        for (size_t i = 0; from.size() == count && i < count; ++i) {
            to[i] = static_cast<float>(from[i]);
        }
    };
    read(node.translation, t, 3);
    read(node.rotation, q, 4);
    read(node.scale, s, 3);
    const float x = q[0], y = q[1], z = q[2], w = q[3];
    const float rotation[3][3] = {
        {1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)},
        {2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)},
        {2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)}};
    for (size_t column = 0; column < 3; ++column) {
        for (size_t row = 0; row < 3; ++row) {
            matrix.m[column * 4 + row] = rotation[column][row] * s[column];
        }
        matrix.m[12 + column] = t[column];
    }
    return matrix;
}

// Of each vertex the mean of its triangles' normals, by their areas.
void compute_normals(const std::vector<uint32_t>& indices, size_t first_index, size_t first_vertex,
                     std::vector<Vertex>& vertices) {
    for (size_t i = first_index; i + 2 < indices.size(); i += 3) {
        Vertex& a = vertices[indices[i]];
        Vertex& b = vertices[indices[i + 1]];
        Vertex& c = vertices[indices[i + 2]];
        const Vec3 normal = cross(b.position - a.position, c.position - a.position);
        for (Vertex* vertex : {&a, &b, &c}) vertex->normal = vertex->normal + normal;
    }
    for (size_t i = first_vertex; i < vertices.size(); ++i) {
        vertices[i].normal = normalize(vertices[i].normal);
    }
}

// Any mode of triangles as a list of them; false: points or lines.
bool to_triangle_list(int mode, std::vector<uint32_t>& indices) {
    if (mode == TINYGLTF_MODE_TRIANGLES || mode == -1) {
        indices.resize(indices.size() / 3 * 3);
        return true;
    }
    if (mode != TINYGLTF_MODE_TRIANGLE_STRIP && mode != TINYGLTF_MODE_TRIANGLE_FAN) return false;
    std::vector<uint32_t> list;
    for (size_t i = 2; i < indices.size(); ++i) {
        const bool fan = mode == TINYGLTF_MODE_TRIANGLE_FAN;
        const bool odd = !fan && i % 2 == 1;  // every other triangle of a strip is turned around
        const uint32_t a = fan ? indices[0] : indices[i - 2];
        list.insert(list.end(), {a, indices[odd ? i : i - 1], indices[odd ? i - 1 : i]});
    }
    indices = std::move(list);
    return true;
}

class Loader {
  public:
    explicit Loader(const std::string& path) : path_(path), gltf_(parse(path)) {}

    Model load() {
        for (const tinygltf::Material& material : gltf_.materials) {
            model_.materials.push_back(material_of(material));
        }
        model_.materials.emplace_back();  // of primitives that name none
        texture_of_image_.assign(gltf_.textures.size(), -1);
        visited_.assign(gltf_.nodes.size(), false);
        add_nodes();
        if (model_.indices.empty()) throw Failure(kInput, path_ + ": has no triangles");
        find_bounds();
        return std::move(model_);
    }

  private:
    void find_bounds() {
        constexpr float kInfinity = std::numeric_limits<float>::infinity();
        model_.lower = {kInfinity, kInfinity, kInfinity};
        model_.upper = {-kInfinity, -kInfinity, -kInfinity};
        for (const Vertex& vertex : model_.vertices) {
            const Vec3 p = vertex.position;
            if (!std::isfinite(p.x + p.y + p.z)) {
                throw Failure(kInput, path_ + ": has a position that is no number");
            }
            Vec3& l = model_.lower;
            Vec3& u = model_.upper;
            l = {std::min(l.x, p.x), std::min(l.y, p.y), std::min(l.z, p.z)};
            u = {std::max(u.x, p.x), std::max(u.y, p.y), std::max(u.z, p.z)};
        }
    }

    std::vector<int> roots() const {
        if (gltf_.scenes.empty()) throw Failure(kInput, path_ + ": has no scene");
        const int wanted = std::max(gltf_.defaultScene, 0);
        if (static_cast<size_t>(wanted) >= gltf_.scenes.size()) {
            throw Failure(kInput, path_ + ": has no scene " + std::to_string(wanted));
        }
        return gltf_.scenes[static_cast<size_t>(wanted)].nodes;
    }

    void add_nodes() {
        struct Node {
            int index;
            Mat4 parent;
        };
        std::vector<Node> waiting;
        for (const int root : roots()) waiting.push_back({root, Mat4{}});
        while (!waiting.empty()) {
            const auto [index, parent] = waiting.back();
            waiting.pop_back();
            const auto at = static_cast<size_t>(index);
            // A node has one parent at most: one that is met again would be met for ever.
            if (index < 0 || at >= gltf_.nodes.size() || visited_[at]) {
                throw Failure(kInput, path_ + ": its nodes are no tree");
            }
            visited_[at] = true;
            const tinygltf::Node& node = gltf_.nodes[at];
            const Mat4 world = parent * local_transform(node);
            for (const int child : node.children) waiting.push_back({child, world});
            if (node.mesh < 0) continue;
            if (static_cast<size_t>(node.mesh) >= gltf_.meshes.size()) {
                throw Failure(kInput, path_ + ": has no mesh " + std::to_string(node.mesh));
            }
            for (const auto& primitive : gltf_.meshes[static_cast<size_t>(node.mesh)].primitives) {
                add(primitive, world);
            }
        }
    }

    void add(const tinygltf::Primitive& primitive, const Mat4& world) {
        const Accessor positions = attribute(primitive, "POSITION", 3);
        if (positions.count == 0) return;
        std::vector<uint32_t> indices;
        if (primitive.indices >= 0) {
            const Accessor accessor(gltf_, primitive.indices, 1, path_);
            for (size_t i = 0; i < accessor.count; ++i) {
                indices.push_back(accessor.index(i));
                if (indices.back() >= positions.count) {
                    throw Failure(kInput, path_ + ": an index is beyond its vertices");
                }
            }
        } else {
            for (size_t i = 0; i < positions.count; ++i) {
                indices.push_back(static_cast<uint32_t>(i));
            }
        }
        if (!to_triangle_list(primitive.mode, indices) || indices.empty()) return;
        if (determinant3(world) < 0) {  // mirrored: the other way round is the front
            for (size_t i = 0; i < indices.size(); i += 3) std::swap(indices[i], indices[i + 1]);
        }

        const size_t first_vertex = model_.vertices.size();
        const size_t first_index = model_.indices.size();
        const size_t most = std::numeric_limits<uint32_t>::max();
        if (first_vertex + positions.count > most || first_index + indices.size() > most) {
            throw Failure(kInput, path_ + ": has too many vertices");
        }
        for (const uint32_t index : indices) {
            model_.indices.push_back(index + static_cast<uint32_t>(first_vertex));
        }

        Draw draw;
        draw.first_index = static_cast<uint32_t>(first_index);
        draw.index_count = static_cast<uint32_t>(indices.size());
        const bool named = primitive.material >= 0 &&
                           static_cast<size_t>(primitive.material) < gltf_.materials.size();
        draw.material = static_cast<uint32_t>(named ? static_cast<size_t>(primitive.material)
                                                    : gltf_.materials.size());
        std::string coordinates_name;
        if (named) coordinates_name = find_texture(primitive, draw);

        const Accessor normals = attribute(primitive, "NORMAL", 3, positions.count);
        const Accessor coordinates = attribute(primitive, coordinates_name, 2, positions.count);
        for (size_t i = 0; i < positions.count; ++i) {
            Vertex vertex;
            vertex.position = transform_point(world, positions.vec3(i));
            if (normals.count > 0) vertex.normal = transform_normal(world, normals.vec3(i));
            if (coordinates.count > 0) {
                vertex.u = coordinates.component(i, 0);
                vertex.v = coordinates.component(i, 1);
            }
            model_.vertices.push_back(vertex);
        }
        if (normals.count == 0) {
            compute_normals(model_.indices, first_index, first_vertex, model_.vertices);
        }
        model_.draws.push_back(draw);
    }

    // Of a primitive that lacks it, an accessor of no elements, unless it is the positions.
    Accessor attribute(const tinygltf::Primitive& primitive, const std::string& name,
                       int components, size_t count = 0) const {
        const auto found = primitive.attributes.find(name);
        if (found == primitive.attributes.end()) return {};
        Accessor accessor(gltf_, found->second, components, path_);
        if (count > 0 && accessor.count != count) {
            throw Failure(kInput, path_ + ": " + name + " is not of every vertex");
        }
        return accessor;
    }

    // Sets draw.texture, and says which coordinates it takes.
    std::string find_texture(const tinygltf::Primitive& primitive, Draw& draw) {
        const tinygltf::TextureInfo& info =
            gltf_.materials[draw.material].pbrMetallicRoughness.baseColorTexture;
        if (info.index < 0) return "";
        std::string name = "TEXCOORD_" + std::to_string(info.texCoord);
        if (primitive.attributes.count(name) == 0) {
            model_.lacks_coordinates = true;
            return "";
        }
        draw.texture = texture(info.index);
        return name;
    }

    // The texture's index in the model, decoded when it is first asked for.
    int texture(int index) {
        const auto at = static_cast<size_t>(index);
        if (at >= gltf_.textures.size()) {
            throw Failure(kInput, path_ + ": has no texture " + std::to_string(index));
        }
        if (texture_of_image_[at] >= 0) return texture_of_image_[at];
        const tinygltf::Texture& from = gltf_.textures[at];
        if (from.source < 0 || static_cast<size_t>(from.source) >= gltf_.images.size()) {
            throw Failure(kInput, path_ + ": a base colour texture has no JPEG or PNG");
        }
        Texture to;
        to.picture = decode(gltf_.images[static_cast<size_t>(from.source)]);
        if (from.sampler >= 0 && static_cast<size_t>(from.sampler) < gltf_.samplers.size()) {
            const tinygltf::Sampler& sampler = gltf_.samplers[static_cast<size_t>(from.sampler)];
            const auto wrap = [](int mode) {
                return mode == TINYGLTF_TEXTURE_WRAP_CLAMP_TO_EDGE     ? Wrap::kClamp
                       : mode == TINYGLTF_TEXTURE_WRAP_MIRRORED_REPEAT ? Wrap::kMirror
                                                                       : Wrap::kRepeat;
            };
            to.wrap_u = wrap(sampler.wrapS);
            to.wrap_v = wrap(sampler.wrapT);
            to.nearest = sampler.magFilter == TINYGLTF_TEXTURE_FILTER_NEAREST;
        }
        texture_of_image_[at] = static_cast<int>(model_.textures.size());
        model_.textures.push_back(std::move(to));
        return texture_of_image_[at];
    }

    Picture decode(const tinygltf::Image& image) const {
        const std::string name = image.uri.empty() ? "a picture in it" : image.uri;
        tinygltf::Image decoded;
        std::string error;
        std::string warning;
        if (image.image.empty() ||
            !tinygltf::LoadImageData(&decoded, 0, &error, &warning, 0, 0, image.image.data(),
                                     static_cast<int>(image.image.size()), nullptr) ||
            decoded.component != 4 || (decoded.bits != 8 && decoded.bits != 16)) {
            throw Failure(kInput, path_ + ": " + name + " can't be read, or is no JPEG or PNG");
        }
        Picture picture;
        picture.width = static_cast<uint32_t>(decoded.width);
        picture.height = static_cast<uint32_t>(decoded.height);
        if (decoded.bits == 8) {
            picture.rgba = std::move(decoded.image);
        } else {
            for (size_t i = 0; i + 1 < decoded.image.size(); i += 2) {
                uint16_t value = 0;
                std::memcpy(&value, &decoded.image[i], sizeof value);
                picture.rgba.push_back(static_cast<uint8_t>(value >> 8));
            }
        }
        return picture;
    }

    static Material material_of(const tinygltf::Material& from) {
        Material to;
        const std::vector<double>& factor = from.pbrMetallicRoughness.baseColorFactor;
        for (size_t i = 0; i < 4 && factor.size() == 4; ++i) {
            to.factor[i] = static_cast<float>(factor[i]);
        }
        to.double_sided = from.doubleSided;
        // Blending would want the triangles sorted; half transparent is cut off here.
        if (from.alphaMode == "MASK") to.alpha_cutoff = static_cast<float>(from.alphaCutoff);
        if (from.alphaMode == "BLEND") to.alpha_cutoff = 0.5f;
        return to;
    }

    std::string path_;
    tinygltf::Model gltf_;
    Model model_;
    std::vector<int> texture_of_image_;  // of each of gltf_.textures; -1: not decoded yet
    std::vector<bool> visited_;          // of each node
};

}  // namespace

Model load_model(const std::string& path) { return Loader(path).load(); }

uint32_t texture_to_stylise(const Model& model, const std::string& path) {
    if (model.textures.empty()) {
        throw Failure(kInput, path +
                                  (model.lacks_coordinates
                                       ? ": has no texture coordinates (a UV map) for its texture"
                                       : ": has no base colour texture to stylise") +
                                  "; --no-style draws it as it is");
    }
    const auto texels = [](const Texture& texture) {
        return uint64_t{texture.picture.width} * texture.picture.height;
    };
    const auto largest =
        std::max_element(model.textures.begin(), model.textures.end(),
                         [&](const Texture& a, const Texture& b) { return texels(a) < texels(b); });
    return static_cast<uint32_t>(largest - model.textures.begin());
}

}  // namespace host
