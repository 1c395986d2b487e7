// The checks of the convolutions of maps of 16-bit floats.
#include "nn/check_half_tools.h"
#include "nn/half_conv.h"
#include "nn/half_pool.h"

namespace impasto::nn {

using namespace check_tools;

namespace {

bool same_bytes(const Floats& a, const Floats& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
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
    const auto bits_slot = bench.output(half_bits_size(y_shape));
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_pack_forward(program, bench[oihw_slot], out_channels, x_shape.channels, 1,
                                     bench[weights_slot]);
            record_half_conv3x3(
                program, variant, bench[x_slot], x_shape, bench[weights_slot], bench[bias_slot],
                {.map = &bench[y_slot], .bits = &bench[bits_slot]}, out_channels, borders);
        },
        2));
    Verdict verdict;
    const Floats y = from_words(bench.result(y_slot), y_shape, verdict);
    verdict.relative(
        "output", y,
        reference::conv3x3(widen(x), x_shape, widen(oihw), widen(bias), out_channels, borders),
        half_bound(std::size_t{9} * x_shape.channels + 1));
    verdict.expect(same_bytes(bench.result(bits_slot), bits_where(y, y_shape)),
                   "the bits are not those of the map");
    return verdict.finish(&bench);
}

Result<Check> check_half_conv3x3_pooled(gpu::Stream& stream, const Shape& x_shape,
                                        std::uint32_t out_channels, Pooling pooling,
                                        Borders borders, ConvVariant variant, std::uint32_t seed) {
    Random random(seed);
    const Shape y_shape{out_channels, x_shape.height, x_shape.width};
    const Shape pooled_to = pooled_shape(y_shape, borders);
    const Floats x = rounded(random.values(x_shape.size()));
    const Floats oihw = rounded(random.values(std::size_t{9} * out_channels * x_shape.channels));
    const Floats bias = random.values(out_channels);
    Workbench bench(stream);
    const auto x_slot = bench.input(to_words(x, x_shape));
    const auto oihw_slot = bench.input(oihw);
    const auto weights_slot = bench.scratch(half_weights_size(out_channels, x_shape.channels));
    const auto bias_slot = bench.input(padded_bias(bias));
    const auto map_slot = bench.output(half_size(y_shape));
    const auto bits_slot = bench.output(half_bits_size(y_shape));
    const auto pooled_slot = bench.output(half_size(pooled_to));
    const auto other_bits_slot = bench.output(half_bits_size(y_shape));
    const auto other_pooled_slot = bench.output(half_size(pooled_to));
    const auto afterwards_slot = bench.output(half_size(pooled_to));
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_pack_forward(program, bench[oihw_slot], out_channels, x_shape.channels, 1,
                                     bench[weights_slot]);
            // With the map and without it.
            for (const HalfOutput& y :
                 {HalfOutput{&bench[map_slot], &bench[bits_slot], &bench[pooled_slot], pooling},
                  HalfOutput{nullptr, &bench[other_bits_slot], &bench[other_pooled_slot],
                             pooling}}) {
                record_half_conv3x3(program, variant, bench[x_slot], x_shape, bench[weights_slot],
                                    bench[bias_slot], y, out_channels, borders);
            }
            record_half_pool(program, bench[map_slot], y_shape, bench[afterwards_slot], pooling,
                             borders);
        },
        2));
    Verdict verdict;
    const Floats map = from_words(bench.result(map_slot), y_shape, verdict);
    verdict.relative(
        "map", map,
        reference::conv3x3(widen(x), x_shape, widen(oihw), widen(bias), out_channels, borders),
        half_bound(std::size_t{9} * x_shape.channels + 1));
    verdict.expect(same_bytes(bench.result(pooled_slot), bench.result(afterwards_slot)),
                   "it is not what the map pooled afterwards is");
    // Set where a gradient of 1 would arrive.
    const Values arrives = reference::pool_backward(
        widen(map), y_shape, Values(pooled_to.size(), 1.0), pooling, borders);
    verdict.expect(same_bytes(bench.result(bits_slot), bits_where(arrives, y_shape)),
                   "the bits do not lead to where the pool came from");
    verdict.expect(same_bytes(bench.result(bits_slot), bench.result(other_bits_slot)) &&
                       same_bytes(bench.result(pooled_slot), bench.result(other_pooled_slot)),
                   "it depends on whether the map is stored");
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
    const auto bits_slot = bench.input(bits_where(below, dx_shape));
    const auto padded_slot = bench.scratch(half_size(padded_shape));
    const auto dx_slot = bench.output(half_size(dx_shape));
    const auto by_bits_slot = mask ? bench.output(half_size(dx_shape)) : dx_slot;
    IMPASTO_TRY(bench.run(
        [&](gpu::Program& program) {
            record_half_pack_backward(program, bench[oihw_slot], dy_shape.channels, in_channels, 1,
                                      bench[weights_slot]);
            const auto backward = [&](const HalfMask& through, const gpu::Buffer& dx) {
                record_half_conv3x3_backward(program, variant, bench[dy_slot], dy_shape,
                                             bench[weights_slot], through, dx, in_channels, borders,
                                             &bench[padded_slot]);
            };
            backward({.map = mask ? &bench[mask_slot] : nullptr}, bench[dx_slot]);
            if (mask) {
                backward({.bits = &bench[bits_slot]}, bench[by_bits_slot]);
            }
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
    verdict.expect(same_bytes(bench.result(dx_slot), bench.result(by_bits_slot)),
                   "the bits of a mask do not do what the mask does");
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

}  // namespace impasto::nn
