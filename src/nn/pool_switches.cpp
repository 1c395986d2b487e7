#include "nn/pool_switches.h"

#include "include/pool.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

constexpr std::uint32_t kWindowsPerWord = 8;

PoolParams params_for(const Shape& x, const Shape& y) {
    return {x.height, x.width, y.height, y.width};
}

}  // namespace

std::size_t pool_switches_size(const Shape& x, Borders borders) {
    if (pool_overlaps(x, borders)) {
        return 0;
    }
    const Shape out = pooled_shape(x, borders);
    return std::size_t{out.channels} * divide_up(out.plane(), kWindowsPerWord);
}

void record_pool_switches(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                          const gpu::Buffer& y, const gpu::Buffer& switches, Pooling pooling,
                          Borders borders) {
    const Shape out = pooled_shape(x_shape, borders);
    record(program, shaders::pool_switches, {&x, &y, &switches},
           {pooling == Pooling::kAverage ? 1u : 0u}, params_for(x_shape, out),
           {groups_for(divide_up(out.plane(), kWindowsPerWord), POOL_THREADS), out.channels, 1}, 0,
           4.0 * static_cast<double>(x_shape.size() + out.size() +
                                     pool_switches_size(x_shape, borders)));
}

void record_unpool(gpu::Program& program, const gpu::Buffer& switches, const Shape& x_shape,
                   const gpu::Buffer& dy, const gpu::Buffer& dx, Pooling pooling, Borders borders) {
    const Shape out = pooled_shape(x_shape, borders);
    const std::size_t threads =
        std::size_t{divide_up(x_shape.height, 2)} * divide_up(x_shape.width, 2);
    record(program, shaders::unpool, {&switches, &dy, &dx},
           {pooling == Pooling::kAverage ? 1u : 0u}, params_for(x_shape, out),
           {groups_for(threads, POOL_THREADS), x_shape.channels, 1}, 0,
           4.0 * static_cast<double>(x_shape.size() + out.size() +
                                     pool_switches_size(x_shape, borders)));
}

}  // namespace impasto::nn
