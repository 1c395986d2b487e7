// Autocovariances of a map's channels at a list of shifts: what a texture has of long-range order,
// which Gram matrices, blind to places, do not see (Sendik and Cohen-Or 2017, Deep Correlations for
// Texture Synthesis; Berger and Memisevic 2017 shift the Gram matrix instead, C times the numbers).
//
//     R[c, k] = mean over the pixels p that have a pixel p + d_k of (F[c, p] - m_c)(F[c, p + d_k] -
//     m_c) dE/dF[c, p] += factor sum over k of D[c, k] / n_k (F[c, p + d_k] - m_c + F[c, p - d_k] -
//     m_c)
//                                                                      where F[c, p] > 0, else 0
//
// n_k is the number of these pixels, m_c is given: the mean of the channel in the exemplar, so that
// R is a covariance of what has the exemplar's statistics. Beyond an edge that wraps the pixel is
// that at the opposite edge; any other border has none. For E = sum (R - R_s)^2 and D = R - R_s the
// factor is 2. Sums run in a fixed order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gpu/program.h"
#include "nn/border.h"
#include "nn/map.h"
#include "nn/shape.h"

namespace impasto::nn {

// In pixels of the map; smaller than its sides, and not (0, 0).
struct Shift {
    std::int32_t dy = 0;
    std::int32_t dx = 0;
    friend bool operator==(const Shift&, const Shift&) = default;
};

// As the kernels read them: (shifts, 2) words.
std::vector<float> shift_words(std::span<const Shift> shifts);

// `autocovariances` (channels, shifts).
void record_autocovariance(gpu::Program& program, MapKind kind, const gpu::Buffer& features,
                           const Shape& shape, const gpu::Buffer& shifts, std::uint32_t count,
                           const gpu::Buffer& means, const gpu::Buffer& autocovariances,
                           Borders borders);

// Adds the gradient to `gradient` (or stores it, when not `accumulate`), masked by the ReLU that
// made `features`. `differences` is D; `factors[factor]` scales.
void record_autocovariance_backward(gpu::Program& program, MapKind kind,
                                    const gpu::Buffer& features, const Shape& shape,
                                    const gpu::Buffer& shifts, std::uint32_t count,
                                    const gpu::Buffer& means, const gpu::Buffer& differences,
                                    const gpu::Buffer& factors, std::uint32_t factor,
                                    const gpu::Buffer& gradient, bool accumulate, Borders borders);

}  // namespace impasto::nn
