// The adjoint of replicating an edge by one pixel: the gradient of the padded map (channels,
// height + 2, width + 2) is added up onto the map it was padded from,
//
//     dx[c, i, j] = sum over (i', j') with clamp(i', 0, H - 1) = i, clamp(j', 0, W - 1) = j
//                   of padded[c, i' + 1, j' + 1],      -1 <= i' <= H, -1 <= j' <= W
//
// On an axis that does not replicate the rim is left out.
#pragma once

#include "gpu/program.h"
#include "nn/border.h"
#include "nn/shape.h"

namespace impasto::nn {

// With `mask`, of dx's shape, dx is zero where mask <= 0.
void record_fold(gpu::Program& program, const gpu::Buffer& padded, const gpu::Buffer* mask,
                 const gpu::Buffer& dx, const Shape& shape, Borders borders);

}  // namespace impasto::nn
