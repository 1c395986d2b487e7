// A material as the stack of pictures that a session optimises together, and back.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "image/image.h"
#include "texture/material/material.h"

namespace impasto::texture {

// What is optimised is not the maps themselves but what varies in all of them together: their
// channels' principal components, three to a picture. A crack that is dark, deep and rough is one
// component, and so is one thing in whatever the optimisation makes of it; with a picture a map it
// is three things, of which statistics say that they tend to meet. (Texture synthesis has always
// taken colours apart so: Heeger and Bergen 1995, Portilla and Simoncelli 2000.)
//
// The channels: albedo and emissive (sRGB-encoded), the normals' x and y (green up), and the
// scalars, each stretched to [0, 1] over what is covered, so that it counts as much as the colours.
// Maps that are the same throughout, and components that vary by less than a code of 8 bit, have
// nothing to optimise and are left out. The first component of a picture is its brightness, the
// others its colours, and each picture is scaled to [0, 1]. What is not covered is filled from the
// covered texels near by (image/bleed.h) and is left out of all statistics. One Image of at least
// one map, without alpha.
Image stack_of(const Material& material, Wrap wrap = {});

// The material whose maps are those of `stack`, a picture of any size that was begun as stack_of
// `material`: names, kinds, bits and the ranges of the scalars are those of `material`, colours lie
// in [0, 1], normals have length 1 and the convention of the map, and what was left out is the same
// throughout: also the opacity of a cut-out, whose holes have no statistics. It is opaque then,
// with the warnings below. kInvalidArgument where the stack has another number of maps.
Result<Material> material_of_stack(const Material& material, const Image& stack);

// What a stack of `material` will not bring back, a line each: known before anything is optimised.
std::vector<std::string> warnings_of_stack(const Material& material);

}  // namespace impasto::texture
