// A picture as the texels of an image, with its mip levels:
//
//     texel = (R, G, B, alpha) clamped to [0, 1], sRGB-encoded bytes or linear floats
//     level k, texel (x, y) = mean of the texels (2x, 2y) ... (2x + 1, 2y + 1) of level k - 1, in
//     linear light; beyond an edge the edge again
//
// Levels lie one after the other, rows without gaps, each side half of the one before, rounded down
// and at least 1: what Vulkan copies to an image.
#pragma once

#include <cstdint>

#include "base/texel_format.h"
#include "gpu/program.h"
#include "nn/shape.h"

namespace impasto::nn {

// Words of all levels of a picture of `width` x `height`.
std::size_t texels_size(TexelFormat format, std::uint32_t width, std::uint32_t height,
                        std::uint32_t levels);

// `picture` (3, height, width) to `texels`. With `content` (3, height, width) the luminance is the
// picture's and the chrominance the content's, as image/colors.h does it; `alpha` (height, width);
// both may be null.
void record_texels(gpu::Program& program, TexelFormat format, const gpu::Buffer& picture,
                   const gpu::Buffer* content, const gpu::Buffer* alpha, std::uint32_t width,
                   std::uint32_t height, std::uint32_t levels, const gpu::Buffer& texels);

}  // namespace impasto::nn
