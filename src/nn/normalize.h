// The image in [0, 1] RGB to what a network wants, and the gradient back:
//
//     y[k] = x[source[k]] scale[k] + offset[k]           dx[source[k]] = dy[k] scale[k]
//
// A pass of its own, since the zero padding of conv1_1 is a padding of y: the affine map cannot be
// folded into the weights at the edges.
#pragma once

#include <array>
#include <cstdint>

#include "gpu/program.h"
#include "nn/shape.h"

namespace impasto::nn {

struct ChannelMap {
    std::array<std::uint32_t, 3> source{0, 1, 2};  // a permutation
    std::array<double, 3> scale{1, 1, 1};
    std::array<double, 3> offset{0, 0, 0};
};

// x (3, H, W) with H * W = `plane`; y (6, H, W): after y its rest, what float rounded off it. Fed
// to conv1_1 beside y, with the same weights, the rest makes the input exact: edge filters cancel
// most of it out, and leave three times its rounding error to every layer above.
void record_normalize(gpu::Program& program, const gpu::Buffer& x, const gpu::Buffer& y,
                      std::size_t plane, const ChannelMap& map);
void record_normalize_backward(gpu::Program& program, const gpu::Buffer& dy, const gpu::Buffer& dx,
                               std::size_t plane, const ChannelMap& map);

}  // namespace impasto::nn
