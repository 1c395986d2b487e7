// Padding: what lies between islands takes the colours of the islands, so that filtering, mipmaps
// and compression do not bring in anything else.
#pragma once

#include <vector>

#include "image/image.h"

namespace impasto::gltf {

// Every texel that is not kept gets the colours of the nearest one that is, over the whole image;
// of several at the same distance the first by rows. `keep`: one a texel, 0 or not. Alpha stays.
// Nothing happens where none or all are kept.
//
// The nearest is exact: the two-pass distance transform of Felzenszwalb and Huttenlocher, "Distance
// Transforms of Sampled Functions" (Theory of Computing, 2012), which takes along where the minimum
// is. Time grows as the texels.
void dilate(Image& image, const std::vector<unsigned char>& keep);

}  // namespace impasto::gltf
