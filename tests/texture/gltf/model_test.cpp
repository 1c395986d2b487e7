// Geometry and materials as they are read from accessors, whole and damaged.
#include "texture/gltf/model.h"

#include <cmath>
#include <limits>

#include "model_file.h"

namespace impasto::gltf {
namespace {

ModelFile textured_quad() {
    ModelFile file;
    file.quad(kSquare, kWholeImage);
    file.image(bytes_of("\x89PNG"));
    file.material(file.texture(0));
    return file;
}

void refuses(ModelFile file, const char* says) {
    auto document = Document::read(file.binary(), ".", "model.glb");
    if (!document) {
        EXPECT_NE(document.error().message.find(says), std::string::npos)
            << document.error().message;
        return;
    }
    const auto model = document->model();
    ASSERT_FALSE(model) << says;
    EXPECT_EQ(model.error().code, ErrorCode::kInput);
    EXPECT_NE(model.error().message.find(says), std::string::npos) << model.error().message;
    EXPECT_EQ(model.error().message.find('\n'), std::string::npos);
}

TEST(GltfModel, NodesMoveTriangles) {
    ModelFile file = textured_quad();
    file.json["nodes"] = Json::parse(R"([{"children": [1], "translation": [10, 0, 0]},
        {"mesh": 0, "scale": [2, 3, 4], "rotation": [0, 0, 0.70710678, 0.70710678]}])");
    const Model model = model_of(file);
    ASSERT_EQ(model.primitives.size(), 1u);
    const Vertex corner = model.primitives[0].positions[2];  // (1, 1, 0)
    EXPECT_NEAR(corner[0], 10 - 3, 1e-5);
    EXPECT_NEAR(corner[1], 2, 1e-5);
    EXPECT_EQ(model.primitives[0].indices, (std::vector<std::uint32_t>{0, 1, 2, 0, 2, 3}));
}

TEST(GltfModel, CirclesOfNodesEnd) {
    ModelFile file = textured_quad();
    file.json["nodes"] = Json::parse(R"([{"children": [1], "mesh": 0}, {"children": [0, 1, 9]}])");
    EXPECT_EQ(model_of(file).primitives.size(), 1u);
}

TEST(GltfModel, StripsAndFans) {
    for (const int mode : {5, 6}) {
        ModelFile file = textured_quad();
        file.json["meshes"][0]["primitives"][0]["mode"] = mode;
        file.json["meshes"][0]["primitives"][0].erase("indices");
        const auto indices = model_of(file).primitives.at(0).indices;
        EXPECT_EQ(indices, mode == 6 ? (std::vector<std::uint32_t>{0, 1, 2, 0, 2, 3})
                                     : (std::vector<std::uint32_t>{0, 1, 2, 1, 2, 3}));
    }
    ModelFile file = textured_quad();
    file.json["meshes"][0]["primitives"][0]["mode"] = 1;
    EXPECT_TRUE(model_of(file).primitives.empty()) << "lines";
}

TEST(GltfModel, QuantisedCoordinates) {
    ModelFile file = textured_quad();
    const std::vector<std::uint16_t> uv{0, 0, 65535, 0, 65535, 65535, 0, 65535};
    const std::size_t accessor = file.accessor(uv, "VEC2", 5123, 4);
    file.json["accessors"][accessor]["normalized"] = true;
    file.json["meshes"][0]["primitives"][0]["attributes"]["TEXCOORD_0"] = accessor;
    EXPECT_EQ(model_of(file).primitives.at(0).coordinates.at(0).at(2), (Uv{1, 1}));
}

TEST(GltfModel, SparseAccessors) {
    ModelFile file = textured_quad();
    const std::size_t indices = file.view(bytes_of(std::string_view("\x02\0", 2)));
    const std::size_t values = file.view(Bytes(8, std::byte{0}));
    Json& accessor = file.json["accessors"][1];
    accessor["sparse"] = {{"count", 1},
                          {"indices", {{"bufferView", indices}, {"componentType", 5121}}},
                          {"values", {{"bufferView", values}}}};
    EXPECT_EQ(model_of(file).primitives.at(0).coordinates.at(0).at(2), (Uv{0, 0}));
    EXPECT_EQ(model_of(file).primitives.at(0).coordinates.at(0).at(1), (Uv{1, 0}));
    ModelFile beyond = file;
    beyond.blob[beyond.json["bufferViews"][indices]["byteOffset"].get<std::size_t>()] =
        std::byte{200};
    refuses(beyond, "sparse index beyond");
    beyond = file;
    beyond.json["accessors"][1]["sparse"]["count"] = 5;
    refuses(beyond, "sparse");
}

TEST(GltfModel, DamagedGeometryIsRefused) {
    ModelFile file = textured_quad();
    file.json["accessors"][0]["count"] = 5;
    refuses(file, "beyond its buffer");
    file = textured_quad();
    file.json["accessors"][0]["byteOffset"] = 18446744073709551612ULL;
    refuses(file, "beyond its buffer");
    file = textured_quad();
    file.json["accessors"][0]["count"] = 6148914691236517206ULL;  // times 12 is 8
    refuses(file, "more elements");
    file = textured_quad();
    file.json["accessors"][0].erase("bufferView");
    file.json["accessors"][0]["count"] = 4000000000U;
    refuses(file, "more elements");
    file = textured_quad();
    file.json["accessors"][1]["type"] = "VEC3";
    refuses(file, "another type");
    file = textured_quad();
    file.json["meshes"][0]["primitives"][0]["attributes"]["POSITION"] = 77;
    refuses(file, "does not exist");
    file = textured_quad();
    file.json["meshes"][0]["primitives"][0]["material"] = 5;
    refuses(file, "material that does not exist");
    file = textured_quad();
    const float nan = std::numeric_limits<float>::quiet_NaN();
    std::memcpy(file.blob.data() + 4, &nan, sizeof nan);
    refuses(file, "not a number");
    file = textured_quad();
    file.json["nodes"][0]["translation"] = {1e300, 0, 0};
    refuses(file, "vertex");
    file = textured_quad();
    file.json["extensionsUsed"] = {"KHR_draco_mesh_compression"};
    refuses(file, "KHR_draco_mesh_compression");
    file = textured_quad();
    const std::vector<std::uint16_t> indices{0, 1, 4};
    const std::size_t accessor = file.accessor(indices, "SCALAR", 5123, 3);
    file.json["meshes"][0]["primitives"][0]["indices"] = accessor;
    refuses(file, "beyond the vertices");
    file = textured_quad();
    file.json["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]["index"] = 3;
    refuses(file, "texture that does not exist");
}

TEST(GltfModel, TransformsOfCoordinates) {
    // As three.js and Khronos's sample viewer have it.
    const UvTransform transform{{0.5, 0.25}, {2, 4}, std::acos(-1.0) / 2};
    const auto at = transform.apply({0.1, 0.2});
    EXPECT_NEAR(at[0], 0.5 + 0.8, 1e-12);
    EXPECT_NEAR(at[1], 0.25 - 0.2, 1e-12);
}

TEST(GltfModel, MaterialsAndTheirUses) {
    ModelFile file = textured_quad();
    file.json["samplers"] = {Json{{"wrapS", 33071}, {"wrapT", 33648}}};
    file.json["textures"][0]["sampler"] = 0;
    Json& material = file.json["materials"][0];
    material["name"] = "Rust";
    material["alphaMode"] = "MASK";
    material["emissiveTexture"] = {
        {"index", 0},
        {"extensions", {{"KHR_texture_transform", {{"scale", {2, 3}}, {"texCoord", 1}}}}}};
    material["normalTexture"] = {{"index", 0}};
    const Model model = model_of(file);
    const Material& read = model.materials.at(0);
    EXPECT_EQ(read.name, "Rust");
    EXPECT_FALSE(read.opaque);
    ASSERT_EQ(read.uses.size(), 3u);
    EXPECT_EQ(read.uses[0].slot, Slot::kBaseColor);
    EXPECT_EQ(read.uses[0].wrap, (std::array{WrapMode::kClamp, WrapMode::kMirror}));
    EXPECT_EQ(read.uses[1].slot, Slot::kEmissive);
    EXPECT_EQ(read.uses[1].transform.scale, (std::array{2.0, 3.0}));
    EXPECT_EQ(read.uses[1].set, 1u);
    EXPECT_EQ(read.uses[2].slot, Slot::kNormal);
}

TEST(GltfModel, WhatVariantsShowIsOfTheirMaterialsToo) {
    ModelFile file = textured_quad();
    file.material(0);
    file.material(0);
    file.json["meshes"][0]["primitives"][0]["extensions"]["KHR_materials_variants"]["mappings"] = {
        Json{{"material", 1}, {"variants", {0}}}, Json{{"material", 1}, {"variants", {1}}},
        Json{{"material", 0}, {"variants", {2}}}};
    const Model model = model_of(file);
    ASSERT_EQ(model.primitives.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(model.primitives[i].material, i);
        EXPECT_EQ(model.primitives[i].indices.size(), 6u);
    }
    Json& mappings =
        file.json["meshes"][0]["primitives"][0]["extensions"]["KHR_materials_variants"]["mappings"];
    // What says nothing is as if it were not there.
    for (const Json& odd : {Json(3), Json::array({3}), Json::array({Json::object()}),
                            Json{Json{{"material", "x"}}}, Json{Json{{"material", -1}}}}) {
        mappings = odd;
        EXPECT_EQ(model_of(file).primitives.size(), 1u) << odd;
    }
    mappings = {Json{{"material", 9}}};
    refuses(file, "a material that does not exist");
}

}  // namespace
}  // namespace impasto::gltf
