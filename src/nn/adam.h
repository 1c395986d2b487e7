// Adam (Kingma and Ba 2015) on an image, clamped to [0, 1] after each step:
//
//     m = beta1 m + (1 - beta1) g          v = beta2 v + (1 - beta2) g^2
//     x = clamp(x - rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon))
//
// The number of steps t is counted on the device.
#pragma once

#include "gpu/program.h"

namespace impasto::nn {

struct AdamOptions {
    float learning_rate = 0.02f;  // of the image's range [0, 1]
    float beta1 = 0.9f;
    float beta2 = 0.99f;
    float epsilon = 1e-8f;
};

// x, gradient, m, v: `count` words; m and v start as zeros. `state`: 1 word, starts as zero.
void record_adam(gpu::Program& program, const gpu::Buffer& x, const gpu::Buffer& gradient,
                 const gpu::Buffer& m, const gpu::Buffer& v, const gpu::Buffer& state,
                 std::size_t count, const AdamOptions& options);

}  // namespace impasto::nn
