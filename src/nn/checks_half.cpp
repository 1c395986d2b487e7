// The checks of the operations on maps of 16-bit floats.
#include <bit>
#include <cstring>

#include "base/float16.h"
#include "nn/check_tools.h"
#include "nn/gram.h"
#include "nn/half.h"
#include "nn/half_conv.h"
#include "nn/half_difference.h"
#include "nn/half_gram.h"
#include "nn/half_pool.h"

namespace impasto::nn {

using namespace check_tools;

namespace {

// Half a unit in the last place of 1.0 in 16 bits: what storing a result may lose.
constexpr double kHalfUnit = 0x1p-11;

// Of a result that is stored once, after a sum of `terms` products. Matrix units may round each
// addition towards zero and in an order of their own, hence 4.
double half_bound(std::size_t terms) { return kHalfUnit + 4 * sum_bound(terms); }

Floats rounded(Floats values) {
    for (float& v : values) {
        v = half_to_float(float_to_half(v));
    }
    return values;
}

// A planar map in the layout of half.h, as words.
Floats to_words(const Floats& planar, const Shape& shape) {
    const std::size_t channels = half_channels(shape.channels);
    std::vector<std::uint16_t> halves(shape.plane() * channels, 0);
    for (std::size_t c = 0; c < shape.channels; ++c) {
        for (std::size_t i = 0; i < shape.plane(); ++i) {
            halves[i * channels + c] = float_to_half(planar[c * shape.plane() + i]);
        }
    }
    Floats words(half_size(shape));
    std::memcpy(words.data(), halves.data(), words.size() * sizeof(float));
    return words;
}

// Back again; `verdict` hears of zeros that are none.
Floats from_words(const Floats& words, const Shape& shape, Verdict& verdict) {
    const std::size_t channels = half_channels(shape.channels);
    std::vector<std::uint16_t> halves(shape.plane() * channels);
    std::memcpy(halves.data(), words.data(), words.size() * sizeof(float));
    Floats planar(shape.size());
    bool filled_up = true;
    for (std::size_t i = 0; i < shape.plane(); ++i) {
        for (std::size_t c = 0; c < channels; ++c) {
            const std::uint16_t half = halves[i * channels + c];
            if (c < shape.channels) {
                planar[c * shape.plane() + i] = half_to_float(half);
            } else {
                filled_up = filled_up && (half & 0x7fffu) == 0;
            }
        }
    }
    verdict.expect(filled_up, "the channels that fill up are not zero");
    return planar;
}

Floats padded_bias(Floats bias) {
    bias.resize(half_channels(static_cast<std::uint32_t>(bias.size())));
    return bias;
}

}  // namespace

Result<Check> check_half_conv3x3(gpu::Stream& stream, const Shape& x_shape,
                                 std::uint32_t out_channels, Borders borders, ConvVariant variant,
                                 std::uint32_t seed) {
    Random random(seed);
    const Shape y_shape{out_channels, x_shape.height, x_shape.width};
    const Floats x = rounded(random.values(x_shape.size()));
    const Floats oihw = rounded(random.values(std::size_t{9} * out_channels * x_shape.channels));
    const Floats bias = random.values(out_channels);
    Workbench bench(stream);
    const auto x_slot = bench.input(to_words(x, x_shape));
    const auto oihw_slot = bench.input(oihw);
    const auto weights_slot = bench.scratch(half_weights_size(out_channels, x_shape.channels));
    const auto bias_slot = bench.input(padded_bias(bias));
    const auto y_slot = bench.output(half_size(y_shape));
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_pack_forward(program, bench[oihw_slot], out_channels, x_shape.channels, 1,
                                     bench[weights_slot]);
            record_half_conv3x3(program, variant, bench[x_slot], x_shape, bench[weights_slot],
                                bench[bias_slot], bench[y_slot], out_channels, borders);
        },
        2));
    Verdict verdict;
    verdict.relative(
        "output", from_words(bench.result(y_slot), y_shape, verdict),
        reference::conv3x3(widen(x), x_shape, widen(oihw), widen(bias), out_channels, borders),
        half_bound(std::size_t{9} * x_shape.channels + 1));
    return verdict.finish(&bench);
}

Result<Check> check_half_conv3x3_backward(gpu::Stream& stream, const Shape& dy_shape,
                                          std::uint32_t in_channels, Borders borders, bool mask,
                                          ConvVariant variant, std::uint32_t seed) {
    Random random(seed);
    const Shape dx_shape{in_channels, dy_shape.height, dy_shape.width};
    const Shape padded_shape{in_channels, dy_shape.height + 2, dy_shape.width + 2};
    const Floats dy = rounded(random.values(dy_shape.size()));
    const Floats oihw = rounded(random.values(std::size_t{9} * dy_shape.channels * in_channels));
    const Floats below = rounded(random.rectified(dx_shape.size()));
    Workbench bench(stream);
    const auto dy_slot = bench.input(to_words(dy, dy_shape));
    const auto oihw_slot = bench.input(oihw);
    const auto weights_slot = bench.scratch(half_weights_size(in_channels, dy_shape.channels));
    const auto mask_slot = bench.input(to_words(below, dx_shape));
    const auto padded_slot = bench.scratch(half_size(padded_shape));
    const auto dx_slot = bench.output(half_size(dx_shape));
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_pack_backward(program, bench[oihw_slot], dy_shape.channels, in_channels, 1,
                                      bench[weights_slot]);
            record_half_conv3x3_backward(program, variant, bench[dy_slot], dy_shape,
                                         bench[weights_slot], mask ? &bench[mask_slot] : nullptr,
                                         bench[dx_slot], in_channels, borders, &bench[padded_slot]);
        },
        2));
    Values want =
        reference::conv3x3_backward(widen(dy), dy_shape, widen(oihw), in_channels, borders);
    if (mask) {
        want = reference::masked(want, widen(below));
    }
    Verdict verdict;
    // Stored twice where it is folded.
    verdict.relative("gradient", from_words(bench.result(dx_slot), dx_shape, verdict), want,
                     kHalfUnit + half_bound(std::size_t{9} * dy_shape.channels));
    return verdict.finish(&bench);
}

Result<Check> check_half_conv3x3_first(gpu::Stream& stream, const Shape& x_shape,
                                       std::uint32_t out_channels, Borders borders,
                                       std::uint32_t seed) {
    Random random(seed);
    const Shape y_shape{out_channels, x_shape.height, x_shape.width};
    const Floats x = random.values(x_shape.size());
    const Floats oihw = random.values(std::size_t{9} * out_channels * x_shape.channels);
    const Floats bias = random.values(out_channels);
    Workbench bench(stream);
    const auto x_slot = bench.input(x);
    const auto packed_slot = bench.input(pack_forward(oihw, out_channels, x_shape.channels));
    const auto bias_slot = bench.input(padded_bias(bias));
    const auto y_slot = bench.output(half_size(y_shape));
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_conv3x3_first(program, bench[x_slot], x_shape, bench[packed_slot],
                                      bench[bias_slot], bench[y_slot], out_channels, borders);
        },
        2));
    Verdict verdict;
    verdict.relative(
        "output", from_words(bench.result(y_slot), y_shape, verdict),
        reference::conv3x3(widen(x), x_shape, widen(oihw), widen(bias), out_channels, borders),
        half_bound(std::size_t{9} * x_shape.channels + 1));
    return verdict.finish(&bench);
}

Result<Check> check_half_conv3x3_image(gpu::Stream& stream, const Shape& dy_shape,
                                       std::uint32_t in_channels, Borders borders,
                                       std::uint32_t seed) {
    constexpr float kScale = 0.125f;
    Random random(seed);
    const Shape dx_shape{in_channels, dy_shape.height, dy_shape.width};
    const Floats dy = rounded(random.values(dy_shape.size()));
    const Floats oihw = rounded(random.values(std::size_t{9} * dy_shape.channels * in_channels));
    Workbench bench(stream);
    const auto dy_slot = bench.input(to_words(dy, dy_shape));
    const auto oihw_slot = bench.input(oihw);
    const auto weights_slot = bench.scratch(half_weights_size(in_channels, dy_shape.channels));
    const auto padded_slot =
        bench.scratch(std::size_t{in_channels} * (dy_shape.height + 2) * (dy_shape.width + 2));
    const auto dx_slot = bench.output(dx_shape.size());
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_pack_backward(program, bench[oihw_slot], dy_shape.channels, in_channels, 1,
                                      bench[weights_slot]);
            record_half_conv3x3_image(program, bench[dy_slot], dy_shape, bench[weights_slot],
                                      kScale, bench[dx_slot], in_channels, borders,
                                      &bench[padded_slot]);
        },
        2));
    const Values want = reference::blend(
        reference::conv3x3_backward(widen(dy), dy_shape, widen(oihw), in_channels, borders), {},
        static_cast<double>(kScale));
    Verdict verdict;
    verdict.relative("gradient", bench.result(dx_slot), want,
                     sum_bound(std::size_t{9} * dy_shape.channels));
    return verdict.finish(&bench);
}

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
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_pool_backward(program, bench[x_slot], x_shape, bench[dy_slot],
                                      bench[dx_slot], pooling, borders);
        },
        2));
    Verdict verdict;
    verdict.relative("gradient", from_words(bench.result(dx_slot), x_shape, verdict),
                     reference::pool_backward(widen(x), x_shape, widen(dy), pooling, borders),
                     half_bound(4));
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
