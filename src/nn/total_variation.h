// Total variation of an image x (C, H, W), squared differences of neighbours:
//
//     TV = mean over (C, H - 1, W) of (x[c, i + 1, j] - x[c, i, j])^2
//        + mean over (C, H, W - 1) of (x[c, i, j + 1] - x[c, i, j])^2
//
// On an axis that wraps, the last row or column also differs from the first, and the mean is over
// all H (or W). On the others nothing lies beyond the edge, so zero and replicate are the same.
#pragma once

#include <cstdint>

#include "gpu/program.h"
#include "nn/border.h"
#include "nn/shape.h"

namespace impasto::nn {

// Leaves kReducePartials partial sums of TV, unweighted, and adds weights[weight] dTV/dx to
// `gradient`.
void record_total_variation(gpu::Program& program, const gpu::Buffer& x, const Shape& shape,
                            const gpu::Buffer& gradient, const gpu::Buffer& weights,
                            std::uint32_t weight, const gpu::Buffer& partials,
                            std::uint32_t first_partial, Borders borders);

}  // namespace impasto::nn
