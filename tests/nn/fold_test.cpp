#include "nn/fold.h"

#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

class Fold : public testing::GpuFormTest {};

TEST_P(Fold, EqualsTheReference) {
    for (const Borders borders : testing::every_border()) {
        for (const Shape& shape :
             {Shape{1, 1, 1}, Shape{3, 1, 9}, Shape{2, 8, 1}, Shape{5, 13, 17}}) {
            for (const bool mask : {false, true}) {
                SCOPED_TRACE(testing::describe(shape, borders));
                testing::expect_passes(check_fold(stream(), shape, borders, mask));
            }
        }
    }
}

TEST_P(Fold, MoreGroupsThanADeviceMustRun) {
    testing::expect_passes(
        check_fold(stream(), {1, 2050, 2051}, {Border::kReplicate, Border::kReplicate}, false));
}

IMPASTO_BOTH_FORMS(Fold);

TEST(FoldReference, IsTheAdjointOfPadding) {
    const Shape shape{2, 4, 3};
    testing::Numbers numbers(1);
    const auto x = numbers.doubles(shape.size());
    const auto padded = numbers.doubles(std::size_t{2} * 6 * 5);
    for (const Borders borders : testing::every_border()) {
        EXPECT_NEAR(reference::dot(reference::pad(x, shape, borders), padded),
                    reference::dot(x, reference::unpad(padded, shape, borders)), 1e-13);
    }
}

}  // namespace
}  // namespace impasto::nn
