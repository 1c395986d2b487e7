#include "nn/blend.h"

#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

class Blend : public testing::GpuFormTest {};

const std::size_t kCounts[] = {1, 128, 1000, 131073, 300001};

TEST_P(Blend, EqualsTheReference) {
    for (const std::size_t count : kCounts) {
        SCOPED_TRACE(count);
        testing::expect_passes(check_blend(stream(), count, false));
        testing::expect_passes(check_blend(stream(), count, true));
    }
}

IMPASTO_BOTH_FORMS(Blend);

}  // namespace
}  // namespace impasto::nn
