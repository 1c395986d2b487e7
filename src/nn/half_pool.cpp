#include "nn/half_pool.h"

#include "include/half.h"
#include "nn/half.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

HalfPoolParams pool_params(const Shape& x, const Shape& y) {
    return {half_channels(x.channels), x.height, x.width, y.height, y.width};
}

}  // namespace

void record_half_pool(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                      const gpu::Buffer& y, Pooling pooling, Borders borders) {
    const Shape y_shape = pooled_shape(x_shape, borders);
    record(program, shaders::half_pool, {&x, &y},
           {static_cast<std::uint32_t>(borders.y), static_cast<std::uint32_t>(borders.x),
            pooling == Pooling::kAverage ? 1u : 0u},
           pool_params(x_shape, y_shape),
           {groups_for(half_size(y_shape) * 2 / HALF_PART, HALF_THREADS), 1, 1}, 0,
           4.0 * static_cast<double>(half_size(x_shape) + half_size(y_shape)));
}

void record_half_pool_backward(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                               const gpu::Buffer& dy, const gpu::Buffer& dx, Pooling pooling,
                               Borders borders) {
    const Shape y_shape = pooled_shape(x_shape, borders);
    record(program, shaders::half_pool_backward, {&x, &dy, &dx},
           {static_cast<std::uint32_t>(borders.y), static_cast<std::uint32_t>(borders.x),
            pooling == Pooling::kAverage ? 1u : 0u},
           pool_params(x_shape, y_shape),
           {groups_for(half_size(x_shape) * 2 / HALF_PART, HALF_THREADS), 1, 1}, 0,
           4.0 * static_cast<double>(2 * half_size(x_shape) + half_size(y_shape)));
}

void record_half_unpool(gpu::Program& program, const gpu::Buffer& bits, const Shape& x_shape,
                        const gpu::Buffer& dy, const gpu::Buffer& dx, Pooling pooling,
                        Borders borders) {
    const Shape y_shape = pooled_shape(x_shape, borders);
    const std::size_t words = half_bits_size(x_shape);
    record(program, shaders::half_unpool, {&bits, &dy, &dx},
           {pooling == Pooling::kAverage ? 1u : 0u}, pool_params(x_shape, y_shape),
           {groups_for(words, HALF_THREADS), 1, 1}, 0,
           4.0 * static_cast<double>(half_size(x_shape) + half_size(y_shape) + words));
}

}  // namespace impasto::nn
