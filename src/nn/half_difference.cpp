#include "nn/half_difference.h"

#include "include/half.h"
#include "include/reduce.h"
#include "nn/half.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

HalfDifferenceParams difference_params(const Shape& shape, std::uint32_t first_partial,
                                       std::uint32_t factor) {
    return {static_cast<std::uint32_t>(half_size(shape) * 2 / HALF_PART), first_partial, factor};
}

}  // namespace

void record_half_squares(gpu::Program& program, const gpu::Buffer& a, const Shape& shape,
                         const gpu::Buffer& partials, std::uint32_t first_partial) {
    record(program, shaders::half_difference, {&a, &a, &a, &partials, &partials}, {0},
           difference_params(shape, first_partial, 0), {REDUCE_PARTIALS, 1, 1});
}

void record_half_difference_gradient(gpu::Program& program, const gpu::Buffer& a,
                                     const gpu::Buffer& b, const Shape& shape,
                                     const gpu::Buffer& gradient, bool accumulate,
                                     const gpu::Buffer& factors, std::uint32_t factor,
                                     const gpu::Buffer& partials, std::uint32_t first_partial) {
    record(program, shaders::half_difference, {&a, &b, &gradient, &factors, &partials},
           {accumulate ? 2u : 1u}, difference_params(shape, first_partial, factor),
           {REDUCE_PARTIALS, 1, 1}, 0, 4.0 * 3.0 * static_cast<double>(half_size(shape)));
}

}  // namespace impasto::nn
