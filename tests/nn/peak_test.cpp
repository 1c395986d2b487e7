#include "nn/peak.h"

#include "support/gpu_fixture.h"

namespace impasto::nn {
namespace {

class PeakTest : public testing::GpuFormTest {};
IMPASTO_BOTH_FORMS(PeakTest);

// No kernel runs at a trillion trillion; anything works faster than a hand calculator.
TEST_P(PeakTest, IsPlausible) {
    const auto peak = measure_peak(stream());
    ASSERT_TRUE(peak) << peak.error().message;
    EXPECT_GT(peak->flops, 1e7);
    EXPECT_LT(peak->flops, 1e16);
    if (stream().device().capabilities().matrix.any()) {
        EXPECT_GT(peak->matrix_flops, 1e7);
        EXPECT_LT(peak->matrix_flops, 1e17);
    } else {
        EXPECT_EQ(peak->matrix_flops, 0);
    }
    EXPECT_GT(peak->bytes, 1e7);
    EXPECT_LT(peak->bytes, 1e14);
}

}  // namespace
}  // namespace impasto::nn
