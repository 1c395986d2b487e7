#include "nn/half.h"

#include <cstring>

#include "base/float16.h"
#include "nn/workbench.h"
#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

using testing::describe;
using testing::expect_passes;
using testing::some_borders;

class Half : public testing::GpuFormTest {
  protected:
    // The variants that the device runs.
    std::vector<ConvVariant> variants() {
        std::vector<ConvVariant> all{ConvVariant::kHalf};
        if (stream().device().capabilities().matrix.any()) {
            all.push_back(ConvVariant::kMatrix);
            all.push_back(ConvVariant::kMatrixWide);
        }
        return all;
    }
    // Kernels for matrix units take drivers on the CPU seconds to compile.
    static std::vector<Borders> borders_for(ConvVariant variant) {
        return variant == ConvVariant::kHalf
                   ? some_borders()
                   : std::vector<Borders>{{Border::kReplicate, Border::kWrap}};
    }
};

// Tiles are 8 or 16 rows of 16 pixels, 64 or 128 output channels, 16 or 32 input channels at a
// time: sides and channels around them, and 1.
const Shape kShapes[] = {{1, 1, 1},   {3, 1, 17},  {16, 8, 16},
                         {17, 17, 5}, {40, 9, 33}, {64, 16, 16}};

TEST_P(Half, ConvolutionEqualsTheReference) {
    for (const ConvVariant variant : variants()) {
        for (const Borders borders : borders_for(variant)) {
            for (const Shape& shape : kShapes) {
                const std::uint32_t out = shape.channels == 40 ? 130 : 19;
                SCOPED_TRACE(std::string(variant_name(variant)) + " " + describe(shape, borders));
                expect_passes(check_half_conv3x3(stream(), shape, out, borders, variant));
                expect_passes(check_half_conv3x3_backward(stream(), shape, out, borders,
                                                          shape.channels % 2 == 0, variant));
            }
        }
    }
}

// Windows at the ends of tiles and of maps. Nothing of a pool depends on the border of an even
// side.
TEST_P(Half, PoolsInTheConvolutionEqualTheReference) {
    for (const ConvVariant variant : variants()) {
        for (const Pooling pooling : {Pooling::kMax, Pooling::kAverage}) {
            if (pooling == Pooling::kAverage && variant != ConvVariant::kHalf) {
                continue;  // the same lines, seconds to compile
            }
            const auto check = [&](const Shape& shape, std::uint32_t out, Borders borders) {
                SCOPED_TRACE(std::string(variant_name(variant)) + " " + describe(shape, borders));
                expect_passes(
                    check_half_conv3x3_pooled(stream(), shape, out, pooling, borders, variant));
            };
            check({3, 2, 2}, 19, {});
            check({40, 18, 34}, 130, {});
            check({16, 9, 33}, 64, {});
            if (pooling == Pooling::kMax) {
                check({17, 16, 18}, 16, {Border::kWrap, Border::kReplicate});
            }
        }
    }
}

TEST_P(Half, FirstLayerEqualsTheReference) {
    for (const Borders borders : some_borders()) {
        for (const Shape& shape : {Shape{3, 1, 1}, Shape{3, 9, 33}, Shape{6, 17, 5}}) {
            SCOPED_TRACE(describe(shape, borders));
            for (const std::uint32_t out : {1u, 8u, 25u}) {
                expect_passes(check_half_conv3x3_first(stream(), shape, out, borders));
            }
        }
        for (const Shape& shape : {Shape{1, 1, 1}, Shape{64, 9, 33}, Shape{80, 5, 3}}) {
            SCOPED_TRACE(describe(shape, borders));
            expect_passes(check_half_conv3x3_image(stream(), shape, 3, borders));
        }
    }
}

TEST_P(Half, PoolsEqualTheReference) {
    for (const Borders borders : testing::every_border()) {
        for (const Shape& shape : {Shape{3, 2, 2}, Shape{17, 5, 7}, Shape{16, 8, 9}}) {
            for (const Pooling pooling : {Pooling::kMax, Pooling::kAverage}) {
                SCOPED_TRACE(describe(shape, borders));
                expect_passes(check_half_pool(stream(), shape, pooling, borders));
                expect_passes(check_half_pool_backward(stream(), shape, pooling, borders));
            }
        }
    }
}

// Tiles of 64 channels, panels of 32 pixels, chunks of 1024.
TEST_P(Half, GramEqualsTheReference) {
    for (const ConvVariant variant : variants()) {
        for (const Shape& shape :
             {Shape{1, 1, 1}, Shape{19, 5, 7}, Shape{64, 33, 32}, Shape{130, 3, 11}}) {
            for (const bool weighted : {false, true}) {
                SCOPED_TRACE(std::string(variant_name(variant)) + " " + describe(shape));
                expect_passes(check_half_gram(stream(), shape, weighted, variant));
                expect_passes(
                    check_half_gram_backward(stream(), shape, weighted, !weighted, variant));
            }
        }
    }
}

TEST_P(Half, DifferenceEqualsTheReference) {
    for (const Shape& shape : {Shape{1, 1, 1}, Shape{19, 5, 7}, Shape{64, 65, 64}}) {
        for (const bool accumulate : {false, true}) {
            SCOPED_TRACE(describe(shape));
            expect_passes(check_half_difference_gradient(stream(), shape, accumulate));
        }
    }
}

// What the format cannot hold becomes its largest value, not infinity; packing rounds to nearest.
TEST_P(Half, PackingRoundsAndSaturates) {
    const std::vector<float> values{1.0f,    -2.5f,   1e6f,       -1e6f,   65504.0f,
                                    65519.f, 2.0019f, 1.0004884f, 0.66667f};
    Workbench bench(stream());
    const auto from = bench.input(values);  // 1x1 of 3x3 taps: 9 values
    const auto packed = bench.output(half_weights_size(1, 1));
    const Status status = bench.run([&](gpu::Program& program) {
        record_half_pack_forward(program, bench[from], 1, 1, 1, bench[packed]);
    });
    ASSERT_TRUE(status) << status.error().message;
    std::vector<std::uint16_t> halves(bench.result(packed).size() * 2);
    std::memcpy(halves.data(), bench.result(packed).data(), halves.size() * 2);
    for (std::size_t tap = 0; tap < 9; ++tap) {
        const float want = std::clamp(values[tap], -65504.0f, 65504.0f);
        EXPECT_EQ(halves[tap * 256], float_to_half(want)) << values[tap];
        EXPECT_EQ(halves[tap * 256 + 1], 0);
    }
}

TEST_P(Half, UnpackingIsExact) {
    const Shape shape{5, 3, 4};
    std::vector<std::uint16_t> halves(shape.plane() * 16);
    for (std::size_t i = 0; i < halves.size(); ++i) {
        halves[i] = float_to_half(static_cast<float>(i) * 0.25f);
    }
    std::vector<float> words(half_size(shape));
    std::memcpy(words.data(), halves.data(), halves.size() * 2);
    Workbench bench(stream());
    const auto from = bench.input(words);
    const auto to = bench.output(shape.size());
    const Status status = bench.run([&](gpu::Program& program) {
        record_half_unpack(program, bench[from], shape, 0.5f, bench[to]);
    });
    ASSERT_TRUE(status) << status.error().message;
    for (std::size_t c = 0; c < shape.channels; ++c) {
        for (std::size_t i = 0; i < shape.plane(); ++i) {
            EXPECT_EQ(bench.result(to)[c * shape.plane() + i],
                      0.125f * static_cast<float>(i * 16 + c));
        }
    }
}

IMPASTO_BOTH_FORMS(Half);

}  // namespace
}  // namespace impasto::nn
