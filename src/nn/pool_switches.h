// 2x2 pooling (pool.h) of a map that is not kept until the backward pass: the pool notes where each
// window's gradient will go, the switches of Zeiler and Fergus 2014 (Visualizing and Understanding
// Convolutional Networks), a bit for each pixel of the map instead of its 32:
//
//     max      1 for the first of the window's maxima, unless it is 0 (there the ReLU stops it)
//     average  1 for each pixel above 0; each takes a quarter
//
// Only for pools whose windows share no pixel.
#pragma once

#include <cstddef>

#include "gpu/program.h"
#include "nn/border.h"
#include "nn/pool.h"
#include "nn/shape.h"

namespace impasto::nn {

// Words of the switches of a map of shape `x`; 0 where windows share a pixel: at an odd axis that
// is completed at its end (pool.h).
std::size_t pool_switches_size(const Shape& x, Borders borders);

// record_pool(), and the switches.
void record_pool_switches(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                          const gpu::Buffer& y, const gpu::Buffer& switches, Pooling pooling,
                          Borders borders);

// record_pool_backward(), to the bit, from the switches.
void record_unpool(gpu::Program& program, const gpu::Buffer& switches, const Shape& x_shape,
                   const gpu::Buffer& dy, const gpu::Buffer& dx, Pooling pooling, Borders borders);

}  // namespace impasto::nn
