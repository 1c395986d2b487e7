#include "nn/total_variation.h"

#include "include/reduce.h"
#include "include/total_variation.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

// 1 / the number of differences along an axis of length n, with `lines` lines across it.
float inverse_count(std::uint32_t n, std::size_t lines, bool wraps) {
    const std::size_t count = (wraps ? n : n - 1) * lines;
    return count == 0 ? 0.0f : static_cast<float>(1.0 / static_cast<double>(count));
}

}  // namespace

void record_total_variation(gpu::Program& program, const gpu::Buffer& x, const Shape& shape,
                            const gpu::Buffer& gradient, const gpu::Buffer& weights,
                            std::uint32_t weight, const gpu::Buffer& partials,
                            std::uint32_t first_partial, Borders borders) {
    const bool wrap_y = borders.y == Border::kWrap;
    const bool wrap_x = borders.x == Border::kWrap;
    const TotalVariationParams params{
        shape.channels,
        shape.height,
        shape.width,
        inverse_count(shape.height, std::size_t{shape.channels} * shape.width, wrap_y),
        inverse_count(shape.width, std::size_t{shape.channels} * shape.height, wrap_x),
        wrap_y ? 1u : 0u,
        wrap_x ? 1u : 0u,
        weight,
        first_partial};
    record(program, shaders::total_variation, {&x, &gradient, &weights, &partials}, {}, params,
           {REDUCE_PARTIALS, 1, 1});
}

}  // namespace impasto::nn
