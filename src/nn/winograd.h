// 3x3 convolution by F(4x4, 3x3) (Lavin and Gray 2016): each tile of 4x4 outputs takes 36 products
// a channel pair instead of 144.
//
//     weights  U (36, out blocks, in pairs, 16, 2)  <- winograd_weights, once
//
//     x --winograd_input--> V (36, groups, in pairs, group, 2)
//                           | winograd_multiply: 36 matrix products, M = U V
//                           v
//                           M (36, out pairs, tiles, 2) --winograd_output--> y
//
// V lies in groups of the tiles that a workgroup multiplies, which so reads it in one piece. V and
// M hold a band of tiles, not the whole map, so that they stay in the caches of a CPU and small
// beside the maps on a GPU. Bands do not change a sum's order: the result is the same for any.
#pragma once

#include <cstddef>

#include "gpu/program.h"
#include "nn/conv3x3.h"

namespace impasto::nn {

// Words of U.
std::size_t winograd_weights_size(std::uint32_t out_channels, std::uint32_t in_channels);
// U from conv3x3's layout, of either direction.
void record_winograd_weights(gpu::Program& program, const gpu::Buffer& packed,
                             std::uint32_t out_channels, std::uint32_t in_channels,
                             const gpu::Buffer& u);

// Words of V and M for one convolution.
struct WinogradScratchSize {
    std::size_t input = 0;
    std::size_t products = 0;
};
WinogradScratchSize winograd_scratch_size(const gpu::Device& device, const Shape& in,
                                          const Shape& out);
void record_winograd(gpu::Program& program, const ConvJob& job, const gpu::Buffer& u,
                     const gpu::Buffer& input, const gpu::Buffer& products);

}  // namespace impasto::nn
