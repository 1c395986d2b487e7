// The checks of the other operations on maps of 16-bit floats.
#include "nn/check_half_tools.h"
#include "nn/gram.h"
#include "nn/half_difference.h"
#include "nn/half_gram.h"
#include "nn/half_pool.h"

namespace impasto::nn {

using namespace check_tools;

Result<Check> check_half_pool(gpu::Stream& stream, const Shape& x_shape, Pooling pooling,
                              Borders borders, std::uint32_t seed) {
    Random random(seed);
    const Shape y_shape = pooled_shape(x_shape, borders);
    const Floats x = rounded(random.values(x_shape.size()));
    Workbench bench(stream);
    const auto x_slot = bench.input(to_words(x, x_shape));
    const auto y_slot = bench.output(half_size(y_shape));
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_pool(program, bench[x_slot], x_shape, bench[y_slot], pooling, borders);
        },
        2));
    Verdict verdict;
    verdict.relative("output", from_words(bench.result(y_slot), y_shape, verdict),
                     reference::pool(widen(x), x_shape, pooling, borders),
                     pooling == Pooling::kMax ? 0.0 : half_bound(4));
    return verdict.finish(&bench);
}

Result<Check> check_half_pool_backward(gpu::Stream& stream, const Shape& x_shape, Pooling pooling,
                                       Borders borders, std::uint32_t seed) {
    Random random(seed);
    Floats x = random.rectified(x_shape.size());
    // Few different values, so that windows have equal maxima.
    for (float& v : x) {
        v = std::ceil(v * 4) / 4;
    }
    const Shape y_shape = pooled_shape(x_shape, borders);
    const Floats dy = rounded(random.values(y_shape.size()));
    Workbench bench(stream);
    const auto x_slot = bench.input(to_words(x, x_shape));
    const auto dy_slot = bench.input(to_words(dy, y_shape));
    const auto dx_slot = bench.output(half_size(x_shape));
    // The same from bits, set where a gradient of 1 would arrive.
    const bool unpools = !pool_overlaps(x_shape, borders);
    const auto bits_slot = bench.input(bits_where(
        reference::pool_backward(widen(x), x_shape, Values(y_shape.size(), 1.0), pooling, borders),
        x_shape));
    const auto by_bits_slot = unpools ? bench.output(half_size(x_shape)) : dx_slot;
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_pool_backward(program, bench[x_slot], x_shape, bench[dy_slot],
                                      bench[dx_slot], pooling, borders);
            if (unpools) {
                record_half_unpool(program, bench[bits_slot], x_shape, bench[dy_slot],
                                   bench[by_bits_slot], pooling, borders);
            }
        },
        2));
    Verdict verdict;
    const Floats dx = from_words(bench.result(dx_slot), x_shape, verdict);
    verdict.relative("gradient", dx,
                     reference::pool_backward(widen(x), x_shape, widen(dy), pooling, borders),
                     half_bound(4));
    verdict.relative("gradient by bits", from_words(bench.result(by_bits_slot), x_shape, verdict),
                     widen(dx), 0.0);
    return verdict.finish(&bench);
}

Result<Check> check_half_gram(gpu::Stream& stream, const Shape& shape, bool pixel_weights,
                              ConvVariant variant, std::uint32_t seed) {
    Random random(seed);
    const Floats features = rounded(random.rectified(shape.size()));
    const Floats weights = random.values(shape.plane(), 0, 1);
    double weight_sum = static_cast<double>(shape.plane());
    if (pixel_weights) {
        weight_sum = reference::dot(widen(weights), Values(shape.plane(), 1.0));
    }
    Workbench bench(stream);
    const auto features_slot = bench.input(to_words(features, shape));
    const auto weights_slot = bench.input(weights);
    const auto scratch_slot = bench.scratch(half_gram_scratch_size(shape));
    const std::size_t channels = shape.channels;
    const auto gram_slot = bench.output(channels * channels);
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_gram(program, variant, bench[features_slot], shape,
                             pixel_weights ? &bench[weights_slot] : nullptr, weight_sum,
                             bench[scratch_slot], bench[gram_slot]);
        },
        2));
    Verdict verdict;
    const Floats& gram = bench.result(gram_slot);
    // The left factor is rounded again when it is weighted.
    verdict.relative("matrix", gram,
                     reference::gram(widen(features), shape,
                                     pixel_weights ? widen(weights) : Values{}, weight_sum),
                     4 * sum_bound(std::min<std::size_t>(shape.plane(), 1024)) +
                         (pixel_weights ? kHalfUnit : 0.0));
    for (std::size_t i = 0; i < channels * channels; ++i) {
        verdict.expect(gram[i] == gram[i % channels * channels + i / channels],
                       "the matrix is not symmetric");
    }
    return verdict.finish(&bench);
}

Result<Check> check_half_gram_backward(gpu::Stream& stream, const Shape& shape, bool pixel_weights,
                                       bool accumulate, ConvVariant variant, std::uint32_t seed) {
    Random random(seed);
    const std::size_t channels = shape.channels;
    const Floats features = rounded(random.rectified(shape.size()));
    const Floats weights = random.values(shape.plane(), 0, 1);
    const Floats before = rounded(random.values(shape.size()));
    const Floats factors = random.values(4, 0.5f, 1.5f);
    Floats dgram = random.values(channels * channels);
    for (std::size_t i = 0; i < dgram.size(); ++i) {
        dgram[i] = dgram[i % channels * channels + i / channels];
    }
    // What pads the matrix may hold anything.
    Floats padded_dgram = dgram;
    padded_dgram.resize(gram_size(shape.channels), std::numeric_limits<float>::quiet_NaN());
    Workbench bench(stream);
    const auto features_slot = bench.input(to_words(features, shape));
    const auto weights_slot = bench.input(weights);
    const auto dgram_slot = bench.input(padded_dgram);
    const auto factors_slot = bench.input(factors);
    const auto packed_slot = bench.scratch(half_weights_size(shape.channels, shape.channels, 1));
    const auto gradient_slot =
        accumulate ? bench.in_out(to_words(before, shape)) : bench.output(half_size(shape));
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_gram_backward(program, variant, bench[features_slot], shape,
                                      pixel_weights ? &bench[weights_slot] : nullptr,
                                      bench[dgram_slot], bench[factors_slot], 2, bench[packed_slot],
                                      bench[gradient_slot], accumulate);
        },
        2));
    const Values want =
        reference::gram_backward(widen(features), shape, pixel_weights ? widen(weights) : Values{},
                                 widen(dgram), static_cast<double>(factors[2]));
    Verdict verdict;
    // The matrix is rounded, and the gradient when it is stored.
    verdict.relative("gradient", from_words(bench.result(gradient_slot), shape, verdict),
                     accumulate ? reference::blend(want, widen(before), 1) : want,
                     kHalfUnit + half_bound(channels + 2));
    return verdict.finish(&bench);
}

Result<Check> check_half_difference_gradient(gpu::Stream& stream, const Shape& shape,
                                             bool accumulate, std::uint32_t seed) {
    Random random(seed);
    const Floats a = rounded(random.rectified(shape.size()));
    const Floats b = rounded(random.rectified(shape.size()));
    const Floats before = rounded(random.values(shape.size()));
    const Floats factors = random.values(4, 0.5f, 1.5f);
    Workbench bench(stream);
    const auto a_slot = bench.input(to_words(a, shape));
    const auto b_slot = bench.input(to_words(b, shape));
    const auto factors_slot = bench.input(factors);
    const auto gradient_slot =
        accumulate ? bench.in_out(to_words(before, shape)) : bench.output(half_size(shape));
    const auto partials_slot = partials_in(bench);
    const auto squares_slot = partials_in(bench);
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_difference_gradient(program, bench[a_slot], bench[b_slot], shape,
                                            bench[gradient_slot], accumulate, bench[factors_slot],
                                            1, bench[partials_slot], kAround);
            record_half_squares(program, bench[a_slot], shape, bench[squares_slot], kAround);
        },
        2));
    const Values gradient =
        reference::difference_gradient(widen(a), widen(b), static_cast<double>(factors[1]));
    Verdict verdict;
    verdict.relative("gradient", from_words(bench.result(gradient_slot), shape, verdict),
                     accumulate ? reference::blend(gradient, widen(before), 1) : gradient,
                     half_bound(2));
    const auto sum = [&](const char* what, const Workbench::Slot& slot, const Values& values) {
        const double want = reference::dot(values, values);
        const double got = verdict.partial_sum(bench.result(slot));
        verdict.error_of(what, want > 0 ? std::abs(got - want) / want : std::abs(got),
                         sum_bound(8 * reduction_depth(shape.size() / 8)));
    };
    sum("squared difference", partials_slot, reference::difference(widen(a), widen(b)));
    sum("squared sum", squares_slot, widen(a));
    return verdict.finish(&bench);
}

}  // namespace impasto::nn
