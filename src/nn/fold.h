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

// Whether the gradient at these borders is computed for the padded map and then folded. Where no
// axis replicates, the adjoint of the padding is that same padding.
inline bool folds(Borders borders) {
    return borders.y == Border::kReplicate || borders.x == Border::kReplicate;
}
// What the padded map's gradient reads beyond the edge: zeros where it will be folded. An axis that
// wraps has no rim of its own: its padded rows are the wrapped ones, and the fold leaves them out.
inline Borders before_fold(Borders borders) {
    return {borders.y == Border::kReplicate ? Border::kZero : borders.y,
            borders.x == Border::kReplicate ? Border::kZero : borders.x};
}

// With `mask`, of dx's shape, dx is zero where mask <= 0.
void record_fold(gpu::Program& program, const gpu::Buffer& padded, const gpu::Buffer* mask,
                 const gpu::Buffer& dx, const Shape& shape, Borders borders);

}  // namespace impasto::nn
