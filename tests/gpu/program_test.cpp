#include "gpu/program.h"

#include "include/blend.h"
#include "nn/blend.h"
#include "shaders.h"
#include "support/gpu_fixture.h"

namespace impasto::gpu {
namespace {

class ProgramTest : public testing::GpuFormTest {
  protected:
    void SetUp() override {
        GpuFormTest::SetUp();
        if (stream_ != nullptr && !IsSkipped()) {
            arena_ = std::make_unique<Arena>(device());
            a_ = &arena_->reserve(kCount);
            b_ = &arena_->reserve(kCount);
            ASSERT_TRUE(arena_->commit("a test"));
        }
    }
    void TearDown() override {
        arena_.reset();
        GpuFormTest::TearDown();
    }

    // to += from, as work of `flops`.
    static void add(Program& program, const Buffer& from, const Buffer& to, double flops = 0) {
        const nn::BlendParams params{kCount, 1.0f, 1};
        const Buffer* buffers[] = {&from, &to};
        program.dispatch({.shader = shaders::blend,
                          .buffers = buffers,
                          .constants = {},
                          .params = &params,
                          .params_bytes = sizeof params,
                          .groups = {3, 1, 1},
                          .flops = flops});
    }
    std::vector<float> values(const Buffer& buffer) {
        std::vector<float> result(kCount);
        EXPECT_TRUE(stream().download(buffer, result));
        return result;
    }
    static std::vector<float> all(float value) { return std::vector<float>(kCount, value); }

    static constexpr std::uint32_t kCount = 300;
    std::unique_ptr<Arena> arena_;
    Buffer* a_ = nullptr;
    Buffer* b_ = nullptr;
};

// Fibonacci's numbers come out only if every dispatch sees the one before it.
TEST_P(ProgramTest, RunsInTheOrderRecorded) {
    Program program(device());
    program.fill(*a_, 0);
    program.fill(*b_, 1);
    for (int i = 0; i < 16; ++i) {
        add(program, *b_, *a_);
        add(program, *a_, *b_);
    }
    ASSERT_TRUE(program.finish());
    EXPECT_EQ(program.command_buffers()->size(), 1u);
    ASSERT_TRUE(stream().run(program));
    EXPECT_EQ(values(*a_), all(2178309));
    EXPECT_EQ(values(*b_), all(3524578));
}

TEST_P(ProgramTest, KeepsTheOrderWhereItIsCut) {
    Program program(device());
    program.fill(*a_, 0);
    program.fill(*b_, 1);
    for (int i = 0; i < 16; ++i) {
        add(program, *b_, *a_, 2e8);
        add(program, *a_, *b_, 2e7);
    }
    ASSERT_TRUE(program.finish());
    EXPECT_GE(program.command_buffers()->size(), 8u);
    EXPECT_LE(program.command_buffers()->size(), 32u);
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(stream().run(program));
        EXPECT_EQ(values(*a_), all(2178309));
    }
}

TEST_P(ProgramTest, ReplaysWithThreeInFlight) {
    Program start(device());
    start.fill(*a_, 1);
    start.fill(*b_, 0);
    ASSERT_TRUE(start.finish());
    ASSERT_TRUE(stream().run(start));
    Program program(device());
    add(program, *a_, *b_);
    ASSERT_TRUE(program.finish());
    std::uint64_t last = 0;
    for (int i = 0; i < 200; ++i) {
        auto ticket = stream().submit(program);
        ASSERT_TRUE(ticket) << ticket.error().message;
        EXPECT_GT(*ticket, last);
        last = *ticket;
        if (last > 3) {
            ASSERT_TRUE(stream().wait(last - 3));
            auto done = stream().completed();
            ASSERT_TRUE(done);
            EXPECT_GE(*done, last - 3);
        }
    }
    ASSERT_TRUE(stream().wait(last));
    EXPECT_EQ(values(*b_), all(200));
}

// More dispatches than one descriptor pool has sets.
TEST_P(ProgramTest, HoldsManyDispatches) {
    Program program(device());
    program.fill(*a_, 1);
    program.fill(*b_, 0);
    for (int i = 0; i < 500; ++i) {
        add(program, *a_, *b_);
    }
    ASSERT_TRUE(program.finish());
    ASSERT_TRUE(stream().run(program));
    EXPECT_EQ(values(*b_), all(500));
}

TEST_P(ProgramTest, CopiesParts) {
    Program program(device());
    program.fill(*a_, 2);
    program.fill(*b_, 3);
    program.copy(*a_, *b_, 40, 8, 100);
    ASSERT_TRUE(program.finish());
    ASSERT_TRUE(stream().run(program));
    auto want = all(3);
    std::fill(want.begin() + 25, want.begin() + 35, 2.0f);
    EXPECT_EQ(values(*b_), want);
}

TEST_P(ProgramTest, KeepsTheFirstError) {
    Program program(device());
    const nn::BlendParams params{kCount, 1.0f, 1};
    const Buffer* buffers[] = {a_, b_};
    program.dispatch({.shader = shaders::blend,
                      .buffers = buffers,
                      .constants = {},
                      .params = &params,
                      .params_bytes = sizeof params,
                      .groups = {0, 1, 1}});
    const std::vector<const Buffer*> too_many(kMaxBuffers + 1, a_);
    program.dispatch({.shader = shaders::blend, .buffers = too_many, .constants = {}});
    const Status status = program.finish();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(status.error().message.find("blend"), std::string::npos);
}

IMPASTO_BOTH_FORMS(ProgramTest);

}  // namespace
}  // namespace impasto::gpu
