// Weights of VGG19's shape without its training: for measuring and for tests, with no download.
#pragma once

#include "weights/weights.h"

namespace impasto {

inline constexpr const char* kShapedWeights = "vgg19-shaped";

// Random filters scaled so that maps keep their size from layer to layer (He et al. 2015); the same
// on every machine. Stylising with them makes mud.
EncoderWeights shaped_weights();

}  // namespace impasto
