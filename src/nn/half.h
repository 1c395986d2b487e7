// Maps of 16-bit floats (IEEE binary16), which take half the memory and are what matrix units
// multiply. Sums are always of 32 bits.
//
//     (height, width, channels), the channels last and filled up to a multiple of 16 with zeros:
//
//     word   0        1        2  ...
//           [c1 | c0][c3 | c2] ...  [0 | c(C-1)][0 | 0] ...  next pixel
//
// A value beyond the largest finite one, 65504, is stored as that. Gradients are therefore scaled
// so that they lie well within the format's range (style/objective.h), and weights so that a
// layer's mean activation is about 1 (encoder/network.h).
//
// Where a map is not kept for the backward pass, its convolution leaves a bit a value, set where
// the gradient passes: a word for 8 channels of a window of 2x2 pixels,
//
//     (ceil(height / 2), ceil(width / 2), channels / 8)
//
//     bit   31 .. 24   23 .. 16   15 .. 8    7 6 5 4 3 2 1 0       pixels  0 1
//           pixel 3    pixel 2    pixel 1    pixel 0, channel            2 3
#pragma once

#include <cstdint>

#include "gpu/program.h"
#include "nn/shape.h"

namespace impasto::nn {

inline constexpr std::uint32_t kHalfPad = 16;

// With the zeros that fill up.
inline std::uint32_t half_channels(std::uint32_t channels) {
    return divide_up(channels, kHalfPad) * kHalfPad;
}
// 32-bit words of a map.
inline std::size_t half_size(const Shape& shape) {
    return shape.plane() * half_channels(shape.channels) / 2;
}
// Words of its bits.
inline std::size_t half_bits_size(const Shape& shape) {
    return std::size_t{divide_up(shape.height, 2)} * divide_up(shape.width, 2) *
           half_channels(shape.channels) / 8;
}
// 32-bit words of weights: (taps, in_channels, out_channels), both filled up.
inline std::size_t half_weights_size(std::uint32_t out_channels, std::uint32_t in_channels,
                                     std::uint32_t taps = 9) {
    return std::size_t{taps} * half_channels(in_channels) * half_channels(out_channels) / 2;
}

// Weights for half_conv.h from OIHW in 32 bits, times `scale`.
void record_half_pack_forward(gpu::Program& program, const gpu::Buffer& oihw,
                              std::uint32_t out_channels, std::uint32_t in_channels, float scale,
                              const gpu::Buffer& packed);
// The same layer's for the backward pass: rotated and transposed.
void record_half_pack_backward(gpu::Program& program, const gpu::Buffer& oihw,
                               std::uint32_t out_channels, std::uint32_t in_channels, float scale,
                               const gpu::Buffer& packed);
// A symmetric matrix (channels, channels) as the weights of a 1x1 convolution.
void record_half_pack_matrix(gpu::Program& program, const gpu::Buffer& matrix,
                             std::uint32_t channels, float scale, const gpu::Buffer& packed);

// y (channels, height, width) in 32 bits = scale x.
void record_half_unpack(gpu::Program& program, const gpu::Buffer& x, const Shape& shape,
                        float scale, const gpu::Buffer& y);

}  // namespace impasto::nn
