// A material as the stack of pictures that a session optimises together, and back.
#pragma once

#include <vector>

#include "base/result.h"
#include "image/image.h"
#include "texture/material/material.h"

namespace impasto::texture {

// The pictures, each of three channels: the albedo and the emissive map as they are (sRGB-encoded),
// the normals (green up, encoded), then the scalars three to a picture, each stretched to [0, 1]
// over what is covered, so that it counts as much as the colours; the last picture repeats its
// scalars where there are fewer. Statistics of all of them together keep a crack in one the same
// crack in the others. A map that is the same throughout has nothing to optimise and is left out,
// the albedo alone is always there. What is not covered is filled from the covered texels near by
// (image/bleed.h). One Image with as many maps, without alpha.
Image stack_of(const Material& material, Wrap wrap = {});

// The material whose maps are those of `stack`, a picture of any size that was begun as stack_of
// `material`: names, kinds, bits and the ranges of the scalars are those of `material`, colours lie
// in [0, 1], normals have length 1 and the convention of the map, and what was left out is the same
// throughout. kInvalidArgument where the stack has another number of maps.
Result<Material> material_of_stack(const Material& material, const Image& stack);

}  // namespace impasto::texture
