// The checks of what makes a map from a map.
#include <bit>
#include <cstring>

#include "base/float16.h"
#include "nn/check_tools.h"
#include "nn/conv3x3.h"
#include "nn/fold.h"
#include "nn/pool_switches.h"
#include "nn/resize.h"
#include "nn/widen.h"
#include "nn/winograd.h"

namespace impasto::nn {

using namespace check_tools;

namespace {

// F(4x4, 3x3) loses up to this many times what the direct sum does: its transforms add and subtract
// numbers larger than their results. Measured: 3 to 4.
constexpr double kWinogradGrowth = 8.0;

double conv_bound(ConvVariant variant, std::uint32_t in_channels) {
    return (variant == ConvVariant::kWinograd ? kWinogradGrowth : 1.0) *
           sum_bound(std::size_t{9} * in_channels + 1);
}

// What a ReLU leaves, of few different values, so that pooling windows have equal maxima.
Floats with_equal_maxima(Random& random, const Shape& shape) {
    Floats x = random.rectified(shape.size());
    for (float& v : x) {
        v = std::ceil(v * 4) / 4;
    }
    return x;
}

// What a convolution needs beside its maps, on a workbench.
class ConvSlots {
  public:
    // `packed` for a convolution from `in_channels` to `out_channels`.
    ConvSlots(Workbench& bench, gpu::Device& device, ConvVariant variant, Floats packed,
              std::uint32_t in_channels, const Shape& out, Borders borders, bool backward)
        : bench_(bench),
          variant_(variant),
          in_channels_(in_channels),
          out_channels_(out.channels),
          packed_(bench.input(std::move(packed))),
          u_(bench.scratch(winograd_weights_size(out.channels, in_channels))) {
        // conv_scratch_size() takes the forward pass's channels.
        const ConvScratchSize size =
            backward ? conv_scratch_size(device, out.channels, {in_channels, out.height, out.width},
                                         borders, variant, true)
                     : conv_scratch_size(device, in_channels, out, borders, variant, false);
        padded_ = bench.scratch(std::max<std::size_t>(size.padded, 1));
        input_ = bench.scratch(std::max<std::size_t>(size.input, 1));
        products_ = bench.scratch(std::max<std::size_t>(size.products, 1));
    }

    ConvWeights weights(gpu::Program& program) const {
        if (variant_ == ConvVariant::kWinograd) {
            record_winograd_weights(program, bench_[packed_], out_channels_, in_channels_,
                                    bench_[u_]);
        }
        return {&bench_[packed_], &bench_[u_]};
    }
    ConvScratch scratch() const { return {&bench_[padded_], &bench_[input_], &bench_[products_]}; }

  private:
    Workbench& bench_;
    ConvVariant variant_;
    std::uint32_t in_channels_;
    std::uint32_t out_channels_;
    Workbench::Slot packed_;
    Workbench::Slot u_;
    Workbench::Slot padded_ = 0;
    Workbench::Slot input_ = 0;
    Workbench::Slot products_ = 0;
};

}  // namespace

Result<Check> check_conv3x3(gpu::Stream& stream, const Shape& x_shape, std::uint32_t out_channels,
                            Borders borders, ConvVariant variant, std::uint32_t seed) {
    Random random(seed);
    const Shape y_shape{out_channels, x_shape.height, x_shape.width};
    const Floats x = random.values(x_shape.size());
    const Floats oihw = random.values(std::size_t{9} * out_channels * x_shape.channels);
    const Floats bias = random.values(out_channels);
    Workbench bench(stream);
    const auto x_slot = bench.input(x);
    const ConvSlots conv(bench, stream.device(), variant,
                         pack_forward(oihw, out_channels, x_shape.channels), x_shape.channels,
                         y_shape, borders, false);
    const auto bias_slot = bench.input(bias);
    const auto y_slot = bench.output(y_shape.size());
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_conv3x3(program, variant, bench[x_slot], x_shape, conv.weights(program),
                           bench[bias_slot], bench[y_slot], out_channels, borders, conv.scratch());
        },
        2));
    Verdict verdict;
    verdict.relative(
        "output", bench.result(y_slot),
        reference::conv3x3(widen(x), x_shape, widen(oihw), widen(bias), out_channels, borders),
        conv_bound(variant, x_shape.channels));
    return verdict.finish(&bench);
}

Result<Check> check_conv3x3_backward(gpu::Stream& stream, const Shape& dy_shape,
                                     std::uint32_t in_channels, Borders borders, bool mask,
                                     ConvVariant variant, std::uint32_t seed) {
    Random random(seed);
    const Shape dx_shape{in_channels, dy_shape.height, dy_shape.width};
    const Floats dy = random.values(dy_shape.size());
    const Floats oihw = random.values(std::size_t{9} * dy_shape.channels * in_channels);
    const Floats below = random.rectified(dx_shape.size());
    Workbench bench(stream);
    const auto dy_slot = bench.input(dy);
    const ConvSlots conv(bench, stream.device(), variant,
                         pack_backward(oihw, dy_shape.channels, in_channels), dy_shape.channels,
                         dx_shape, borders, true);
    const auto mask_slot = bench.input(below);
    const auto dx_slot = bench.output(dx_shape.size());
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_conv3x3_backward(program, variant, bench[dy_slot], dy_shape,
                                    conv.weights(program), mask ? &bench[mask_slot] : nullptr,
                                    bench[dx_slot], in_channels, borders, conv.scratch());
        },
        2));
    Values want =
        reference::conv3x3_backward(widen(dy), dy_shape, widen(oihw), in_channels, borders);
    if (mask) {
        want = reference::masked(want, widen(below));
    }
    Verdict verdict;
    verdict.relative("gradient", bench.result(dx_slot), want,
                     conv_bound(variant, dy_shape.channels));
    return verdict.finish(&bench);
}

Result<Check> check_fold(gpu::Stream& stream, const Shape& shape, Borders borders, bool mask,
                         std::uint32_t seed) {
    Random random(seed);
    const Shape padded_shape{shape.channels, shape.height + 2, shape.width + 2};
    const Floats padded = random.values(padded_shape.size());
    const Floats below = random.rectified(shape.size());
    Workbench bench(stream);
    const auto padded_slot = bench.input(padded);
    const auto mask_slot = bench.input(below);
    const auto dx_slot = bench.output(shape.size());
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_fold(program, bench[padded_slot], mask ? &bench[mask_slot] : nullptr,
                        bench[dx_slot], shape, borders);
        },
        2));
    const auto only_replicate = [](Border border) {
        return border == Border::kReplicate ? border : Border::kZero;
    };
    Values want = reference::unpad(widen(padded), shape,
                                   {only_replicate(borders.y), only_replicate(borders.x)});
    if (mask) {
        want = reference::masked(want, widen(below));
    }
    Verdict verdict;
    verdict.relative("gradient", bench.result(dx_slot), want, sum_bound(9), norm(widen(padded)));
    return verdict.finish(&bench);
}

Result<Check> check_pool(gpu::Stream& stream, const Shape& x_shape, Pooling pooling,
                         Borders borders, std::uint32_t seed) {
    Random random(seed);
    const Floats x = random.values(x_shape.size());
    Workbench bench(stream);
    const auto x_slot = bench.input(x);
    const auto y_slot = bench.output(pooled_shape(x_shape, borders).size());
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_pool(program, bench[x_slot], x_shape, bench[y_slot], pooling, borders);
        },
        2));
    Verdict verdict;
    // A maximum is one of its inputs, to the bit.
    verdict.relative("output", bench.result(y_slot),
                     reference::pool(widen(x), x_shape, pooling, borders),
                     pooling == Pooling::kMax ? 0.0 : sum_bound(4));
    return verdict.finish(&bench);
}

Result<Check> check_pool_backward(gpu::Stream& stream, const Shape& x_shape, Pooling pooling,
                                  Borders borders, std::uint32_t seed) {
    Random random(seed);
    const Floats x = with_equal_maxima(random, x_shape);
    const Floats dy = random.values(pooled_shape(x_shape, borders).size());
    Workbench bench(stream);
    const auto x_slot = bench.input(x);
    const auto dy_slot = bench.input(dy);
    const auto dx_slot = bench.output(x_shape.size());
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_pool_backward(program, bench[x_slot], x_shape, bench[dy_slot], bench[dx_slot],
                                 pooling, borders);
        },
        2));
    Verdict verdict;
    verdict.relative("gradient", bench.result(dx_slot),
                     reference::pool_backward(widen(x), x_shape, widen(dy), pooling, borders),
                     sum_bound(4));
    return verdict.finish(&bench);
}

Result<Check> check_pool_switches(gpu::Stream& stream, const Shape& x_shape, Pooling pooling,
                                  Borders borders, std::uint32_t seed) {
    Random random(seed);
    const Shape y_shape = pooled_shape(x_shape, borders);
    const Floats x = with_equal_maxima(random, x_shape);
    const Floats dy = random.values(y_shape.size());
    Workbench bench(stream);
    const auto x_slot = bench.input(x);
    const auto dy_slot = bench.input(dy);
    const auto y_slot = bench.output(y_shape.size());
    const auto switches_slot = bench.scratch(pool_switches_size(x_shape, borders));
    const auto dx_slot = bench.output(x_shape.size());
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_pool_switches(program, bench[x_slot], x_shape, bench[y_slot],
                                 bench[switches_slot], pooling, borders);
            record_unpool(program, bench[switches_slot], x_shape, bench[dy_slot], bench[dx_slot],
                          pooling, borders);
        },
        2));
    Verdict verdict;
    verdict.relative("output", bench.result(y_slot),
                     reference::pool(widen(x), x_shape, pooling, borders),
                     pooling == Pooling::kMax ? 0.0 : sum_bound(4));
    // A quarter of a number is exact.
    verdict.relative("gradient", bench.result(dx_slot),
                     reference::pool_backward(widen(x), x_shape, widen(dy), pooling, borders), 0.0);
    return verdict.finish(&bench);
}

Result<Check> check_normalize(gpu::Stream& stream, std::size_t plane, const ChannelMap& map,
                              bool backward, std::uint32_t seed) {
    Random random(seed);
    const Floats x = random.values(3 * plane);
    Workbench bench(stream);
    const auto x_slot = bench.input(x);
    const auto y_slot = bench.output((backward ? 3 : 6) * plane);
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            if (backward) {
                record_normalize_backward(program, bench[x_slot], bench[y_slot], plane, map);
            } else {
                record_normalize(program, bench[x_slot], bench[y_slot], plane, map);
            }
        },
        2));
    Verdict verdict;
    const Values want = backward ? reference::normalize_backward(widen(x), plane, map)
                                 : reference::normalize(widen(x), plane, map);
    const Floats& y = bench.result(y_slot);
    // Scaled value and offset may cancel: the error is set against their sizes.
    Values sizes = widen(x);
    ChannelMap upward = map;
    for (double& v : sizes) {
        v = std::abs(v);
    }
    for (std::size_t k = 0; k < 3; ++k) {
        upward.scale[k] = std::abs(map.scale[k]);
        upward.offset[k] = std::abs(map.offset[k]);
    }
    const double size = norm(backward ? want : reference::normalize(sizes, plane, upward));
    verdict.relative("output", y, want, sum_bound(2), size);
    if (!backward) {
        // With the rest: 35 bits, and the last of them are lost in the sums.
        const std::span<const float> rest = std::span(y).subspan(3 * plane);
        const Values both = reference::blend(widen(rest), widen(std::span(y).first(3 * plane)), 1);
        verdict.error_of("output and its rest", norm(reference::difference(both, want)) / size,
                         0x1p-33);
    }
    return verdict.finish(&bench);
}

Result<Check> check_widen(gpu::Stream& stream, std::size_t count) {
    // An odd factor: consecutive numbers times it are all 2^16 patterns, far apart from each other.
    std::vector<std::uint16_t> halves(2 * halves_size(count));
    for (std::size_t i = 0; i < halves.size(); ++i) {
        halves[i] = static_cast<std::uint16_t>(40503 * i);
    }
    Floats words(halves_size(count));
    std::memcpy(words.data(), halves.data(), words.size() * sizeof(float));
    Workbench bench(stream);
    const auto halves_slot = bench.input(words);
    const auto floats_slot = bench.output(count);
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_widen(program, bench[halves_slot], count, bench[floats_slot]);
        },
        2));
    std::size_t differ = 0;
    for (std::size_t i = 0; i < count; ++i) {
        differ += std::bit_cast<std::uint32_t>(bench.result(floats_slot)[i]) !=
                          std::bit_cast<std::uint32_t>(half_to_float(halves[i]))
                      ? 1
                      : 0;
    }
    Verdict verdict;
    verdict.error_of("the share of values that differ",
                     static_cast<double>(differ) / static_cast<double>(count), 0.0);
    return verdict.finish(&bench);
}

Result<Check> check_resize(gpu::Stream& stream, const Shape& from, const Shape& to, Borders borders,
                           std::uint32_t seed) {
    Random random(seed);
    const Floats x = random.values(from.size());
    Workbench bench(stream);
    const auto x_slot = bench.input(x);
    const auto scratch_slot = bench.scratch(resize_scratch_size(from, to));
    const auto y_slot = bench.output(to.size());
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_resize(program, bench[x_slot], from, bench[scratch_slot], bench[y_slot], to,
                          borders);
        },
        2));
    Verdict verdict;
    // Two sums of at least four products, whose weights come from four roundings themselves.
    const auto taps = [](std::uint32_t in, std::uint32_t out) {
        return std::size_t{4} * std::max<std::size_t>(1, divide_up(in, out));
    };
    verdict.relative("output", bench.result(y_slot), reference::resize(widen(x), from, to, borders),
                     2 * sum_bound(taps(from.height, to.height) + taps(from.width, to.width)));
    return verdict.finish(&bench);
}

}  // namespace impasto::nn
