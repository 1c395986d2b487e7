#include "nn/normalize.h"

#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

class Normalize : public testing::GpuFormTest {};

const ChannelMap kMaps[] = {
    {},
    {{2, 1, 0}, {255, 255, 255}, {-103.939, -116.779, -123.68}},
    {{1, 2, 0}, {1 / 0.229, 1 / 0.224, 1 / 0.225}, {-2.118, -2.036, -1.804}}};

const std::size_t kPlanes[] = {1, 127, 128, 129, 20011};

TEST_P(Normalize, EqualsTheReference) {
    for (const ChannelMap& map : kMaps) {
        for (const std::size_t plane : kPlanes) {
            SCOPED_TRACE(plane);
            testing::expect_passes(check_normalize(stream(), plane, map, false));
            testing::expect_passes(check_normalize(stream(), plane, map, true));
        }
    }
}

TEST_P(Normalize, MoreGroupsThanADeviceMustRun) {
    const std::size_t plane = 8388611;
    if (device().capabilities().addresses ||
        device().limits().maxStorageBufferRange >= 7 * plane * sizeof(float)) {
        testing::expect_passes(check_normalize(stream(), plane, kMaps[2], false));
    }
    // Where a binding is shorter, so is every plane.
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
