#include "nn/objective.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

const std::size_t kCounts[] = {1, 1000, 300001};

class Objective : public testing::GpuFormTest {};

// Six losses through a ring of four: the third NaN, the fourth the best.
TEST_P(Objective, RecordsLossesAndKeepsTheBestImage) {
    for (const auto& [content, style] : {std::pair{0u, 0u}, {1u, 0u}, {0u, 5u}, {3u, 13u}}) {
        for (const std::size_t count : kCounts) {
            SCOPED_TRACE(std::to_string(content) + " and " + std::to_string(style) + " terms, " +
                         std::to_string(count));
            testing::expect_passes(check_objective(stream(), content, style, count));
        }
    }
}

// Totals by TV alone: of what follows a divergence no more counts than was said, until it is over.
TEST_P(Objective, NothingBeyondADivergenceIsKept) {
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    struct Step {
        float total;
        bool diverges;
        bool kept;
    };
    constexpr Step kSteps[] = {{4, false, true},    {2, false, true},     {20, false, false},
                               {21, true, false},   {1, false, true},     {0.5f, false, false},
                               {kNan, true, false}, {0.25f, false, false}};
    constexpr Step kAfterwards[] = {{0.75f, false, true}, {kNan, true, false}, {0.5f, false, true}};
    const ObjectiveLayout layout{0, 0};
    gpu::Arena arena(device(), gpu::MemoryKind::kHost);
    const gpu::Buffer& partials = arena.reserve(layout.partial_words());
    const gpu::Buffer& factors = arena.reserve(layout.words());
    const gpu::Buffer& state = arena.reserve(kObjectiveStateWords);
    const gpu::Buffer& record = arena.reserve(layout.record_words());
    const gpu::Buffer& x = arena.reserve(1);
    const gpu::Buffer& best = arena.reserve(1);
    ASSERT_TRUE(arena.commit("a test"));
    std::memset(state.mapped, 0, state.bytes);
    std::fill_n(static_cast<float*>(partials.mapped), layout.partial_words(), 0.0f);
    std::fill_n(static_cast<float*>(factors.mapped), layout.words(), 1.0f);
    gpu::Program evaluate(device());
    record_objective(evaluate, layout, partials, factors, state, record, 1, {10, 1});
    record_keep_best(evaluate, x, best, state, 1);
    ASSERT_TRUE(evaluate.finish());
    gpu::Program over(device());
    record_divergence_over(over, state);
    ASSERT_TRUE(over.finish());
    float number = 0;
    float expected = 0;
    const auto step = [&](const Step& next) {
        SCOPED_TRACE(next.total);
        *static_cast<float*>(partials.mapped) = next.total;
        *static_cast<float*>(x.mapped) = ++number;
        ASSERT_TRUE(stream().run(evaluate));
        const auto* losses = static_cast<const float*>(record.mapped);
        EXPECT_EQ(losses[ObjectiveLayout::kDiverged], next.diverges ? 1.0f : 0.0f);
        expected = next.kept ? number : expected;
        EXPECT_EQ(*static_cast<const float*>(best.mapped), expected);
    };
    for (const Step& next : kSteps) {
        step(next);
    }
    ASSERT_TRUE(stream().run(over));
    for (const Step& next : kAfterwards) {
        step(next);
    }
}

IMPASTO_BOTH_FORMS(Objective);

TEST(ObjectiveLayout, NothingOverlaps) {
    const ObjectiveLayout layout{2, 3};
    EXPECT_EQ(layout.loss_factor(0), 3u);
    EXPECT_EQ(layout.gradient_factor(0), layout.loss_factor(4) + 1);
    EXPECT_EQ(layout.words(), layout.gradient_factor(4) + 1);
    EXPECT_EQ(layout.term_partial(0) - layout.tv_partial(), 128u);
    EXPECT_EQ(layout.partial_words(), layout.term_partial(4) + 128);
}

}  // namespace
}  // namespace impasto::nn
