#include "nn/objective.h"

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
