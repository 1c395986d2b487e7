// x[c, i] *= mask[i]: keeps a gradient from pixels that are to stay as they are.
#pragma once

#include "gpu/program.h"
#include "nn/shape.h"

namespace impasto::nn {

// `mask` (H, W), `x` (C, H, W) of `shape`.
void record_mask(gpu::Program& program, const gpu::Buffer& mask, const Shape& shape,
                 const gpu::Buffer& x);

}  // namespace impasto::nn
