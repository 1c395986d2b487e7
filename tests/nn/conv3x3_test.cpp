#include "nn/conv3x3.h"

#include "nn/workbench.h"
#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

using testing::describe;
using testing::expect_passes;
using testing::Numbers;
using testing::some_borders;
using testing::widened;

class Conv3x3 : public testing::GpuFormTest {
  protected:
    // conv with the weights `oihw`, no bias, on the device. All outputs positive or cut to 0.
    std::vector<float> forward(const std::vector<float>& x, const Shape& shape,
                               const std::vector<float>& oihw, std::uint32_t out, Borders borders) {
        Workbench bench(stream());
        const auto x_slot = bench.input(x);
        const auto w_slot = bench.input(pack_forward(oihw, out, shape.channels));
        const auto bias_slot = bench.input(std::vector<float>(out, 0.25f));
        const auto y_slot = bench.output(out * shape.plane());
        const Status status = bench.run([&](gpu::Program& program) {
            record_conv3x3(program, ConvVariant::kDirect, bench[x_slot], shape,
                           {&bench[w_slot], nullptr}, bench[bias_slot], bench[y_slot], out, borders,
                           {});
        });
        EXPECT_TRUE(status) << status.error().message;
        return bench.result(y_slot);
    }
};

// Rows come in strips of 8 and channels in blocks of 8: sides and channels around both, 1, and more
// than one workgroup of strips.
const Shape kShapes[] = {{1, 1, 1},  {3, 1, 7},  {3, 7, 1},   {8, 2, 2},    {9, 8, 8},
                         {3, 9, 17}, {7, 16, 5}, {16, 15, 3}, {17, 33, 10}, {2, 19, 70}};

TEST_P(Conv3x3, ForwardEqualsTheReference) {
    for (const Borders borders : some_borders()) {
        for (const Shape& shape : kShapes) {
            for (const std::uint32_t out : {1u, 8u, 19u}) {
                SCOPED_TRACE(describe(shape, borders) + " to " + std::to_string(out));
                expect_passes(
                    check_conv3x3(stream(), shape, out, borders, ConvVariant::kDirect, out));
                expect_passes(
                    check_conv3x3(stream(), shape, out, borders, ConvVariant::kWinograd, out));
            }
        }
    }
}

TEST_P(Conv3x3, BackwardEqualsTheReference) {
    for (const Borders borders : some_borders()) {
        for (const Shape& shape : kShapes) {
            for (const bool mask : {false, true}) {
                SCOPED_TRACE(describe(shape, borders) + (mask ? ", masked" : ""));
                for (const auto variant : {ConvVariant::kDirect, ConvVariant::kWinograd}) {
                    expect_passes(check_conv3x3_backward(stream(), shape, mask ? 11 : 3, borders,
                                                         mask, variant));
                }
            }
        }
    }
}

// <conv x, dy> = <x, conv^T dy>, the device's two results against each other.
TEST_P(Conv3x3, BackwardIsTheAdjointOfForward) {
    const Shape shape{5, 9, 11};
    const std::uint32_t out = 7;
    Numbers numbers(3);
    // Positive throughout, so that the ReLU lets everything pass.
    const auto x = numbers.floats(shape.size(), 0, 1);
    const auto oihw = numbers.floats(std::size_t{9} * out * shape.channels, 0, 1);
    const auto dy = numbers.floats(out * shape.plane());
    for (const Borders borders : some_borders()) {
        SCOPED_TRACE(describe(shape, borders));
        const auto y = forward(x, shape, oihw, out, borders);
        Workbench bench(stream());
        const auto dy_slot = bench.input(dy);
        const auto w_slot = bench.input(pack_backward(oihw, out, shape.channels));
        const auto padded = bench.scratch(std::size_t{shape.channels} * 11 * 13);
        const auto dx_slot = bench.output(shape.size());
        const Status status = bench.run([&](gpu::Program& program) {
            record_conv3x3_backward(program, ConvVariant::kDirect, bench[dy_slot],
                                    {out, shape.height, shape.width}, {&bench[w_slot], nullptr},
                                    nullptr, bench[dx_slot], shape.channels, borders,
                                    {&bench[padded], nullptr, nullptr});
        });
        ASSERT_TRUE(status) << status.error().message;
        double left = 0;
        for (std::size_t i = 0; i < y.size(); ++i) {
            left += (static_cast<double>(y[i]) - 0.25) * static_cast<double>(dy[i]);
        }
        const double right = reference::dot(widened(x), widened(bench.result(dx_slot)));
        const double size = std::sqrt(reference::dot(widened(y), widened(y)) *
                                      reference::dot(widened(dy), widened(dy)));
        EXPECT_LT(std::abs(left - right) / size, 1e-7);
    }
}

// A picture that wraps has no origin: moving it moves the result, to the bit.
TEST_P(Conv3x3, WrapHasNoSeam) {
    const Borders wrap{Border::kWrap, Border::kWrap};
    for (const Shape& shape : {Shape{3, 13, 9}, Shape{4, 8, 16}, Shape{2, 1, 5}}) {
        Numbers numbers(5);
        const auto x = numbers.floats(shape.size());
        const auto oihw = numbers.floats(std::size_t{9} * 6 * shape.channels);
        const auto y = forward(x, shape, oihw, 6, wrap);
        for (const auto& [dy, dx] : {std::pair{1, 0}, {0, -3}, {5, 7}, {-11, 4}}) {
            SCOPED_TRACE(describe(shape) + " moved by " + std::to_string(dy) + ", " +
                         std::to_string(dx));
            EXPECT_EQ(forward(testing::rolled(x, shape, dy, dx), shape, oihw, 6, wrap),
                      testing::rolled(y, {6, shape.height, shape.width}, dy, dx));
        }
    }
}

TEST_P(Conv3x3, MirroredWeightsAndPictureMakeAMirroredResult) {
    const Shape shape{4, 9, 12};
    Numbers numbers(6);
    const auto x = numbers.floats(shape.size());
    const auto oihw = numbers.floats(std::size_t{9} * 8 * 4);
    for (const Borders borders : some_borders()) {
        SCOPED_TRACE(describe(shape, borders));
        const auto y = forward(x, shape, oihw, 8, borders);
        const auto other =
            testing::mirrored(forward(testing::mirrored(x, shape), shape,
                                      testing::mirrored(oihw, Shape{32, 3, 3}), 8, borders),
                              {8, shape.height, shape.width});
        double worst = 0;
        for (std::size_t i = 0; i < y.size(); ++i) {
            worst = std::max(worst,
                             std::abs(static_cast<double>(y[i]) - static_cast<double>(other[i])));
        }
        EXPECT_LT(worst, 2e-6);  // taps are summed in another order
    }
}

IMPASTO_BOTH_FORMS(Conv3x3);

TEST(Conv3x3Reference, FiniteDifferencesAgree) {
    const Shape shape{2, 5, 4};
    Numbers numbers(7);
    const auto x = numbers.doubles(shape.size());
    const auto oihw = numbers.doubles(std::size_t{9} * 3 * 2);
    const auto dy = numbers.doubles(3 * shape.plane());
    for (const Borders borders : testing::every_border()) {
        const auto gradient = reference::conv3x3_backward(dy, {3, 5, 4}, oihw, 2, borders);
        for (std::size_t i = 0; i < x.size(); ++i) {
            auto moved = x;
            moved[i] += 1;  // linear: any step will do
            const double slope =
                reference::dot(dy, reference::conv3x3(moved, shape, oihw, {}, 3, borders)) -
                reference::dot(dy, reference::conv3x3(x, shape, oihw, {}, 3, borders));
            EXPECT_NEAR(slope, gradient[i], 1e-12) << describe(shape, borders);
        }
    }
}

TEST(Conv3x3Reference, ByHand) {
    // 2x2 map, one channel, weights 1..9: the centre tap is 5, the one to its right 6.
    const std::vector<double> x{1, 10, 100, 1000};
    const std::vector<double> w{1, 2, 3, 4, 5, 6, 7, 8, 9};
    const Shape shape{1, 2, 2};
    EXPECT_EQ(reference::conv3x3(x, shape, w, {}, 1, {})[0], 5 + 60 + 800 + 9000);
    EXPECT_EQ(reference::conv3x3(x, shape, w, {}, 1, {Border::kReplicate, Border::kReplicate})[0],
              (1 + 2 + 4 + 5) * 1 + (3 + 6) * 10 + (7 + 8) * 100 + 9 * 1000);
    EXPECT_EQ(reference::conv3x3(x, shape, w, {}, 1, {Border::kWrap, Border::kZero})[0],
              5 + 60 + (2 + 8) * 100 + (3 + 9) * 1000);
}

TEST(Conv3x3Packing, HoldsEveryWeightOnce) {
    std::vector<float> oihw(std::size_t{9} * 10 * 3);
    for (std::size_t i = 0; i < oihw.size(); ++i) {
        oihw[i] = static_cast<float>(i + 1);
    }
    for (const auto& packed : {pack_forward(oihw, 10, 3), pack_backward(oihw, 10, 3)}) {
        std::vector<int> seen(oihw.size(), 0);
        for (const float v : packed) {
            if (v != 0) {
                ++seen[static_cast<std::size_t>(v) - 1];
            }
        }
        EXPECT_EQ(seen, std::vector<int>(oihw.size(), 1));
    }
    EXPECT_EQ(pack_forward(oihw, 10, 3).size(), packed_size(10, 3));
    EXPECT_EQ(pack_backward(oihw, 10, 3).size(), packed_size(3, 10));
}

}  // namespace
}  // namespace impasto::nn
