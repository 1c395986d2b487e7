// The coarse lighting of a picture of a texture: brighter in a corner, redder below.
#pragma once

#include <span>
#include <vector>

#include "image/image.h"

namespace impasto {

// (height, width) of what of a plane is coarser than about a fifth of its sides.
std::vector<float> coarse_part(std::span<const float> plane, int width, int height);

// The picture with each channel's mean in the place of its coarse part, so that every part of it is
// as bright as every other.
Image without_lighting(Image image);

}  // namespace impasto
