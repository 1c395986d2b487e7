// 3x3 convolution, stride 1, padding 1:
//
//     forward    y[o, i, j] = max(0, b[o] + sum over c, u, v in {0,1,2} of
//                                           w[o, c, u, v] x[c, i + u - 1, j + v - 1])
//     backward   dx[c, i, j] = sum over o, u, v of w[o, c, u, v] dy[o, i - u + 1, j - v + 1]
//
// The backward pass to the image is the same convolution with the weights rotated by 180 degrees
// and the channels transposed. For zero and wrapped borders the adjoint of the padding is that same
// padding; for a replicated border the gradient is computed for the padded map, one pixel larger on
// every side (with zeros beyond), and its rim is then folded onto the edge (fold.h).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gpu/program.h"
#include "nn/border.h"
#include "nn/shape.h"

namespace impasto::nn {

// The layouts that the kernel reads. Blocks of kConvBlock output channels; the last is filled up
// with zeros.
inline constexpr std::uint32_t kConvBlock = 8;

// (blocks, in_channels, 9, kConvBlock) from OIHW, for the forward pass.
std::vector<float> pack_forward(std::span<const float> oihw, std::uint32_t out_channels,
                                std::uint32_t in_channels);
// (blocks of in_channels, out_channels, 9, kConvBlock) from the same OIHW, rotated and transposed.
std::vector<float> pack_backward(std::span<const float> oihw, std::uint32_t out_channels,
                                 std::uint32_t in_channels);
std::size_t packed_size(std::uint32_t out_channels, std::uint32_t in_channels);

// y = relu(conv(x) + bias); x and y have the same height and width.
void record_conv3x3(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                    const gpu::Buffer& packed_weights, const gpu::Buffer& bias,
                    const gpu::Buffer& y, std::uint32_t out_channels, Borders borders);

// dx = conv^T(dy), dy (out_channels, H, W), dx (in_channels, H, W). With `mask` (of dx's shape) dx
// is zero where mask <= 0: the ReLU below. `padded` holds (in_channels, H + 2, W + 2) and is used
// only when a border replicates; it may be null otherwise.
void record_conv3x3_backward(gpu::Program& program, const gpu::Buffer& dy, const Shape& dy_shape,
                             const gpu::Buffer& packed_weights, const gpu::Buffer* mask,
                             const gpu::Buffer* padded, const gpu::Buffer& dx,
                             std::uint32_t in_channels, Borders borders);

}  // namespace impasto::nn
