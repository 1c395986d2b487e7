// Resampling of textures by what their values mean, and mip chains.
#pragma once

#include <span>
#include <vector>

#include "image/image.h"
#include "image/resize.h"

namespace impasto {

enum class Sampling {
    kSrgb,    // colours: averaged as light (srgb.h)
    kLinear,  // numbers: roughness, height, masks
    kNormal   // unit vectors, encoded as n / 2 + 1/2: averaged as vectors and made unit again
};

// resize_image of a picture of one map, in the way that its values ask for, clamped to [0, 1].
// `weights`, of a picture without alpha: how much each texel counts, such as the opacity that
// another map has; empty: all the same.
Image resample(const Image& image, int new_width, int new_height, Sampling sampling, Wrap wrap = {},
               std::span<const float> weights = {});

// The mip levels below `image`, largest first, down to 1x1: each of half the size (rounded down),
// the mean over the texels that it covers. Colours are weighed by alpha, and what a transparent
// texel hides bleeds from its neighbours (bleed.h); of pictures without alpha the same by
// `weights`, as above. Normals are averaged through the chain before they are made unit, so that a
// level is that of the first one.
std::vector<Image> mip_chain(const Image& image, Sampling sampling,
                             std::span<const float> weights = {});

// A plane, (height, width), at another size: every texel the mean over the part that it covers.
std::vector<float> area_means(std::span<const float> plane, int width, int height, int new_width,
                              int new_height);

// Planes (3, height, width) of encoded normals: vectors of length 1, encoded again. One without a
// direction becomes (0, 0, 1).
void renormalise(std::vector<float>& rgb);

}  // namespace impasto
