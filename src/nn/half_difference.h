// The content term of maps of 16-bit floats (half.h); see reduce.h. Sums are of 32 bits, left as
// kReducePartials partial sums, in a fixed order.
#pragma once

#include <cstdint>

#include "gpu/program.h"
#include "nn/shape.h"

namespace impasto::nn {

// Partial sums of a[i]^2.
void record_half_squares(gpu::Program& program, const gpu::Buffer& a, const Shape& shape,
                         const gpu::Buffer& partials, std::uint32_t first_partial);

// Partial sums of (a[i] - b[i])^2, and gradient (+)= factors[factor] (a - b) where a > 0, else 0.
void record_half_difference_gradient(gpu::Program& program, const gpu::Buffer& a,
                                     const gpu::Buffer& b, const Shape& shape,
                                     const gpu::Buffer& gradient, bool accumulate,
                                     const gpu::Buffer& factors, std::uint32_t factor,
                                     const gpu::Buffer& partials, std::uint32_t first_partial);

}  // namespace impasto::nn
