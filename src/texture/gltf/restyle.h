// A model's colour textures in another style.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/image.h"
#include "texture/gltf/document.h"
#include "texture/gltf/model.h"
#include "texture/gltf/report.h"

namespace impasto::gltf {

// One picture to paint. Paint's result has the content's aspect, any size, and its alpha.
struct PaintJob {
    const Image& content;      // its padding filled from the islands
    const Image& mask;         // what counts, in its first channel; of no pixels: all of it
    std::array<bool, 2> tile;  // the result repeats along x, y
    std::size_t index = 0;     // of so many jobs
    std::size_t count = 0;
    const std::string& name;  // "image 2 ('Albedo'), base colour"
};
using Paint = std::function<Result<Image>(const PaintJob&)>;

struct RestyleOptions {
    std::vector<std::size_t> materials;  // empty: all
    bool emissive = true;                // too
    bool level = true;                   // seams
    float detail = 0.5f;                 // 0 to 1: how much data maps follow; 0: not at all
};

// Paints every image that the materials have as base colour or emissive texture, each once, and
// puts the results into `document`, in the format of the original; all of them or, after an error,
// none. An image that is also a data map (normal, roughness ...) of any material, or an
// extension's, is left as it is, as is one that no triangle shows, or whose format is not read.
// Emissive pictures are painted where they shine: what is black stays so. Normal and
// metallic-roughness maps follow the base colours (data_maps.h); their reports come after that of
// the base colour. kInvalidArgument: no such material; kInput: nothing to paint, an image that is
// missing, a colour image that is damaged.
Result<std::vector<ImageReport>> restyle(Document& document, const Model& model,
                                         const RestyleOptions& options, const Paint& paint);

}  // namespace impasto::gltf
