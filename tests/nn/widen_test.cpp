#include "nn/widen.h"

#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

class Widen : public testing::GpuFormTest {};

// Every value there is, and numbers that end in the middle of a word or of a group.
TEST_P(Widen, EqualsTheHosts) {
    for (const std::size_t count : {1, 2, 3, 127, 128, 129, 0x10000, 0x10001}) {
        SCOPED_TRACE(count);
        testing::expect_passes(check_widen(stream(), count));
    }
}

IMPASTO_BOTH_FORMS(Widen);

}  // namespace
}  // namespace impasto::nn
