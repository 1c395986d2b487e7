// Pixels as images of a GPU hold them, to a picture in memory.
#pragma once

#include <cstddef>
#include <span>

#include "base/texel_format.h"
#include "image/image.h"

namespace impasto {

// `texels`: width x height of them, rows without gaps. Clamped to [0, 1], and what is not a number
// is 0; alpha is left out where all of it is 1.
Image image_of_texels(TexelFormat format, int width, int height, std::span<const std::byte> texels);

}  // namespace impasto
