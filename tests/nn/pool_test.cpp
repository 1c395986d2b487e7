#include "nn/pool.h"

#include "nn/pool_switches.h"
#include "nn/workbench.h"
#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

using testing::describe;
using testing::expect_passes;

class Pool : public testing::GpuFormTest {
  protected:
    std::vector<float> forward(const std::vector<float>& x, const Shape& shape, Pooling pooling,
                               Borders borders) {
        Workbench bench(stream());
        const auto x_slot = bench.input(x);
        const auto y_slot = bench.output(pooled_shape(shape, borders).size());
        const Status status = bench.run([&](gpu::Program& program) {
            record_pool(program, bench[x_slot], shape, bench[y_slot], pooling, borders);
        });
        EXPECT_TRUE(status) << status.error().message;
        return bench.result(y_slot);
    }
};

const Shape kShapes[] = {{1, 2, 2}, {3, 1, 6}, {2, 5, 1},   {1, 1, 1},
                         {5, 7, 8}, {4, 8, 7}, {3, 13, 27}, {2, 33, 66}};

bool leaves_something(const Shape& shape, Borders borders) {
    return pooled_shape(shape, borders).plane() > 0;
}

TEST_P(Pool, EqualsTheReference) {
    for (const Pooling pooling : {Pooling::kMax, Pooling::kAverage}) {
        for (const Borders borders : testing::every_border()) {
            for (const Shape& shape : kShapes) {
                if (leaves_something(shape, borders)) {
                    SCOPED_TRACE(describe(shape, borders));
                    expect_passes(check_pool(stream(), shape, pooling, borders));
                    expect_passes(check_pool_backward(stream(), shape, pooling, borders));
                }
            }
        }
    }
}

TEST_P(Pool, SwitchesLeadTheGradientToWhereThePoolDoes) {
    for (const Pooling pooling : {Pooling::kMax, Pooling::kAverage}) {
        for (const Borders borders : testing::every_border()) {
            for (const Shape& shape : kShapes) {
                if (!leaves_something(shape, borders)) {
                    continue;
                }
                SCOPED_TRACE(describe(shape, borders));
                if (pool_switches_size(shape, borders) > 0) {
                    expect_passes(check_pool_switches(stream(), shape, pooling, borders));
                } else {
                    EXPECT_TRUE(pool_overlaps(shape, borders));
                }
            }
        }
    }
}

TEST_P(Pool, MoreGroupsThanADeviceMustRun) {
    const Shape shape{1, 2051, 2050};
    expect_passes(check_pool_switches(stream(), {1, 4100, 4097}, Pooling::kMax, {}));
    expect_passes(check_pool_backward(stream(), shape, Pooling::kMax, {}));
    expect_passes(check_pool(stream(), {1, 4100, 4097}, Pooling::kMax, {}));
}

TEST_P(Pool, WrapMovesWithThePicture) {
    const Borders wrap{Border::kWrap, Border::kWrap};
    const Shape shape{3, 8, 12};
    testing::Numbers numbers(2);
    const auto x = numbers.floats(shape.size());
    for (const Pooling pooling : {Pooling::kMax, Pooling::kAverage}) {
        const auto y = forward(x, shape, pooling, wrap);
        EXPECT_EQ(forward(testing::rolled(x, shape, 2, -4), shape, pooling, wrap),
                  testing::rolled(y, {3, 4, 6}, 1, -2));
    }
}

TEST_P(Pool, MirrorsWithThePictureWhereTheWindowsDo) {
    const Shape shape{3, 6, 10};
    testing::Numbers numbers(2);
    const auto x = numbers.floats(shape.size());
    const auto y = forward(x, shape, Pooling::kMax, {});
    EXPECT_EQ(forward(testing::mirrored(x, shape), shape, Pooling::kMax, {}),
              testing::mirrored(y, {3, 3, 5}));
}

IMPASTO_BOTH_FORMS(Pool);

TEST(PoolShape, FloorsWithZerosAndRoundsUpElse) {
    EXPECT_EQ(pooled_shape({7, 5, 8}, {}), (Shape{7, 2, 4}));
    EXPECT_EQ(pooled_shape({7, 5, 9}, {Border::kReplicate, Border::kWrap}), (Shape{7, 3, 5}));
    EXPECT_EQ(pooled_shape({7, 1, 1}, {}), (Shape{7, 0, 0}));
}

TEST(PoolReference, FiniteDifferencesAgree) {
    testing::Numbers numbers(4);
    for (const Pooling pooling : {Pooling::kMax, Pooling::kAverage}) {
        for (const Borders borders : testing::every_border()) {
            const Shape shape{2, 5, 7};
            const auto x = numbers.doubles(shape.size(), 0.1, 1);
            const auto dy = numbers.doubles(pooled_shape(shape, borders).size());
            const auto gradient = reference::pool_backward(x, shape, dy, pooling, borders);
            for (std::size_t i = 0; i < x.size(); ++i) {
                auto up = x;
                auto down = x;
                up[i] += 1e-7;
                down[i] -= 1e-7;
                const double slope =
                    (reference::dot(dy, reference::pool(up, shape, pooling, borders)) -
                     reference::dot(dy, reference::pool(down, shape, pooling, borders))) /
                    2e-7;
                EXPECT_NEAR(slope, gradient[i], 1e-6) << describe(shape, borders);
            }
        }
    }
}

}  // namespace
}  // namespace impasto::nn
