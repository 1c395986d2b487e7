#include "nn/adam.h"

#include <algorithm>

#include "include/adam.h"
#include "nn/record.h"
#include "nn/shape.h"
#include "shaders.h"

namespace impasto::nn {

void record_adam(gpu::Program& program, const gpu::Buffer& x, const gpu::Buffer& gradient,
                 const gpu::Buffer& m, const gpu::Buffer& v, const gpu::Buffer& state,
                 std::size_t count, const AdamOptions& options) {
    const AdamParams params{static_cast<std::uint32_t>(count), options.learning_rate, options.beta1,
                            options.beta2, options.epsilon};
    record(program, shaders::adam, {&x, &gradient, &m, &v, &state}, {1u}, params, {1, 1, 1});
    record(program, shaders::adam, {&x, &gradient, &m, &v, &state}, {0u}, params,
           {std::clamp<std::uint32_t>(divide_up(count, ADAM_THREADS), 1, ADAM_GROUPS), 1, 1});
}

}  // namespace impasto::nn
