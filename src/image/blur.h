// Gaussian blur of a plane on the CPU.
#pragma once

#include <span>
#include <vector>

#include "image/resize.h"

namespace impasto {

// `plane`, (height, width), smoothed by a Gaussian of standard deviation `sigma` px, at least 0
// (nothing changes below 0.1), cut at three of them. Beyond an edge that does not wrap nothing
// counts: the weights inside are renormalised. Sums in double.
std::vector<float> gaussian_blur(std::span<const float> plane, int width, int height, float sigma,
                                 Wrap wrap = {});

// The plane less its blur.
std::vector<float> high_pass(std::span<const float> plane, int width, int height, float sigma,
                             Wrap wrap = {});

// Encoded colours, planar (3, height, width), as Rec. 709's luma: 0.2126 R + 0.7152 G + 0.0722 B.
std::vector<float> luma_plane(std::span<const float> rgb);

}  // namespace impasto
