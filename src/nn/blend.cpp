#include "nn/blend.h"

#include <algorithm>

#include "include/blend.h"
#include "nn/record.h"
#include "nn/shape.h"
#include "shaders.h"

namespace impasto::nn {

void record_blend(gpu::Program& program, const gpu::Buffer& x, const gpu::Buffer& y,
                  std::size_t count, float factor, bool accumulate) {
    const BlendParams params{static_cast<std::uint32_t>(count), factor, accumulate ? 1u : 0u};
    record(program, shaders::blend, {&x, &y}, {}, params,
           {std::clamp<std::uint32_t>(divide_up(count, BLEND_THREADS), 1, BLEND_GROUPS), 1, 1});
}

}  // namespace impasto::nn
