// L-BFGS with the two-loop recursion (Nocedal 1980) and no line search, as PyTorch's
// LBFGS(lr=1, history_size=h, max_iter=1) takes its steps:
//
//     s = x - x_before, y = g - g_before; kept when y.s > 1e-10         H0 = y.s / y.y
//     q = -g;  newest to oldest: a_i = s_i.q / y_i.s_i,  q -= a_i y_i
//     r = H0 q; oldest to newest: r += (a_i - y_i.r / y_i.s_i) s_i
//     x += t r,   t = 1, but min(1, 1 / sum |g|) in the first step
//
// Two differences, both where PyTorch would stand still or climb: a pair whose y.s is smaller than
// 1e-10 is kept all the same if cos(y, s) > 0.01, and a direction that does not descend is replaced
// by the gradient's. History, scalars and decisions live on the device.
#pragma once

#include <cstdint>

#include "gpu/program.h"

namespace impasto::nn {

inline constexpr std::uint32_t kLbfgsMaxHistory = 64;

struct LbfgsBuffers {
    const gpu::Buffer& x;          // (count), updated
    const gpu::Buffer& gradient;   // (count)
    const gpu::Buffer& previous;   // (count), the gradient of the step before
    const gpu::Buffer& direction;  // (count), the direction of the last step
    const gpu::Buffer& s;          // (history + 1, count)
    const gpu::Buffer& y;          // (history + 1, count)
    const gpu::Buffer& state;      // kLbfgsStateWords; zeros start, or restart, the optimiser
    const gpu::Buffer& partials;   // kLbfgsPartialWords
};

extern const std::size_t kLbfgsStateWords;
extern const std::size_t kLbfgsPartialWords;

// One step. All buffers but x and gradient start as zeros. 1 <= history <= kLbfgsMaxHistory.
void record_lbfgs(gpu::Program& program, const LbfgsBuffers& buffers, std::size_t count,
                  std::uint32_t history);

}  // namespace impasto::nn
