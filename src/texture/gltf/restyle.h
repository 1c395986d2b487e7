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
#include "texture/gltf/level.h"
#include "texture/gltf/model.h"
#include "texture/gltf/seams.h"

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
};

// What happened to an image.
struct ImageReport {
    std::size_t image = 0;
    Slot slot = Slot::kBaseColor;
    std::string name;  // "image 2 ('Albedo')"
    std::string left;  // not "": why it was left as it is
    int width = 0;     // px, of the result
    int height = 0;
    double covered = 0;  // share of its texels, 0 to 1
    std::uint32_t islands = 0;
    std::array<bool, 2> tile{false, false};
    std::size_t seam_samples = 0;  // two a texel
    // Over the samples where the original picture has no edge of its own (level.h), whose share of
    // all is `continuous`.
    double continuous = 0;
    StepSummary original;  // of the picture that was read, at its own size
    StepSummary before;    // as painted
    StepSummary after;     // of the file as it is encoded
};

// Paints every image that the materials have as base colour or emissive texture, each once, and
// puts the results into `document`, in the format of the original; all of them or, after an error,
// none. An image that is also a data map (normal, roughness ...) of any material is left as it is,
// as is one that no triangle shows. Emissive pictures are painted where they shine: what is black
// stays so. kInvalidArgument: no such material; kInput: nothing to paint, an image that is missing,
// damaged, or in a format that is not read.
Result<std::vector<ImageReport>> restyle(Document& document, const Model& model,
                                         const RestyleOptions& options, const Paint& paint);

}  // namespace impasto::gltf
