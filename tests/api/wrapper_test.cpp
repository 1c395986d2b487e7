// The C++ wrapper: what the first failure does to what follows, and its owners.
#include "api/hosted_fixture.h"
#include "impasto/impasto.hpp"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;
using impasto::testing::tiny_encoder;
using impasto::testing::weights_file;

class WrapperTest : public HostedTest {};

// Weights that cannot be loaded are empty, and empty weights are the built-in encoder's to C.
TEST_F(WrapperTest, WeightsThatFailAreNotTheBuiltInEncoder) {
    Impasto::Failure failure;
    const Impasto::Weights weights = Impasto::load_weights("/no/such/weights.pth", failure);
    EXPECT_EQ(weights, nullptr);
    const Impasto::Failure first = failure;
    EXPECT_EQ(first.result, IMPASTO_ERROR_INPUT);
    EXPECT_NE(first.message.find("weights.pth"), std::string::npos);
    const Impasto::Session session =
        Impasto::create_session(context_, weights.get(), content_, {style_}, options_, failure);
    EXPECT_EQ(session, nullptr);
    // Nor does anything else begin.
    EXPECT_EQ(Impasto::load_weights("builtin", failure), nullptr);
    EXPECT_EQ(failure.result, first.result);
    EXPECT_EQ(failure.message, first.message);
}

TEST_F(WrapperTest, OwnersOfAWholeRun) {
    use_little();
    Impasto::Failure failure;
    const auto bytes = weights_file(tiny_encoder(13, 11), folder_.path());
    const Impasto::Weights weights =
        Impasto::load_weights(bytes.data(), bytes.size(), "tiny", failure);
    const std::vector<float> rgb(std::size_t{3} * 40 * 30, 0.25f);
    const std::vector<float> alpha(std::size_t{40} * 30, 0.5f);
    const Impasto::Image content = Impasto::create_image(40, 30, rgb.data(), alpha.data(), failure);
    const Impasto::Session session = Impasto::create_session(context_, weights.get(), content.get(),
                                                             {style_}, options_, failure);
    ASSERT_EQ(failure.result, IMPASTO_SUCCESS) << failure.message;
    ASSERT_EQ(impasto_session_advance(session.get(), 1, nullptr), IMPASTO_SUCCESS);
    const Impasto::Snapshot begun =
        Impasto::session_snapshot(session.get(), IMPASTO_SNAPSHOT_WHOLE, failure);
    ASSERT_NE(begun.bytes, nullptr) << failure.message;
    ASSERT_EQ(impasto_session_run(session.get(), nullptr, nullptr), IMPASTO_SUCCESS);
    const Impasto::Image picture = Impasto::session_image(session.get(), failure);
    ASSERT_NE(picture, nullptr) << failure.message;
    EXPECT_EQ(impasto_image_alpha(picture.get())[0], 0.5f);
    EXPECT_TRUE(Impasto::restore_session(session.get(), begun, failure)) << failure.message;
    static_cast<char*>(begun.bytes.get())[begun.size / 2] ^= 1;
    EXPECT_FALSE(Impasto::restore_session(session.get(), begun, failure));
    EXPECT_EQ(failure.result, IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_NE(failure.message.find("damaged"), std::string::npos);
    EXPECT_EQ(Impasto::session_image(session.get(), failure), nullptr);
}

// A hosted session that is let go in the middle of its frames, and one that is not ready.
TEST_F(WrapperTest, AHostedSessionIsLetGoWhileItIsInFlight) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    {
        Impasto::Failure failure;
        const Impasto::HostedSession session =
            Impasto::create_hosted_session(context, weights_, source(content_), {source(style_)},
                                           options_, Impasto::make<ImpastoHosting>(), failure);
        ASSERT_NE(session, nullptr) << failure.message;
        EXPECT_EQ(Impasto::session_image(session.get(), failure), nullptr);
        EXPECT_EQ(failure.result, IMPASTO_SUCCESS) << failure.message;
        EXPECT_TRUE(frames(loop, session.get(), 1,
                           [](const ImpastoSliceReport& report) { return report.pictures >= 1; }));
    }
    loop.wait_idle();
    EXPECT_EQ(impasto_context_frame_completed(context, loop.frame()), IMPASTO_SUCCESS);
    impasto_context_destroy(context);
}

}  // namespace
