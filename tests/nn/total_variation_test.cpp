#include "nn/total_variation.h"

#include <limits>

#include "nn/reduce.h"
#include "nn/workbench.h"
#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

using testing::describe;

class TotalVariation : public testing::GpuFormTest {
  protected:
    double on_device(const std::vector<float>& x, const Shape& shape, Borders borders) {
        Workbench bench(stream());
        const auto x_slot = bench.input(x);
        const auto gradient = bench.in_out(std::vector<float>(shape.size(), 0.0f));
        const auto weights = bench.input({1.0f});
        const auto partials = bench.output(kReducePartials);
        const Status status = bench.run([&](gpu::Program& program) {
            record_total_variation(program, bench[x_slot], shape, bench[gradient], bench[weights],
                                   0, bench[partials], 0, borders);
        });
        EXPECT_TRUE(status) << status.error().message;
        double sum = 0;
        for (const float partial : bench.result(partials)) {
            sum += static_cast<double>(partial);
        }
        return sum;
    }
};

TEST_P(TotalVariation, EqualsTheReference) {
    for (const Borders borders : testing::every_border()) {
        for (const Shape& shape : {Shape{1, 1, 1}, Shape{3, 1, 5}, Shape{3, 4, 1}, Shape{3, 2, 2},
                                   Shape{3, 17, 9}, Shape{1, 128, 131}, Shape{3, 75, 101}}) {
            SCOPED_TRACE(describe(shape, borders));
            testing::expect_passes(check_total_variation(stream(), shape, borders));
        }
    }
}

// The tell-tale of a diverged image: convolutions may swallow a NaN in their max(0, x).
TEST_P(TotalVariation, ANaNAnywhereShows) {
    const Shape shape{3, 9, 14};
    testing::Numbers numbers(1);
    for (const std::size_t at : {std::size_t{0}, std::size_t{200}, shape.size() - 1}) {
        auto x = numbers.floats(shape.size());
        x[at] = std::numeric_limits<float>::quiet_NaN();
        EXPECT_TRUE(std::isnan(on_device(x, shape, {}))) << at;
    }
}

TEST_P(TotalVariation, WrapHasNoSeam) {
    const Borders wrap{Border::kWrap, Border::kWrap};
    const Shape shape{3, 11, 7};
    testing::Numbers numbers(1);
    const auto x = numbers.floats(shape.size(), 0, 1);
    const double still = on_device(x, shape, wrap);
    for (const auto& [dy, dx] : {std::pair{1, 0}, {-4, 3}, {10, -6}}) {
        EXPECT_NEAR(on_device(testing::rolled(x, shape, dy, dx), shape, wrap), still, 1e-6 * still);
    }
}

IMPASTO_BOTH_FORMS(TotalVariation);

TEST(TotalVariationReference, ByHand) {
    // Rows 0 1 3 and 0 0 0: down 0 + 1 + 9 over 3, across 1 + 4 over 4.
    const std::vector<double> x{0, 1, 3, 0, 0, 0};
    EXPECT_DOUBLE_EQ(reference::total_variation(x, {1, 2, 3}, {}), 10.0 / 3 + 5.0 / 4);
    // Around the corner across: 9 more, over 6.
    EXPECT_DOUBLE_EQ(reference::total_variation(x, {1, 2, 3}, {Border::kZero, Border::kWrap}),
                     10.0 / 3 + 14.0 / 6);
}

TEST(TotalVariationReference, FiniteDifferencesAgree) {
    const Shape shape{2, 4, 3};
    testing::Numbers numbers(1);
    const auto x = numbers.doubles(shape.size());
    for (const Borders borders : testing::every_border()) {
        const auto gradient = reference::total_variation_gradient(x, shape, borders);
        for (std::size_t i = 0; i < x.size(); ++i) {
            auto up = x;
            auto down = x;
            up[i] += 1e-4;
            down[i] -= 1e-4;
            EXPECT_NEAR((reference::total_variation(up, shape, borders) -
                         reference::total_variation(down, shape, borders)) /
                            2e-4,
                        gradient[i], 1e-10)
                << describe(shape, borders);
        }
    }
}

}  // namespace
}  // namespace impasto::nn
