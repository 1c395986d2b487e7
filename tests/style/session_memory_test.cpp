#include "style/session_memory.h"

#include "support/gpu_fixture.h"
#include "support/tiny_encoder.h"

namespace impasto::style {
namespace {

class SessionMemoryTest : public testing::GpuFormTest {
  protected:
    void SetUp() override {
        GpuFormTest::SetUp();
        if (device_ == nullptr) {
            return;  // skipped
        }
        auto network =
            encoder::Network::create(stream(), testing::tiny_encoder(13, 11), 12, nullptr);
        ASSERT_TRUE(network) << network.error().message;
        network_ = *std::move(network);
    }

    Result<std::uint64_t> bytes(std::uint32_t size) {
        return session_bytes(*network_, content_, styles_, options_, size);
    }

    std::unique_ptr<encoder::Network> network_;
    SessionOptions options_;
    Image content_ = testing::random_image(64, 64, 2);
    std::vector<Image> styles_{testing::random_image(64, 64, 3)};
};

TEST_P(SessionMemoryTest, NothingIsAllocated) {
    ASSERT_TRUE(bytes(512));
    ASSERT_TRUE(check_session_memory(*network_, content_, styles_, options_));
    EXPECT_EQ(device().bytes_peak(), 0u);
}

// A fourth of the pixels takes about a fourth of what grows with them.
TEST_P(SessionMemoryTest, GrowsWithThePixels) {
    const auto small = bytes(768);
    const auto middle = bytes(1536);
    const auto large = bytes(3072);
    if (GetParam() == testing::Form::kBindings) {
        return;  // the largest may be more than a binding holds
    }
    ASSERT_TRUE(small && middle && large);
    const double growth =
        static_cast<double>(*large - *middle) / static_cast<double>(*middle - *small);
    EXPECT_NEAR(growth, 4, 0.4);
}

// The longest buffer is the history of L-BFGS: three floats a pixel, 65 times.
TEST_P(SessionMemoryTest, ASizeWhoseBuffersFitABindingIsNamed) {
    const std::uint64_t most = device().limits().maxStorageBufferRange;
    options_.lbfgs_history = 64;
    options_.size = 1024;
    const std::uint64_t history = std::uint64_t{3} * 65 * options_.size * options_.size * 4;
    const auto found = check_session_memory(*network_, content_, styles_, options_);
    if (GetParam() == testing::Form::kAddresses || history <= most) {
        EXPECT_TRUE(found) << found.error().message;
        return;
    }
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::kOutOfMemory);
    EXPECT_NE(found.error().message.find(" binds at most "), std::string::npos)
        << found.error().message;
    const auto at = found.error().message.rfind(": size ");
    ASSERT_NE(at, std::string::npos) << found.error().message;
    options_.size = static_cast<std::uint32_t>(std::stoul(found.error().message.substr(at + 7)));
    EXPECT_GT(options_.size, 100u);
    EXPECT_TRUE(check_session_memory(*network_, content_, styles_, options_));
    options_.size += 32;
    EXPECT_FALSE(check_session_memory(*network_, content_, styles_, options_));
}

IMPASTO_BOTH_FORMS(SessionMemoryTest);

}  // namespace
}  // namespace impasto::style
