// Data maps that follow what was painted into their material's base colour: what is new in that
// (texture/material/detail.h) is relief to the normals, and makes what lies deep rougher. Metalness
// stays, and so does occlusion, which is of the model's shape.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/image.h"
#include "image/resize.h"
#include "texture/gltf/document.h"
#include "texture/gltf/encoded.h"
#include "texture/gltf/islands.h"
#include "texture/gltf/model.h"
#include "texture/gltf/report.h"

namespace impasto::gltf {

struct DataMap {
    std::size_t image = 0;
    Slot slot = Slot::kNormal;
    std::size_t base = 0;  // the image that it would follow
    float scale = 1;       // by which materials stretch the normals' slopes
    std::string left;      // not "": why it cannot
};

// The data maps of the materials whose base colour is one of `painted`, each image once. One can
// follow where every material that shows it, as normals or as roughness, shows it at the same
// coordinates as one and the same base colour.
std::vector<DataMap> find_data_maps(const Model& model, std::span<const std::size_t> painted);

// What was painted into a base colour, at its size.
struct PaintedDetail {
    // The detail's slopes to the right and down, a px, within the islands; and the detail. Their
    // padding is filled.
    Image planes;
    Wrap wrap;
};
// `before` and `after` of one size, their padding filled; `keep` as for dilate().
PaintedDetail detail_of(const Image& before, const Image& after, const Coverage& coverage,
                        const std::vector<unsigned char>& keep, Wrap wrap);

// The map, at its own size and of its own bits: of strength d, at most 1, as
// texture::restyle has it where a material has no height; its padding filled from its islands.
// Nothing where it is left as it is, with the reason in the report. Errors: kOutOfMemory, kOutput.
Result<std::optional<Encoded>> follow(const Document& document, const Model& model,
                                      const DataMap& map, const PaintedDetail& detail,
                                      float strength, ImageReport& report);

}  // namespace impasto::gltf
