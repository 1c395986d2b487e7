#include "nn/adam.h"

#include <limits>

#include "nn/workbench.h"
#include "support/gpu_fixture.h"
#include "support/nn_check.h"
#include "torch_paths.h"

namespace impasto::nn {
namespace {

class Adam : public testing::GpuFormTest {};

const std::size_t kCounts[] = {1, 128, 1001, 131073, 200003};

TEST_P(Adam, EqualsTheReference) {
    for (const std::size_t count : kCounts) {
        SCOPED_TRACE(count);
        testing::expect_passes(check_adam(stream(), count, 2));
    }
    testing::expect_passes(check_adam(stream(), 100, 40));
}

TEST_P(Adam, FollowsTorch) {
    for (const char* function : {"quadratic", "rosenbrock"}) {
        const testing::Path path = testing::torch_path("adam", function);
        ASSERT_EQ(path.points.size(), 30u);
        std::vector<float> x(path.start.begin(), path.start.end());
        std::vector<float> m(x.size(), 0.0f);
        std::vector<float> v(x.size(), 0.0f);
        std::vector<float> state(1, 0.0f);
        for (std::size_t step = 0; step < path.points.size(); ++step) {
            const auto at = path.function(testing::widened(x));
            EXPECT_NEAR(at.loss, path.losses[step], 1e-4 * path.losses[step]);
            Workbench bench(stream());
            const auto x_slot = bench.in_out(x);
            const auto g_slot = bench.input({at.gradient.begin(), at.gradient.end()});
            const auto m_slot = bench.in_out(m);
            const auto v_slot = bench.in_out(v);
            const auto state_slot = bench.in_out(state);
            const Status status = bench.run([&](gpu::Program& program) {
                record_adam(program, bench[x_slot], bench[g_slot], bench[m_slot], bench[v_slot],
                            bench[state_slot], x.size(), {});
            });
            ASSERT_TRUE(status) << status.error().message;
            x = bench.result(x_slot);
            m = bench.result(m_slot);
            v = bench.result(v_slot);
            state = bench.result(state_slot);
            for (std::size_t i = 0; i < x.size(); ++i) {
                EXPECT_NEAR(x[i], path.points[step][i], 2e-5) << function << " step " << step;
                EXPECT_GE(x[i], 0.0f);
                EXPECT_LE(x[i], 1.0f);
            }
        }
    }
}

IMPASTO_BOTH_FORMS(Adam);

TEST(AdamReference, IsTorch) {
    for (const char* function : {"quadratic", "rosenbrock"}) {
        const testing::Path path = testing::torch_path("adam", function);
        ASSERT_EQ(path.points.size(), 30u);
        AdamOptions options;
        reference::Adam adam(options);
        testing::Point x = path.start;
        for (std::size_t step = 0; step < path.points.size(); ++step) {
            adam.step(x, path.function(x).gradient);
            for (std::size_t i = 0; i < x.size(); ++i) {
                // The options are floats: 0.02f is 2e-8 off 0.02.
                EXPECT_NEAR(x[i], path.points[step][i], 1e-6) << function << " step " << step;
            }
        }
    }
}

}  // namespace
}  // namespace impasto::nn
