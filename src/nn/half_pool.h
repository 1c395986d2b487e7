// pool.h for maps of 16-bit floats (half.h). Where windows share no pixel, a map can instead be
// pooled by its convolution (half_conv.h).
#pragma once

#include "gpu/program.h"
#include "nn/border.h"
#include "nn/pool.h"
#include "nn/shape.h"

namespace impasto::nn {

void record_half_pool(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                      const gpu::Buffer& y, Pooling pooling, Borders borders);
void record_half_pool_backward(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                               const gpu::Buffer& dy, const gpu::Buffer& dx, Pooling pooling,
                               Borders borders);
// The gradient of what a convolution pooled, from the bits that it left (half_conv.h).
void record_half_unpool(gpu::Program& program, const gpu::Buffer& bits, const Shape& x_shape,
                        const gpu::Buffer& dy, const gpu::Buffer& dx, Pooling pooling,
                        Borders borders);

}  // namespace impasto::nn
