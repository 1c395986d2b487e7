// Sums over whole buffers, left as kReducePartials partial sums for the next kernel to add up:
//
//     record_dot          sum of a[i] b[i]
//     record_difference   sum of (a[i] - b[i])^2, and the difference itself or a gradient from it
//
// Fixed order: the same numbers give the same bytes.
#pragma once

#include <cstdint>

#include "gpu/arena.h"
#include "gpu/program.h"

namespace impasto::nn {

inline constexpr std::uint32_t kReducePartials = 128;

void record_dot(gpu::Program& program, const gpu::Buffer& a, const gpu::Buffer& b,
                std::size_t count, const gpu::Buffer& partials, std::uint32_t first_partial);

// out = a - b.
void record_difference(gpu::Program& program, const gpu::Buffer& a, const gpu::Buffer& b,
                       std::size_t count, const gpu::Buffer& out, const gpu::Buffer& partials,
                       std::uint32_t first_partial);

// gradient (+)= factors[factor] (a - b) where a > 0, else 0: of sum (a - b)^2 through the ReLU that
// made a, where the factor is 2 times the term's weight.
void record_difference_gradient(gpu::Program& program, const gpu::Buffer& a, const gpu::Buffer& b,
                                std::size_t count, const gpu::Buffer& gradient, bool accumulate,
                                const gpu::Buffer& factors, std::uint32_t factor,
                                const gpu::Buffer& partials, std::uint32_t first_partial);

}  // namespace impasto::nn
