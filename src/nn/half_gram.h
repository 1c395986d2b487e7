// gram.h for maps of 16-bit floats (half.h): the matrix itself is of 32 bits.
#pragma once

#include <cstdint>

#include "gpu/program.h"
#include "nn/conv3x3.h"
#include "nn/shape.h"

namespace impasto::nn {

// Words of scratch that record_half_gram needs for features of this shape.
std::size_t half_gram_scratch_size(const Shape& features);

// As record_gram, on matrix units where `variant` uses them.
void record_half_gram(gpu::Program& program, ConvVariant variant, const gpu::Buffer& features,
                      const Shape& shape, const gpu::Buffer* pixel_weights, double weight_sum,
                      const gpu::Buffer& scratch, const gpu::Buffer& gram);

// As record_gram_backward. The gradient is a 1x1 convolution with D, which goes as 16-bit floats
// into `packed` (half_weights_size(C, C, 1) words), times C, since the entries of a matrix of
// features of mean 1 are about 1 / C.
void record_half_gram_backward(gpu::Program& program, ConvVariant variant,
                               const gpu::Buffer& features, const Shape& shape,
                               const gpu::Buffer* pixel_weights, const gpu::Buffer& dgram,
                               const gpu::Buffer& factors, std::uint32_t factor,
                               const gpu::Buffer& packed, const gpu::Buffer& gradient,
                               bool accumulate);

}  // namespace impasto::nn
