// y = factor x, or y += factor x: adds the Gram matrices of several styles up by weight.
#pragma once

#include "gpu/program.h"

namespace impasto::nn {

void record_blend(gpu::Program& program, const gpu::Buffer& x, const gpu::Buffer& y,
                  std::size_t count, float factor, bool accumulate);

}  // namespace impasto::nn
