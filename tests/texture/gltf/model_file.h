// Small glTF models for tests: quads with pictures, as JSON and bytes that can be changed before
// they are written.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/encode.h"
#include "image/image.h"
#include "texture/gltf/document.h"
#include "texture/gltf/json.h"

namespace impasto::gltf {

using Bytes = std::vector<std::byte>;

inline Bytes bytes_of(std::string_view text) {
    const auto* begin = reinterpret_cast<const std::byte*>(text.data());
    return {begin, begin + text.size()};
}

// A picture of color(x, y) -> {r, g, b}.
template <typename Color>
Image picture(int width, int height, Color&& color) {
    Image image;
    image.width = width;
    image.height = height;
    image.rgb.resize(3 * image.pixels());
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const std::array<float, 3> rgb = color(x, y);
            for (std::size_t c = 0; c < 3; ++c) {
                image.rgb[c * image.pixels() + static_cast<std::size_t>(y * width + x)] = rgb[c];
            }
        }
    }
    return image;
}

inline Image plain(int width, int height, float value) {
    return picture(width, height, [&](int, int) { return std::array{value, value, value}; });
}

inline Bytes png(const Image& image) {
    auto bytes = encode_png(image);
    EXPECT_TRUE(bytes);
    return bytes ? *std::move(bytes) : Bytes();
}

using Vertex = std::array<float, 3>;
using Uv = std::array<float, 2>;

// A document with one buffer, one mesh and one node; every part can be changed.
class ModelFile {
  public:
    ModelFile() {
        json = Json::parse(R"({"asset": {"version": "2.0"}, "scene": 0,
            "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}], "meshes": [{"primitives": []}],
            "accessors": [], "bufferViews": [], "buffers": [], "materials": [], "textures": [],
            "images": []})");
    }

    std::size_t view(const Bytes& bytes) {
        blob.resize((blob.size() + 3) / 4 * 4);
        json["bufferViews"].push_back(
            {{"buffer", 0}, {"byteOffset", blob.size()}, {"byteLength", bytes.size()}});
        blob.insert(blob.end(), bytes.begin(), bytes.end());
        return json["bufferViews"].size() - 1;
    }

    template <typename T>
    std::size_t accessor(const std::vector<T>& values, const char* type, int component,
                         std::size_t count) {
        Bytes bytes(values.size() * sizeof(T));
        if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
        json["accessors"].push_back({{"bufferView", view(bytes)},
                                     {"componentType", component},
                                     {"count", count},
                                     {"type", type}});
        return json["accessors"].size() - 1;
    }
    std::size_t floats(const std::vector<float>& values, const char* type, std::size_t components) {
        return accessor(values, type, 5126, values.size() / components);
    }

    // Two triangles, a b c and a c d, of a material.
    Json& quad(const std::array<Vertex, 4>& corners, const std::array<Uv, 4>& uv,
               std::size_t material = 0) {
        std::vector<float> positions;
        std::vector<float> coordinates;
        for (const Vertex& one : corners) positions.insert(positions.end(), one.begin(), one.end());
        for (const Uv& one : uv) coordinates.insert(coordinates.end(), one.begin(), one.end());
        const std::vector<std::uint16_t> indices{0, 1, 2, 0, 2, 3};
        const std::size_t position = floats(positions, "VEC3", 3);
        const std::size_t coordinate = floats(coordinates, "VEC2", 2);
        const std::size_t index = accessor(indices, "SCALAR", 5123, 6);
        Json& primitives = json["meshes"][0]["primitives"];
        primitives.push_back({{"attributes", {{"POSITION", position}, {"TEXCOORD_0", coordinate}}},
                              {"indices", index},
                              {"material", material}});
        return primitives.back();
    }

    // The side of a cylinder of eight quads whose shell goes from `left` to `right` in the image.
    void cylinder(float left, float right) {
        constexpr int kSides = 8;
        const auto corner = [&](int side, float y) {
            const auto angle = static_cast<float>(side % kSides) * 6.2831853f / kSides;
            return Vertex{std::cos(angle), y, std::sin(angle)};
        };
        const auto u = [&](int side) {
            return left + (right - left) * static_cast<float>(side) / kSides;
        };
        for (int i = 0; i < kSides; ++i) {
            quad({corner(i, 1), corner(i + 1, 1), corner(i + 1, 0), corner(i, 0)},
                 {Uv{u(i), 0}, {u(i + 1), 0}, {u(i + 1), 1}, {u(i), 1}});
        }
    }

    // A picture in the buffer.
    std::size_t image(const Bytes& bytes, const char* type = "image/png") {
        json["images"].push_back({{"bufferView", view(bytes)}, {"mimeType", type}});
        return json["images"].size() - 1;
    }
    std::size_t texture(std::size_t source) {
        json["textures"].push_back({{"source", source}});
        return json["textures"].size() - 1;
    }
    // With this texture as base colour.
    Json& material(std::size_t texture_index) {
        json["materials"].push_back(
            {{"pbrMetallicRoughness", {{"baseColorTexture", {{"index", texture_index}}}}}});
        return json["materials"].back();
    }

    // As .glb.
    Bytes binary(const Bytes& more_chunks = {}) {
        Bytes data = blob;
        data.resize((data.size() + 3) / 4 * 4);
        if (json["buffers"].empty()) json["buffers"].push_back(Json::object());
        json["buffers"][0]["byteLength"] = blob.size();
        std::string text = json.dump();
        text.append((4 - text.size() % 4) % 4, ' ');
        Bytes file;
        const auto word = [&](std::size_t value) {
            for (unsigned i = 0; i < 4; ++i) {
                file.push_back(static_cast<std::byte>(value >> (8 * i) & 0xFFU));
            }
        };
        word(0x46546C67);
        word(2);
        word(28 + text.size() + data.size() + more_chunks.size());
        word(text.size());
        word(0x4E4F534A);
        for (const char c : text) file.push_back(static_cast<std::byte>(c));
        word(data.size());
        word(0x004E4942);
        file.insert(file.end(), data.begin(), data.end());
        file.insert(file.end(), more_chunks.begin(), more_chunks.end());
        return file;
    }

    Json json;
    Bytes blob;
};

inline constexpr std::array<Vertex, 4> kSquare{Vertex{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}};
// All of the image.
inline constexpr std::array<Uv, 4> kWholeImage{Uv{0, 0}, {1, 0}, {1, 1}, {0, 1}};

inline Document document_of(const Bytes& file) {
    auto document = Document::read(file, ".", "model.glb");
    EXPECT_TRUE(document) << document.error().message;
    return document ? *std::move(document) : Document();
}

inline Model model_of(ModelFile& file) {
    auto model = document_of(file.binary()).model();
    EXPECT_TRUE(model) << model.error().message;
    return model ? *std::move(model) : Model();
}

}  // namespace impasto::gltf
