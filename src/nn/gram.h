// Gram matrices of feature maps and their gradient (Gatys, Ecker and Bethge 2015).
//
//     G[i, j] = sum over pixels p of w[p] F[i, p] F[j, p] / (C sum of w),     w = 1 if not given
//     dE/dF[i, p] += factor w[p] sum over j of D[i, j] F[j, p]      where F[i, p] > 0, else 0
//
// For E = sum (G - G_s)^2 and D = G - G_s the factor is 4 / (C sum of w), times the term's weight.
// The sums run in a fixed order: the same features give the same bytes.
#pragma once

#include <cstdint>

#include "gpu/arena.h"
#include "gpu/program.h"
#include "nn/shape.h"

namespace impasto::nn {

// Words of scratch that record_gram needs for features of this shape.
std::size_t gram_scratch_size(const gpu::Device& device, const Shape& features);

// `gram` (C, C). `pixel_weights` (H, W), or null; `weight_sum` is the sum of w (H * W without).
void record_gram(gpu::Program& program, const gpu::Buffer& features, const Shape& shape,
                 const gpu::Buffer* pixel_weights, double weight_sum, const gpu::Buffer& scratch,
                 const gpu::Buffer& gram);

// Adds the gradient to `gradient` (or stores it, when not `accumulate`), masked by the ReLU that
// made `features`. `dgram` (C, C) is symmetric and padded by 8 words; `factors[factor]` scales.
void record_gram_backward(gpu::Program& program, const gpu::Buffer& features, const Shape& shape,
                          const gpu::Buffer* pixel_weights, const gpu::Buffer& dgram,
                          const gpu::Buffer& factors, std::uint32_t factor,
                          const gpu::Buffer& gradient, bool accumulate);

// Words to reserve for a `dgram`: (C, C), and the padding that the kernel's last block may read.
std::size_t gram_size(std::uint32_t channels);

}  // namespace impasto::nn
