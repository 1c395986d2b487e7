#include "nn/reduce.h"

#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

class Reduce : public testing::GpuFormTest {};

// Around a workgroup, around one round of all groups, and several rounds.
const std::size_t kCounts[] = {1, 2, 127, 128, 129, 16383, 16384, 16385, 100001};

TEST_P(Reduce, EqualsTheReference) {
    for (const std::size_t count : kCounts) {
        SCOPED_TRACE(count);
        testing::expect_passes(check_dot(stream(), count));
        testing::expect_passes(check_difference(stream(), count));
        testing::expect_passes(check_difference_gradient(stream(), count, false));
        testing::expect_passes(check_difference_gradient(stream(), count, true));
    }
}

IMPASTO_BOTH_FORMS(Reduce);

}  // namespace
}  // namespace impasto::nn
