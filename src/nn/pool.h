// 2x2 pooling with stride 2, the maximum or the mean of a window, and its gradient.
//
// An odd row or column at the end: with Border::kZero it is dropped, as published (sizes floor).
// With kReplicate and kWrap the window is completed by the edge or by the first row or column, and
// sizes round up, so that nothing of a tile is lost.
#pragma once

#include "gpu/program.h"
#include "nn/border.h"
#include "nn/shape.h"

namespace impasto::nn {

enum class Pooling { kMax, kAverage };

// The shape that pooling makes; a side may become 0 when it was 1 and the border is zero.
Shape pooled_shape(const Shape& x, Borders borders);

// Whether windows share a pixel: an odd axis that is completed reads its edge twice.
bool pool_overlaps(const Shape& x, Borders borders);

void record_pool(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                 const gpu::Buffer& y, Pooling pooling, Borders borders);

// dx from dy and the pooled map x, which is the output of a ReLU: dx is zero where x <= 0. Of equal
// maxima the first in reading order takes the gradient.
void record_pool_backward(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                          const gpu::Buffer& dy, const gpu::Buffer& dx, Pooling pooling,
                          Borders borders);

}  // namespace impasto::nn
