// What the device computes for one image at its own size, for checking against other programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/stream.h"
#include "image/image.h"
#include "style/options.h"
#include "weights/weights.h"

namespace impasto::style {

struct ProbeTensor {
    std::string name;
    std::vector<std::uint64_t> shape;
    std::vector<float> values;
};

// features.<layer> (C, H, W) of every layer used, gram.<layer> (C, C) of the style layers, both in
// the weights' own scale; loss (4): total, content, style, tv; gradient (3, H, W) = d total / d
// image. `image` and `content` are of one size; nothing is resized; conv1_1 pads with zeros.
Result<std::vector<ProbeTensor>> probe(gpu::Device& device, const EncoderWeights& weights,
                                       const Image& image, const Image& content,
                                       const std::vector<Image>& styles, ObjectiveOptions options);

}  // namespace impasto::style
