// Resampling of images with an antialiased Catmull-Rom cubic (Keys 1981, a = -1/2), separable,
// pixel centres at (i + 1/2) in both grids. Shrinking widens the kernel by the ratio, as Pillow's
// BICUBIC does; growing interpolates. What lies beyond the edge follows the border mode.
#pragma once

#include "gpu/program.h"
#include "nn/border.h"
#include "nn/shape.h"

namespace impasto::nn {

// Words of scratch between the two passes.
std::size_t resize_scratch_size(const Shape& from, const Shape& to);

// x of shape `from` to y of shape `to` (the same channels). Sides up to 2^15.
void record_resize(gpu::Program& program, const gpu::Buffer& x, const Shape& from,
                   const gpu::Buffer& scratch, const gpu::Buffer& y, const Shape& to,
                   Borders borders);

}  // namespace impasto::nn
