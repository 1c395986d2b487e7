#include "nn/resize.h"

#include "nn/workbench.h"
#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

using testing::describe;

class Resize : public testing::GpuFormTest {
  protected:
    std::vector<float> on_device(const std::vector<float>& x, const Shape& from, const Shape& to,
                                 Borders borders) {
        Workbench bench(stream());
        const auto x_slot = bench.input(x);
        const auto scratch = bench.scratch(resize_scratch_size(from, to));
        const auto y_slot = bench.output(to.size());
        const Status status = bench.run([&](gpu::Program& program) {
            record_resize(program, bench[x_slot], from, bench[scratch], bench[y_slot], to, borders);
        });
        EXPECT_TRUE(status) << status.error().message;
        return bench.result(y_slot);
    }
};

TEST_P(Resize, EqualsTheReference) {
    for (const Borders borders : testing::every_border()) {
        for (const auto& [from, to] : {std::pair{Shape{3, 8, 8}, Shape{3, 16, 16}},
                                       {Shape{3, 17, 9}, Shape{3, 11, 23}},
                                       {Shape{1, 1, 1}, Shape{1, 7, 5}},
                                       {Shape{2, 40, 31}, Shape{2, 3, 1}},
                                       {Shape{3, 13, 13}, Shape{3, 13, 13}},
                                       {Shape{1, 2, 50}, Shape{1, 50, 2}}}) {
            SCOPED_TRACE(describe(from, borders) + " to " + describe(to));
            testing::expect_passes(check_resize(stream(), from, to, borders));
        }
    }
}

// The far end of a long row is as exact as its beginning.
TEST_P(Resize, LongRowsAreExact) {
    testing::expect_passes(check_resize(stream(), {1, 1, 8191}, {1, 1, 8189},
                                        {Border::kReplicate, Border::kReplicate}));
    testing::expect_passes(check_resize(stream(), {1, 1, 3001}, {1, 1, 8192},
                                        {Border::kReplicate, Border::kReplicate}));
}

TEST_P(Resize, TheSameSizeIsTheSamePicture) {
    const Shape shape{3, 9, 14};
    testing::Numbers numbers(1);
    const auto x = numbers.floats(shape.size());
    for (const Borders borders : testing::every_border()) {
        EXPECT_EQ(on_device(x, shape, shape, borders), x) << describe(shape, borders);
    }
}

TEST_P(Resize, AConstantStaysConstantWithinItsBorders) {
    const Shape from{1, 10, 7};
    const Shape to{1, 23, 5};
    const std::vector<float> x(from.size(), 0.7f);
    for (const Border border : {Border::kReplicate, Border::kWrap}) {
        for (const float v : on_device(x, from, to, {border, border})) {
            EXPECT_NEAR(v, 0.7f, 1e-6f);
        }
    }
}

TEST_P(Resize, WrapMovesWithThePicture) {
    const Borders wrap{Border::kWrap, Border::kWrap};
    const Shape from{3, 10, 8};
    const Shape to{3, 20, 4};
    testing::Numbers numbers(1);
    const auto x = numbers.floats(from.size());
    const auto y = testing::rolled(on_device(x, from, to, wrap), to, 6, -1);
    const auto moved = on_device(testing::rolled(x, from, 3, -2), from, to, wrap);
    for (std::size_t i = 0; i < y.size(); ++i) {
        EXPECT_NEAR(y[i], moved[i], 1e-6f);
    }
}

TEST_P(Resize, MoreGroupsThanADeviceMustRun) {
    testing::expect_passes(check_resize(stream(), {1, 2, 1500}, {1, 2800, 1501}, {}));
    testing::expect_passes(check_resize(stream(), {3, 22000, 2}, {3, 20, 3}, {}));
}

IMPASTO_BOTH_FORMS(Resize);

// Pillow's BICUBIC of 0 0 1 0 0 0 halved and doubled, away from the edges (where the border
// decides).
TEST(ResizeReference, IsPillowsBicubic) {
    const auto half = reference::resize_matrix(8, 4, Border::kReplicate);
    // Centre 2.5 in the source; distances .25 .75 1.25 1.75 of the widened kernel.
    const double near = (1.5 * .25 - 2.5) * .25 * .25 + 1;
    const double next = (1.5 * .75 - 2.5) * .75 * .75 + 1;
    const double third = ((-.5 * 1.25 + 2.5) * 1.25 - 4) * 1.25 + 2;
    const double last = ((-.5 * 1.75 + 2.5) * 1.75 - 4) * 1.75 + 2;
    const double sum = 2 * (near + next + third + last);
    EXPECT_NEAR(half[1 * 8 + 2], near / sum, 1e-15);
    EXPECT_NEAR(half[1 * 8 + 1], next / sum, 1e-15);
    EXPECT_NEAR(half[1 * 8 + 5], third / sum, 1e-15);
    EXPECT_NEAR(half[1 * 8 + 6], last / sum, 1e-15);
}

}  // namespace
}  // namespace impasto::nn
