// Snapshots of the picture alone, of both kinds of sessions. (Those of the whole: hosted_test.cpp.)
#include <cstring>

#include "api/hosted_fixture.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;

class SnapshotTest : public HostedTest {
  protected:
    void TearDown() override {
        impasto_free(bytes_);
        HostedTest::TearDown();
    }

    std::vector<ImpastoLosses> losses(ImpastoSession* session) {
        std::vector<ImpastoLosses> all(40);
        all.resize(impasto_session_losses(session, 0, 40, all.data()));
        return all;
    }

    ImpastoProgress progress(ImpastoSession* session) {
        ImpastoProgress now{};
        now.struct_size = sizeof now;
        EXPECT_EQ(impasto_session_progress(session, &now), IMPASTO_SUCCESS);
        return now;
    }

    void* bytes_ = nullptr;
    std::size_t size_ = 0;
};

// From a hosted session in mid-run to another hosted one, and to one of the other kind.
TEST_F(SnapshotTest, APictureIsTakenAndGoneOnFrom) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_TRUE(frames(loop, session, 1, [&](const ImpastoSliceReport&) {
        return progress(session).total_iterations >= 2;
    }));
    ASSERT_EQ(impasto_session_pause(session, 1), IMPASTO_SUCCESS);
    // Both kinds at once: each request has its own answer.
    void* whole = nullptr;
    std::size_t whole_size = 0;
    EXPECT_EQ(impasto_session_snapshot(session, IMPASTO_SNAPSHOT_WHOLE, &whole, &whole_size),
              IMPASTO_NOT_READY);
    ASSERT_TRUE(frames(loop, session, 1, [&](const ImpastoSliceReport&) {
        return impasto_session_snapshot(session, IMPASTO_SNAPSHOT_PICTURE, &bytes_, &size_) ==
               IMPASTO_SUCCESS;
    }));
    ASSERT_TRUE(frames(loop, session, 1, [&](const ImpastoSliceReport&) {
        return impasto_session_snapshot(session, IMPASTO_SNAPSHOT_WHOLE, &whole, &whole_size) ==
               IMPASTO_SUCCESS;
    }));
    const std::vector<float> shown = picture(loop, session);
    const std::vector<ImpastoLosses> before = losses(session);
    const ImpastoProgress taken = progress(session);
    ASSERT_EQ(taken.total_iterations, before.size());
    EXPECT_LE(size_, shown.size() * sizeof(float) + before.size() * sizeof(ImpastoLosses) + 1000);
    EXPECT_GE(whole_size, 10 * size_);
    impasto_free(whole);
    loop.wait_idle();
    impasto_session_destroy(session);

    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_EQ(impasto_session_pause(session, 1), IMPASTO_SUCCESS);
    ASSERT_TRUE(frames(loop, session, 1, [&](const ImpastoSliceReport&) {
        return impasto_session_restore(session, bytes_, size_) == IMPASTO_SUCCESS;
    }));
    EXPECT_EQ(picture(loop, session), shown);
    EXPECT_EQ(progress(session).scale, taken.scale);
    EXPECT_EQ(progress(session).iteration, taken.iteration);
    std::uint32_t count = 9;
    EXPECT_EQ(impasto_session_layer_losses(session, nullptr, &count), IMPASTO_SUCCESS);
    EXPECT_EQ(count, 0u);
    ASSERT_EQ(impasto_session_pause(session, 0), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_end(loop, session, 1));
    const std::vector<float> expected = picture(loop, session);
    const std::vector<ImpastoLosses> all = losses(session);
    ASSERT_EQ(all.size(), 7u);
    EXPECT_EQ(std::memcmp(all.data(), before.data(), before.size() * sizeof(ImpastoLosses)), 0);
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);

    ImpastoContextOptions options{};
    options.struct_size = sizeof options;
    options.tier = "direct";
    ImpastoContext* own = nullptr;
    ASSERT_EQ(impasto_context_create(&options, &own, message_, sizeof message_), IMPASTO_SUCCESS);
    ASSERT_EQ(create(own, &session), IMPASTO_SUCCESS);
    ASSERT_EQ(impasto_session_restore(session, bytes_, size_), IMPASTO_SUCCESS)
        << impasto_session_message(session);
    // Again from the same place: the same bytes, which is the same picture.
    void* again = nullptr;
    std::size_t again_size = 0;
    ASSERT_EQ(impasto_session_snapshot(session, IMPASTO_SNAPSHOT_PICTURE, &again, &again_size),
              IMPASTO_SUCCESS);
    EXPECT_EQ(again_size, size_);
    impasto_free(again);
    ASSERT_EQ(impasto_session_run(session, nullptr, nullptr), IMPASTO_SUCCESS);
    ImpastoImage* image = nullptr;
    ASSERT_EQ(impasto_session_image(session, &image), IMPASTO_SUCCESS);
    EXPECT_EQ(
        std::memcmp(impasto_image_rgb(image), expected.data(), expected.size() * sizeof(float)), 0);
    impasto_image_destroy(image);
    impasto_session_destroy(session);
    impasto_context_destroy(own);
}

TEST_F(SnapshotTest, DamageIsRefusedAndChangesNothing) {
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(context_, &session), IMPASTO_SUCCESS);
    ASSERT_EQ(impasto_session_advance(session, 4, nullptr), IMPASTO_SUCCESS);
    ASSERT_EQ(impasto_session_snapshot(session, IMPASTO_SNAPSHOT_PICTURE, &bytes_, &size_),
              IMPASTO_SUCCESS);
    auto* bytes = static_cast<unsigned char*>(bytes_);
    for (std::size_t at = 0; at < size_; at += 997) {
        bytes[at] ^= 1u;
        EXPECT_EQ(impasto_session_restore(session, bytes, size_), IMPASTO_ERROR_INVALID_ARGUMENT);
        bytes[at] ^= 1u;
        EXPECT_EQ(impasto_session_restore(session, bytes, at), IMPASTO_ERROR_INVALID_ARGUMENT);
    }
    EXPECT_NE(std::strstr(impasto_session_message(session), "damaged"), nullptr);
    EXPECT_EQ(losses(session).size(), 4u);
    EXPECT_EQ(impasto_session_restore(session, bytes, size_), IMPASTO_SUCCESS);
    EXPECT_EQ(impasto_session_run(session, nullptr, nullptr), IMPASTO_SUCCESS);
    impasto_session_destroy(session);

    // Of a session of another size.
    options_.size = 58;
    ASSERT_EQ(create(context_, &session), IMPASTO_SUCCESS);
    EXPECT_EQ(impasto_session_restore(session, bytes, size_), IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_NE(std::strstr(impasto_session_message(session), "another session"), nullptr);
    impasto_session_destroy(session);
}

}  // namespace
