// What happened to an image of a model.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "texture/gltf/model.h"
#include "texture/gltf/seams.h"

namespace impasto::gltf {

struct ImageReport {
    std::size_t image = 0;
    Slot slot = Slot::kBaseColor;
    std::string name;     // "image 2 ('Albedo')"
    std::string left;     // not "": why it was left as it is
    std::string follows;  // not "": a data map, and the name of the image whose new detail it took
    int width = 0;        // px, of the result
    int height = 0;
    int original_width = 0;  // px, of the picture that was read
    int original_height = 0;
    double covered = 0;  // share of its texels, 0 to 1
    std::uint32_t islands = 0;
    std::array<bool, 2> tile{false, false};
    std::size_t seam_samples = 0;  // two a texel; of a data map none
    // Over the samples where the original picture has no edge of its own (level.h), whose share of
    // all is `continuous`.
    double continuous = 0;
    StepSummary original;  // of the picture that was read, at its own size
    StepSummary before;    // as painted
    StepSummary after;     // of the file as it is encoded
};

}  // namespace impasto::gltf
