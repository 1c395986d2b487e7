// A glTF model as arrays, ready to be uploaded. What a renderer this small leaves out: skins, morph
// targets, animations, and every map but the base colour.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "vectors.h"

namespace host {

// As the vertex shader reads it; in world space, the nodes' transforms having been applied.
struct Vertex {
    Vec3 position;
    Vec3 normal;
    float u = 0, v = 0;
};

enum class Wrap { kRepeat, kMirror, kClamp };

// RGBA, 8 bits a channel, sRGB-encoded, rows from the top.
struct Picture {
    uint32_t width = 0;
    uint32_t height = 0;
    std::vector<uint8_t> rgba;
};

struct Texture {
    Picture picture;
    Wrap wrap_u = Wrap::kRepeat;
    Wrap wrap_v = Wrap::kRepeat;
    bool nearest = false;  // when enlarged
};

struct Material {
    float factor[4] = {1, 1, 1, 1};
    float alpha_cutoff = 0;  // below it nothing is drawn; 0: opaque
    bool double_sided = false;
};

struct Draw {
    uint32_t first_index = 0;
    uint32_t index_count = 0;
    uint32_t material = 0;
    int texture = -1;  // of Model::textures; -1: white
};

struct Model {
    std::vector<Vertex> vertices;
    std::vector<uint32_t> indices;  // of triangles, counter-clockwise from the front
    std::vector<Draw> draws;
    std::vector<Material> materials;  // at least one
    std::vector<Texture> textures;    // base colours that are drawn, no others
    bool lacks_coordinates = false;   // textures were left out since nothing says where they go
    Vec3 lower, upper;                // of all vertices
};

// Throws Failure(kInput).
Model load_model(const std::string& path);

// The texture to stylise, by its index: the one of most texels. Throws Failure(kInput) when there
// is none.
uint32_t texture_to_stylise(const Model& model, const std::string& path);

}  // namespace host
