#include "nn/pool.h"

#include "include/pool.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

std::uint32_t pooled(std::uint32_t n, Border border) {
    return border == Border::kZero ? n / 2 : (n + 1) / 2;
}

bool overlaps(std::uint32_t n, Border border) { return n % 2 == 1 && border != Border::kZero; }

PoolParams params_for(const Shape& x, const Shape& y) {
    return {x.height, x.width, y.height, y.width};
}

}  // namespace

Shape pooled_shape(const Shape& x, Borders borders) {
    return {x.channels, pooled(x.height, borders.y), pooled(x.width, borders.x)};
}

bool pool_overlaps(const Shape& x, Borders borders) {
    return overlaps(x.height, borders.y) || overlaps(x.width, borders.x);
}

void record_pool(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                 const gpu::Buffer& y, Pooling pooling, Borders borders) {
    const Shape out = pooled_shape(x_shape, borders);
    record(program, shaders::pool, {&x, &y},
           {static_cast<std::uint32_t>(borders.y), static_cast<std::uint32_t>(borders.x),
            pooling == Pooling::kAverage ? 1u : 0u},
           params_for(x_shape, out), {groups_for(out.plane(), POOL_THREADS), out.channels, 1}, 0,
           4.0 * static_cast<double>(x_shape.size() + out.size()));
}

void record_pool_backward(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                          const gpu::Buffer& dy, const gpu::Buffer& dx, Pooling pooling,
                          Borders borders) {
    const Shape out = pooled_shape(x_shape, borders);
    const bool windows = !pool_overlaps(x_shape, borders);
    const std::size_t threads =
        windows ? std::size_t{divide_up(x_shape.height, 2)} * divide_up(x_shape.width, 2)
                : x_shape.plane();
    record(program, shaders::pool_backward, {&x, &dy, &dx},
           {static_cast<std::uint32_t>(borders.y), static_cast<std::uint32_t>(borders.x),
            pooling == Pooling::kAverage ? 1u : 0u, windows ? 1u : 0u},
           params_for(x_shape, out), {groups_for(threads, POOL_THREADS), x_shape.channels, 1}, 0,
           4.0 * static_cast<double>(2 * x_shape.size() + out.size()));
}

}  // namespace impasto::nn
