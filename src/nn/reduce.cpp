#include "nn/reduce.h"

#include "include/reduce.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

static_assert(kReducePartials == REDUCE_PARTIALS);
static_assert(REDUCE_PARTIALS == REDUCE_THREADS);

namespace {

void record_mode(gpu::Program& program, const gpu::Buffer& a, const gpu::Buffer& b,
                 std::size_t count, const gpu::Buffer& out, const gpu::Buffer& factors,
                 std::uint32_t factor, const gpu::Buffer& partials, std::uint32_t first_partial,
                 std::uint32_t mode) {
    const DifferenceParams params{static_cast<std::uint32_t>(count), first_partial, factor};
    record(program, shaders::difference, {&a, &b, &out, &factors, &partials}, {mode}, params,
           {REDUCE_PARTIALS, 1, 1});
}

}  // namespace

void record_dot(gpu::Program& program, const gpu::Buffer& a, const gpu::Buffer& b,
                std::size_t count, const gpu::Buffer& partials, std::uint32_t first_partial) {
    const ReduceParams params{static_cast<std::uint32_t>(count), first_partial};
    record(program, shaders::reduce, {&a, &b, &partials}, {}, params, {REDUCE_PARTIALS, 1, 1});
}

void record_difference(gpu::Program& program, const gpu::Buffer& a, const gpu::Buffer& b,
                       std::size_t count, const gpu::Buffer& out, const gpu::Buffer& partials,
                       std::uint32_t first_partial) {
    record_mode(program, a, b, count, out, partials, 0, partials, first_partial, 0);
}

void record_difference_gradient(gpu::Program& program, const gpu::Buffer& a, const gpu::Buffer& b,
                                std::size_t count, const gpu::Buffer& gradient, bool accumulate,
                                const gpu::Buffer& factors, std::uint32_t factor,
                                const gpu::Buffer& partials, std::uint32_t first_partial) {
    record_mode(program, a, b, count, gradient, factors, factor, partials, first_partial,
                accumulate ? 2 : 1);
}

}  // namespace impasto::nn
