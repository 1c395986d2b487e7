#include "gpu/slice_stream.h"

#include <optional>
#include <thread>

#include "nn/reduce.h"
#include "support/gpu_fixture.h"
#include "support/slice_host.h"

namespace impasto::gpu {
namespace {

class SliceStreamTest : public testing::GpuTest {
  protected:
    void SetUp() override {
        testing::GpuTest::SetUp();
        if (device_ == nullptr || IsSkipped()) {
            return;
        }
        host_.emplace(device());
        slices_ = std::make_unique<SliceStream>(device());
    }
    void TearDown() override {
        slices_.reset();
        host_.reset();
        testing::GpuTest::TearDown();
    }

    // A frame with one slice, not yet told to be complete.
    SliceReport frame(double seconds) {
        ++frame_;
        return host_->frame(*slices_, seconds);
    }

    std::optional<testing::SliceHost> host_;
    std::unique_ptr<SliceStream> slices_;
    std::uint64_t frame_ = 0;
};

TEST_F(SliceStreamTest, AProgramEndsWhenItsLastFrameIsComplete) {
    Arena arena(device(), MemoryKind::kHost);
    const Buffer& a = arena.reserve(1 << 20);
    const Buffer& b = arena.reserve(1 << 20);
    ASSERT_TRUE(arena.commit("a test"));
    Program program(device());
    program.fill(a, 3);
    program.copy(a, b, a.bytes);
    ASSERT_TRUE(program.finish());
    const auto first = slices_->submit(program);
    const auto second = slices_->submit(program);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(*slices_->completed(), 0u);
    // A budget of nothing: a piece a frame. Fill and copy have 4 blocks of 1 MB each.
    std::uint32_t frames = 0;
    while (slices_->written() < *second) {
        const SliceReport report = frame(1e-9);
        EXPECT_EQ(report.operations, 1u);
        ++frames;
        ASSERT_LE(frames, 100u);
        if (slices_->written() == *first && frames == 8) {
            EXPECT_EQ(*slices_->completed(), 0u);  // nobody said so
            slices_->complete(frame_);
            EXPECT_EQ(*slices_->completed(), *first);
        }
    }
    EXPECT_EQ(frames, 16u);
    slices_->complete(frame_);
    EXPECT_TRUE(slices_->wait(*second));
    EXPECT_EQ(static_cast<const float*>(b.mapped)[(1 << 20) - 1], 3.0f);
    EXPECT_EQ(frame(1).operations, 0u);
    EXPECT_GT(frame(1).measured, 0.0);
}

// By what pieces took before, slices fill their budget and keep to it.
TEST_F(SliceStreamTest, SlicesKeepTheirBudget) {
    Arena arena(device());
    const Buffer& x = arena.reserve(1 << 22);
    const Buffer& partials = arena.reserve(nn::kReducePartials);
    ASSERT_TRUE(arena.commit("a test"));
    Program program(device());
    program.fill(x, 1);
    for (int i = 0; i < 20; ++i) {
        nn::record_dot(program, x, x, 1 << 22, partials, 0);
    }
    ASSERT_TRUE(program.finish());
    constexpr double kBudget = 0.002;
    std::size_t slices = 0;
    double expected = 0;
    for (int replay = 0; replay < 4; ++replay) {
        const auto ticket = slices_->submit(program);
        ASSERT_TRUE(ticket);
        while (slices_->written() < *ticket) {
            const SliceReport report = frame(kBudget);
            slices_->complete(frame_);
            EXPECT_TRUE(report.expected <= kBudget * 1.001 || report.operations == 1)
                << report.expected << " s in " << report.operations;
            if (replay == 3) {
                ++slices;
                expected += report.expected;
            }
        }
        ASSERT_TRUE(slices_->wait(*ticket));
    }
    // The last replay's slices are full but for what can't be divided.
    EXPECT_LE(static_cast<double>(slices), 2 * expected / kBudget + 2);
}

// Enough for the frames in flight and one more, by the budget and what a replay takes, in bounds.
TEST_F(SliceStreamTest, AsManyAreToBeQueuedAsFillTheFramesInFlight) {
    Arena arena(device());
    const Buffer& a = arena.reserve(1 << 20);
    ASSERT_TRUE(arena.commit("a test"));
    Program program(device());
    program.fill(a, 3);
    ASSERT_TRUE(program.finish());
    program.learn({0, 0, program.work(0).parts, false}, 0.001);
    const double replay = program.work(0).seconds;
    EXPECT_EQ(slices_->ahead(program), Stream::kAhead);  // no slice so far
    ASSERT_TRUE(slices_->submit(program));
    frame(9.5 * replay);
    EXPECT_EQ(slices_->ahead(program), 19u);
    ASSERT_TRUE(slices_->submit(program));
    frame(9.5 * replay);
    EXPECT_EQ(slices_->ahead(program), 29u);
    slices_->complete(frame_);
    ASSERT_TRUE(slices_->submit(program));
    const double after = program.work(0).seconds;  // it was measured
    frame(0.5 * after);
    EXPECT_EQ(slices_->ahead(program), Stream::kAhead);
    ASSERT_TRUE(slices_->submit(program));
    frame(1000 * after);
    EXPECT_EQ(slices_->ahead(program), Stream::kMostAhead);
    slices_->complete(frame_);
}

// What an operation took is known once all its parts are, of one replay.
TEST_F(SliceStreamTest, TimesAreOfWholeOperations) {
    Arena arena(device());
    const Buffer& a = arena.reserve(1 << 20);
    const Buffer& b = arena.reserve(1 << 20);
    ASSERT_TRUE(arena.commit("a test"));
    Program program(device());
    program.label("first");
    program.fill(a, 3);
    program.label("second");
    program.copy(a, b, a.bytes);
    ASSERT_TRUE(program.finish());
    const auto ticket = slices_->submit(program);
    ASSERT_TRUE(ticket);
    double measured = 0;
    while (slices_->written() < *ticket) {
        EXPECT_TRUE(slices_->timings(program).empty());
        frame(1e-9);  // a block, of 4
        slices_->complete(frame_);
        measured += frame(1e-9).measured;
        slices_->complete(frame_);
        ASSERT_LE(frame_, 100u);
    }
    const auto timings = slices_->timings(program);
    ASSERT_EQ(timings.size(), 2u);
    EXPECT_STREQ(timings[0].kernel, "fill");
    EXPECT_STREQ(timings[1].kernel, "copy");
    EXPECT_EQ(timings[1].label, "second");
    EXPECT_EQ(timings[1].bytes, 8.0 * (1 << 20));
    EXPECT_EQ(timings[0].begin, 0.0);
    EXPECT_EQ(timings[1].begin, timings[0].seconds);
    EXPECT_GT(timings[1].seconds, 0.0);
    // Parts of another replay, of which one is missing, change nothing; whole ones do.
    const std::uint32_t parts = program.work(1).parts;
    ASSERT_EQ(parts, 4u);
    program.learn({1, 0, 2, false}, 7);
    program.learn({1, 3, 1, false}, 7);
    EXPECT_EQ(slices_->timings(program)[1].seconds, timings[1].seconds);
    program.learn({1, 0, 3, false}, 7);
    program.learn({1, 3, 1, false}, 2);
    EXPECT_EQ(slices_->timings(program)[1].seconds, 9.0);
}

TEST_F(SliceStreamTest, CancellingDropsWhatWaitsAndWaitsForWhatRuns) {
    Arena arena(device(), MemoryKind::kHost);
    const Buffer& a = arena.reserve(1 << 20);
    ASSERT_TRUE(arena.commit("a test"));
    Program program(device());
    program.fill(a, 3);
    ASSERT_TRUE(program.finish());
    const auto ticket = slices_->submit(program);
    ASSERT_TRUE(ticket);
    EXPECT_EQ(frame(1e-9).operations, 1u);
    Status waited;
    std::thread session([&] { waited = slices_->wait(*ticket); });
    slices_->cancel();
    EXPECT_EQ(frame(1).operations, 0u);
    slices_->complete(1);
    session.join();
    ASSERT_FALSE(waited);
    EXPECT_EQ(waited.error().code, ErrorCode::kCancelled);
    EXPECT_FALSE(slices_->submit(program));
}

TEST_F(SliceStreamTest, ALostDeviceIsNotWaitedFor) {
    Arena arena(device(), MemoryKind::kHost);
    const Buffer& a = arena.reserve(1 << 10);
    ASSERT_TRUE(arena.commit("a test"));
    Program program(device());
    program.fill(a, 3);
    ASSERT_TRUE(program.finish());
    const auto ticket = slices_->submit(program);
    ASSERT_TRUE(ticket);
    frame(1);
    slices_->lose_device();
    const Status waited = slices_->wait(*ticket);
    ASSERT_FALSE(waited);
    EXPECT_EQ(waited.error().code, ErrorCode::kDeviceLost);
    EXPECT_EQ(frame(1).operations, 0u);
}

}  // namespace
}  // namespace impasto::gpu
