#include "nn/normalize.h"

#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

class Normalize : public testing::GpuFormTest {};

const ChannelMap kMaps[] = {{},
                            {{2, 1, 0}, {255, 255, 255}, {-103.939f, -116.779f, -123.68f}},
                            {{1, 2, 0}, {4.367f, 4.464f, 4.444f}, {-2.118f, -2.036f, -1.804f}}};

TEST_P(Normalize, EqualsTheReference) {
    for (const ChannelMap& map : kMaps) {
        for (const std::size_t plane : {1, 127, 128, 129, 20011}) {
            SCOPED_TRACE(plane);
            testing::expect_passes(check_normalize(stream(), plane, map, false));
            testing::expect_passes(check_normalize(stream(), plane, map, true));
        }
    }
}

TEST_P(Normalize, MoreGroupsThanADeviceMustRun) {
    testing::expect_passes(check_normalize(stream(), 8388611, kMaps[2], false));
}

IMPASTO_BOTH_FORMS(Normalize);

TEST(NormalizeReference, BackwardIsTheAdjoint) {
    testing::Numbers numbers(1);
    const auto x = numbers.doubles(3 * 20);
    const auto dy = numbers.doubles(3 * 20);
    for (ChannelMap map : kMaps) {
        map.offset = {0, 0, 0};
        EXPECT_NEAR(reference::dot(reference::normalize(x, 20, map), dy),
                    reference::dot(x, reference::normalize_backward(dy, 20, map)), 1e-10);
    }
}

}  // namespace
}  // namespace impasto::nn
