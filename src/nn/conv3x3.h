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
#include "nn/conv_variants.h"
#include "nn/shape.h"

namespace impasto::nn {

// The first layer of a network is summed with compensation, and only directly: its error passes
// through every other layer, and with 6 input channels it costs next to nothing. Of exactly 6 the
// last three are taken for what rounding took from the first three (normalize.h), which needs none.
inline constexpr std::uint32_t kCompensatedChannels = 6;

// The layouts that the kernels read. Blocks of kConvBlock output channels; the last is filled up
// with zeros.
inline constexpr std::uint32_t kConvBlock = 8;

// (blocks, in_channels, 9, kConvBlock) from OIHW, for the forward pass.
std::vector<float> pack_forward(std::span<const float> oihw, std::uint32_t out_channels,
                                std::uint32_t in_channels);
// (blocks of in_channels, out_channels, 9, kConvBlock) from the same OIHW, rotated and transposed.
std::vector<float> pack_backward(std::span<const float> oihw, std::uint32_t out_channels,
                                 std::uint32_t in_channels);
std::size_t packed_size(std::uint32_t out_channels, std::uint32_t in_channels);

// A layer's weights for one direction, for the variant that is used: `packed` for the direct one.
// The others may be null.
struct ConvWeights {
    const gpu::Buffer* packed = nullptr;
    const gpu::Buffer* winograd = nullptr;  // winograd.h
    const gpu::Buffer* half = nullptr;      // half.h
};

// What a convolution needs for its time. A size in words; 0 where it isn't needed.
struct ConvScratchSize {
    std::size_t padded = 0;  // (in_channels, H + 2, W + 2): the backward pass at replicated borders
    std::size_t input = 0;   // of the Winograd variant
    std::size_t products = 0;
};
struct ConvScratch {
    const gpu::Buffer* padded = nullptr;
    const gpu::Buffer* input = nullptr;
    const gpu::Buffer* products = nullptr;
};
// For one direction of a layer with `in_channels` and an output of shape `out`.
ConvScratchSize conv_scratch_size(const gpu::Device& device, std::uint32_t in_channels,
                                  const Shape& out, Borders borders, ConvVariant variant,
                                  bool backward);

// Of maps of 32-bit floats (half_conv.h: of 16). y = relu(conv(x) + bias); x and y have the same
// height and width.
void record_conv3x3(gpu::Program& program, ConvVariant variant, const gpu::Buffer& x,
                    const Shape& x_shape, const ConvWeights& weights, const gpu::Buffer& bias,
                    const gpu::Buffer& y, std::uint32_t out_channels, Borders borders,
                    const ConvScratch& scratch);

// dx = conv^T(dy), dy (out_channels, H, W), dx (in_channels, H, W). With `mask` (of dx's shape) dx
// is zero where mask <= 0: the ReLU below.
void record_conv3x3_backward(gpu::Program& program, ConvVariant variant, const gpu::Buffer& dy,
                             const Shape& dy_shape, const ConvWeights& weights,
                             const gpu::Buffer* mask, const gpu::Buffer& dx,
                             std::uint32_t in_channels, Borders borders,
                             const ConvScratch& scratch);

// One convolution as the variants see it: `out` may be larger than `in` (the padded gradient).
struct ConvJob {
    Shape in;
    Shape out;
    std::int32_t origin = 0;  // output (0, 0) is centred on input (origin, origin)
    Borders borders;
    const gpu::Buffer* x = nullptr;
    const gpu::Buffer* bias = nullptr;  // adds it and applies the ReLU, or null
    const gpu::Buffer* mask = nullptr;  // of `out`'s shape, or null
    const gpu::Buffer* y = nullptr;

    double flops() const { return 18.0 * static_cast<double>(out.size()) * in.channels; }
};

}  // namespace impasto::nn
