// Hosted sessions that are told after how many iterations to pause.
#include <chrono>
#include <cstring>
#include <thread>

#include "api/hosted_fixture.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;

class HostedPauseTest : public HostedTest {
  protected:
    void SetUp() override {
        HostedTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) {
            return;
        }
        ASSERT_TRUE(loop_.open(true));
        lent_ = lend(loop_.lent());
    }

    void TearDown() override {
        loop_.wait_idle();
        impasto_session_destroy(session_);
        impasto_context_destroy(lent_);
        HostedTest::TearDown();
    }

    void begin() {
        loop_.wait_idle();
        impasto_session_destroy(session_);
        session_ = nullptr;
        ASSERT_EQ(create_hosted(lent_, &session_), IMPASTO_SUCCESS) << message_;
    }

    // So many iterations, at one size, that of the result image.
    void use_one_scale(std::uint32_t iterations) {
        options_.first_size = options_.size;
        iterations_[0] = iterations;
        options_.iterations_count = 1;
    }

    std::uint32_t iterations() {
        ImpastoProgress progress{};
        progress.struct_size = sizeof progress;
        EXPECT_EQ(impasto_session_progress(session_, &progress), IMPASTO_SUCCESS);
        return progress.total_iterations;
    }

    ImpastoResult pause_after(std::uint32_t count) {
        return impasto_session_pause_after(session_, count);
    }

    bool to_the_pause(double budget_ms) {
        return frames(loop_, session_, budget_ms, [](const ImpastoSliceReport& report) {
            EXPECT_NE(report.state, IMPASTO_STATE_DONE);
            return report.state == IMPASTO_STATE_PAUSED || report.state == IMPASTO_STATE_DONE;
        });
    }

    // Paused after exactly so many: nothing more happens, however many slices follow.
    void rests_after(std::uint32_t count) {
        EXPECT_EQ(iterations(), count);
        std::vector<ImpastoLosses> losses(count + 10);
        EXPECT_EQ(impasto_session_losses(session_, 0, count + 10, losses.data()), count);
        const std::uint64_t pictures = report_.pictures;
        for (int i = 0; i < 20; ++i) {
            ASSERT_EQ(loop_.slice(session_, 1000, report_), IMPASTO_SUCCESS);
            EXPECT_EQ(report_.state, IMPASTO_STATE_PAUSED);
            EXPECT_EQ(report_.operations, 0u);
        }
        loop_.wait_idle();
        ASSERT_EQ(loop_.slice(session_, 1000, report_), IMPASTO_SUCCESS);
        EXPECT_EQ(report_.operations, 0u);
        EXPECT_EQ(report_.pictures, pictures);
        EXPECT_EQ(iterations(), count);
    }

    // Whether the result image shows the session's picture, without a slice that it is asked in.
    void shows_the_picture() {
        loop_.wait_idle();
        ImpastoResultImage result{};
        result.struct_size = sizeof result;
        ASSERT_EQ(impasto_session_result(session_, &result), IMPASTO_SUCCESS);
        ASSERT_EQ(result.ready, 1);
        const auto texels = loop_.read_image(result.image, 60, 44, 0, 4);
        const std::vector<float> expected = picture(loop_, session_);
        ASSERT_EQ(expected.size(), std::size_t{3} * 60 * 44);
        for (std::size_t i = 0; i < std::size_t{60} * 44; ++i) {
            for (std::size_t c = 0; c < 3; ++c) {
                ASSERT_NEAR(texels[4 * i + c], expected[c * 60 * 44 + i] * 255.0f, 0.5f + 1e-4f)
                    << i;
            }
        }
    }

    std::vector<std::byte> snapshot() {
        void* bytes = nullptr;
        std::size_t size = 0;
        EXPECT_TRUE(frames(loop_, session_, 1, [&](const ImpastoSliceReport&) {
            return impasto_session_snapshot(session_, IMPASTO_SNAPSHOT_WHOLE, &bytes, &size) ==
                   IMPASTO_SUCCESS;
        }));
        const auto* first = static_cast<const std::byte*>(bytes);
        std::vector<std::byte> taken(first, first + size);
        impasto_free(bytes);
        return taken;
    }

    bool restore(const std::vector<std::byte>& bytes) {
        return frames(loop_, session_, 1, [&](const ImpastoSliceReport&) {
            return impasto_session_restore(session_, bytes.data(), bytes.size()) == IMPASTO_SUCCESS;
        });
    }

    FrameLoop loop_;
    ImpastoContext* lent_ = nullptr;
    ImpastoSession* session_ = nullptr;
};

// Before the first iteration, in the midst of a scale, at a scale's end (of 4 iterations), behind
// it: step by step, with slices of a part of an iteration and of several. The picture is the same
// as if nothing had been paused.
TEST_F(HostedPauseTest, StepsToExactlyThereAndGoesOnToTheSameBytes) {
    const std::vector<float> expected = direct_run();
    for (const double budget_ms : {0.5, 10000.0}) {
        SCOPED_TRACE(budget_ms);
        begin();
        for (const std::uint32_t count : {0u, 1u, 2u, 4u, 5u, 6u}) {
            SCOPED_TRACE(count);
            ASSERT_EQ(pause_after(count), IMPASTO_SUCCESS);
            ASSERT_TRUE(to_the_pause(budget_ms));
            rests_after(count);
        }
        // The last one is the end.
        ASSERT_EQ(pause_after(7), IMPASTO_SUCCESS);
        ASSERT_TRUE(to_the_end(loop_, session_, budget_ms));
        EXPECT_EQ(iterations(), 7u);
        EXPECT_EQ(picture(loop_, session_), expected);
    }
}

// From scale to scale, without a word between.
TEST_F(HostedPauseTest, PausesInALaterScale) {
    const std::vector<float> expected = direct_run();
    begin();
    ASSERT_EQ(pause_after(6), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_pause(5));
    rests_after(6);
    ASSERT_EQ(impasto_session_pause(session_, 0), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_end(loop_, session_, 5));
    EXPECT_EQ(picture(loop_, session_), expected);
}

TEST_F(HostedPauseTest, AtEveryPauseTheResultImageShowsThePicture) {
    use_one_scale(5);
    begin();
    for (const std::uint32_t count : {0u, 1u, 2u, 4u}) {
        SCOPED_TRACE(count);
        ASSERT_EQ(pause_after(count), IMPASTO_SUCCESS);
        ASSERT_TRUE(to_the_pause(count == 2 ? 0.5 : 1000));
        shows_the_picture();
    }
}

TEST_F(HostedPauseTest, ANumberThatIsPassedPausesAtOnce) {
    use_one_scale(40);
    begin();
    ASSERT_TRUE(
        frames(loop_, session_, 2, [&](const ImpastoSliceReport&) { return iterations() >= 5; }));
    const std::uint32_t before = iterations();
    ASSERT_EQ(pause_after(2), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_pause(2));
    const std::uint32_t after = iterations();
    EXPECT_GE(after, before);
    // Those that were queued and in flight, of which progress lags behind.
    EXPECT_LE(after, before + 4);
    rests_after(after);
    for (const std::uint32_t count : {after, after - 1, 0u}) {
        ASSERT_EQ(pause_after(count), IMPASTO_SUCCESS);
        ASSERT_TRUE(to_the_pause(2));
        rests_after(after);
    }
    ASSERT_EQ(pause_after(after + 1), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_pause(2));
    rests_after(after + 1);
}

TEST_F(HostedPauseTest, PauseUndoesIt) {
    const std::vector<float> expected = direct_run();
    const auto runs_through = [&] {
        return frames(loop_, session_, 2, [](const ImpastoSliceReport& report) {
            EXPECT_NE(report.state, IMPASTO_STATE_PAUSED);
            return report.state == IMPASTO_STATE_DONE || report.state == IMPASTO_STATE_PAUSED;
        });
    };
    // Before it was reached, by "go on".
    begin();
    ASSERT_EQ(pause_after(3), IMPASTO_SUCCESS);
    ASSERT_EQ(impasto_session_pause(session_, 0), IMPASTO_SUCCESS);
    ASSERT_TRUE(runs_through());
    EXPECT_EQ(picture(loop_, session_), expected);
    // By a pause of its own, which is not at 3.
    begin();
    ASSERT_EQ(pause_after(3), IMPASTO_SUCCESS);
    ASSERT_TRUE(
        frames(loop_, session_, 0.5, [&](const ImpastoSliceReport&) { return iterations() >= 1; }));
    ASSERT_EQ(impasto_session_pause(session_, 1), IMPASTO_SUCCESS);
    ASSERT_EQ(loop_.slice(session_, 1, report_), IMPASTO_SUCCESS);
    EXPECT_EQ(report_.state, IMPASTO_STATE_PAUSED);
    ASSERT_EQ(impasto_session_pause(session_, 0), IMPASTO_SUCCESS);
    ASSERT_TRUE(runs_through());
    EXPECT_EQ(picture(loop_, session_), expected);
}

// The last word counts, at whatever moment it is said: also while the session comes to rest.
TEST_F(HostedPauseTest, AnotherNumberTakesItsPlace) {
    use_little();
    use_one_scale(100);
    begin();
    std::uint32_t count = 0;
    for (int round = 0; round < 30; ++round) {
        SCOPED_TRACE(round);
        ASSERT_EQ(pause_after(count + 1), IMPASTO_SUCCESS);
        for (int i = 0; i < round % 15; ++i) {
            ASSERT_EQ(loop_.slice(session_, 0.1, report_), IMPASTO_SUCCESS);
        }
        count += 3;
        ASSERT_EQ(pause_after(count), IMPASTO_SUCCESS);
        ASSERT_TRUE(frames(loop_, session_, 5, [&](const ImpastoSliceReport& report) {
            return report.state == IMPASTO_STATE_PAUSED && iterations() == count;
        }));
        rests_after(count);
    }
}

TEST_F(HostedPauseTest, SnapshotsAndRestoringMeanwhile) {
    const std::uint32_t all = 8;
    use_one_scale(all);
    begin();
    ASSERT_TRUE(to_the_end(loop_, session_, 5));
    const std::vector<float> expected = picture(loop_, session_);

    begin();
    ASSERT_EQ(pause_after(3), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_pause(1));
    const std::vector<std::byte> at_3 = snapshot();
    rests_after(3);
    // Both asked for at once.
    ASSERT_EQ(pause_after(6), IMPASTO_SUCCESS);
    const std::vector<std::byte> between = snapshot();
    EXPECT_GT(between.size(), 1000u);
    ASSERT_TRUE(to_the_pause(1));
    rests_after(6);
    // Back while it is paused: that is told and shown, and it stays paused.
    ASSERT_TRUE(restore(at_3));
    EXPECT_EQ(iterations(), 3u);
    EXPECT_EQ(loop_.slice(session_, 1, report_), IMPASTO_SUCCESS);
    EXPECT_EQ(report_.state, IMPASTO_STATE_PAUSED);
    rests_after(3);
    shows_the_picture();
    // Back while it is on its way.
    ASSERT_EQ(pause_after(7), IMPASTO_SUCCESS);
    ASSERT_TRUE(
        frames(loop_, session_, 0.5, [&](const ImpastoSliceReport&) { return iterations() >= 4; }));
    ASSERT_TRUE(restore(at_3));
    ASSERT_TRUE(to_the_pause(1));
    rests_after(7);
    // To before the number, and beyond it.
    ASSERT_TRUE(restore(at_3));
    ASSERT_EQ(pause_after(4), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_pause(1));
    rests_after(4);
    ASSERT_TRUE(restore(at_3));
    ASSERT_EQ(pause_after(2), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_pause(1));
    rests_after(3);
    ASSERT_EQ(impasto_session_pause(session_, 0), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_end(loop_, session_, 1));
    EXPECT_EQ(iterations(), all);
    EXPECT_EQ(picture(loop_, session_), expected);
    // From the end back again, to where it was told to pause.
    ASSERT_EQ(pause_after(5), IMPASTO_SUCCESS);
    ASSERT_TRUE(restore(at_3));
    ASSERT_TRUE(to_the_pause(1));
    rests_after(5);
}

// Whoever asks for another snapshot before the first one's answer was fetched gets that other one.
TEST_F(HostedPauseTest, TheLastSnapshotAskedForIsRestored) {
    use_one_scale(8);
    begin();
    ASSERT_EQ(pause_after(2), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_pause(5));
    const std::vector<std::byte> at_2 = snapshot();
    ASSERT_EQ(pause_after(5), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_pause(5));
    const std::vector<std::byte> at_5 = snapshot();
    for (const int wait : {0, 1, 200}) {  // frames: not begun, on its way, answered
        SCOPED_TRACE(wait);
        ASSERT_EQ(impasto_session_restore(session_, at_2.data(), at_2.size()), IMPASTO_NOT_READY);
        for (int i = 0; i < wait; ++i) {
            ASSERT_EQ(loop_.slice(session_, 5, report_), IMPASTO_SUCCESS);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        ASSERT_EQ(impasto_session_restore(session_, at_5.data(), at_5.size()), IMPASTO_NOT_READY);
        ASSERT_TRUE(restore(at_5));
        EXPECT_EQ(iterations(), 5u);
        shows_the_picture();
    }
    ASSERT_EQ(impasto_session_pause(session_, 0), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_end(loop_, session_, 5));
}

// Weights and a snapshot count in the order in which they were given.
TEST_F(HostedPauseTest, WeightsAndRestoringKeepTheirOrder) {
    use_one_scale(8);
    begin();
    ASSERT_EQ(pause_after(2), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_pause(5));
    const std::vector<std::byte> at_2 = snapshot();
    ASSERT_EQ(impasto_session_pause(session_, 0), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_end(loop_, session_, 5));
    const std::vector<float> expected = picture(loop_, session_);
    ImpastoObjective other = options_.objective;
    other.style_weight *= 0.01f;
    for (const bool weights_first : {true, false}) {
        SCOPED_TRACE(weights_first);
        if (weights_first) {
            ASSERT_EQ(impasto_session_set_objective(session_, &other), IMPASTO_SUCCESS);
        }
        ASSERT_EQ(impasto_session_restore(session_, at_2.data(), at_2.size()), IMPASTO_NOT_READY);
        if (!weights_first) {
            ASSERT_EQ(impasto_session_set_objective(session_, &other), IMPASTO_SUCCESS);
        }
        ASSERT_TRUE(restore(at_2));
        ASSERT_TRUE(to_the_end(loop_, session_, 5));
        EXPECT_EQ(picture(loop_, session_) == expected, weights_first);
    }
}

TEST_F(HostedPauseTest, OfASessionThatIsNotHostedItIsRefused) {
    ImpastoSession* own = nullptr;
    ASSERT_EQ(create(context_, &own), IMPASTO_SUCCESS) << message_;
    EXPECT_EQ(impasto_session_pause_after(own, 2), IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_NE(std::strstr(impasto_session_message(own), "hosted"), nullptr);
    // Nothing has come of it.
    ImpastoProgress progress{};
    progress.struct_size = sizeof progress;
    EXPECT_EQ(impasto_session_advance(own, 100, &progress), IMPASTO_SUCCESS);
    EXPECT_EQ(progress.done, 1);
    impasto_session_destroy(own);
}

}  // namespace
