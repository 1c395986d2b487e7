// Programs cut in many ways: the bytes stay the same.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "gpu/program.h"
#include "include/blend.h"
#include "nn/gram.h"
#include "nn/pool.h"
#include "nn/reduce.h"
#include "shaders.h"
#include "support/gpu_fixture.h"

namespace impasto::gpu {
namespace {

constexpr double kMany[] = {1e-12, 1e-6, 1e-5, 1e-4, 1e-3, 1.0};  // seconds

class ProgramCutsTest : public testing::GpuFormTest {
  protected:
    // Buffers of the test; each with numbers that differ.
    const Buffer& buffer(std::size_t count) {
        arenas_.push_back(std::make_unique<Arena>(device()));
        Buffer& made = arenas_.back()->reserve(count);
        EXPECT_TRUE(arenas_.back()->commit("a test"));
        std::vector<float> values(count);
        for (std::size_t i = 0; i < count; ++i) {
            values[i] = static_cast<float>(std::sin(0.37 * static_cast<double>(i)));
        }
        EXPECT_TRUE(stream().upload(values, made));
        return made;
    }
    std::vector<float> values(const Buffer& from, std::size_t count) {
        std::vector<float> result(count);
        EXPECT_TRUE(stream().download(from, result));
        return result;
    }
    // The shortest that each command buffer took, of several runs one after the other.
    std::vector<double> submission_seconds(Program& program, int runs) {
        using Clock = std::chrono::steady_clock;
        std::vector<double> best(program.command_buffers()->size(), 1e9);
        for (int run = 0; run < runs; ++run) {
            for (std::size_t i = 0; i < best.size(); ++i) {
                VkSubmitInfo info{};
                info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
                info.commandBufferCount = 1;
                info.pCommandBuffers = &(*program.command_buffers())[i];
                const auto start = Clock::now();
                EXPECT_TRUE(device().submit(info));
                EXPECT_TRUE(device().vk().DeviceWaitIdle(device().handle()) == VK_SUCCESS);
                const std::chrono::duration<double> took = Clock::now() - start;
                best[i] = std::min(best[i], took.count());
            }
        }
        return best;
    }
    void TearDown() override {
        arenas_.clear();
        GpuFormTest::TearDown();
    }

    std::vector<std::unique_ptr<Arena>> arenas_;
};

// Every group adds to its own words: one that ran twice or never shows.
TEST_P(ProgramCutsTest, ADividedDispatchRunsEveryGroupOnce) {
    constexpr std::size_t kCount = 100003;
    const Buffer& a = buffer(kCount);
    const Buffer& b = buffer(kCount);
    const Buffer& y = buffer(kCount);
    const Buffer& factors = buffer(1);
    const Buffer& partials = buffer(nn::kReducePartials);
    Program start(device());
    start.fill(a, 3);
    start.fill(b, 1);
    start.fill(y, 0.5f);
    start.fill(factors, 2);
    ASSERT_TRUE(start.finish());
    std::vector<float> sums;
    for (const double target : kMany) {
        device().pace().set_target(target);
        Program program(device());
        nn::record_difference_gradient(program, a, b, kCount, y, true, factors, 0, partials, 0);
        ASSERT_TRUE(program.finish());
        if (target == kMany[0]) {
            EXPECT_EQ(program.command_buffers()->size(), nn::kReducePartials);
        }
        ASSERT_TRUE(stream().run(start));
        ASSERT_TRUE(stream().run(program));
        EXPECT_EQ(values(y, kCount), std::vector<float>(kCount, 4.5f)) << target;
        const std::vector<float> got = values(partials, nn::kReducePartials);
        sums = sums.empty() ? got : sums;
        EXPECT_EQ(got, sums) << target;
    }
}

TEST_P(ProgramCutsTest, KernelsThatStrideOverAnAxisAreNotDividedThere) {
    const Buffer& a = buffer(100000);
    const Buffer& b = buffer(100000);
    device().pace().set_target(1e-12);
    Program program(device());
    const nn::BlendParams params{100000, 1.0f, 1};
    const Buffer* buffers[] = {&a, &b};
    program.dispatch({.shader = shaders::blend,
                      .buffers = buffers,
                      .constants = {},
                      .params = &params,
                      .params_bytes = sizeof params,
                      .groups = {20, 1, 1}});
    // Over x, but not over y: one group for each of 6 channels.
    nn::record_pool(program, a, {6, 100, 100}, b, nn::Pooling::kMax, {});
    ASSERT_TRUE(program.finish());
    EXPECT_EQ(program.command_buffers()->size(), 1u + 6u);
}

// Dispatches along either axis, copies and fills of several blocks; each depends on those before.
TEST_P(ProgramCutsTest, ManyCutsGiveTheSameBytes) {
    const nn::Shape shape{40, 67, 103};
    const nn::Shape pooled = nn::pooled_shape(shape, {});
    const std::size_t count = shape.size();
    const Buffer& x = buffer(count);
    const Buffer& y = buffer(count);
    const Buffer& pool = buffer(pooled.size());
    const Buffer& scratch = buffer(nn::gram_scratch_size(device(), shape));
    const Buffer& gram = buffer(nn::gram_size(shape.channels));
    const Buffer& factors = buffer(1);
    const Buffer& large = buffer(600000);
    const Buffer& copied = buffer(600000);
    const std::vector<float> start = values(x, count);
    std::vector<std::vector<float>> first;
    std::size_t fewest = 100000;
    for (const Measure measure : {Measure::kNever, Measure::kFirst, Measure::kAlways}) {
        for (const double target : kMany) {
            device().pace().set_target(target);
            ASSERT_TRUE(stream().upload(start, x));
            Program program(device(), measure);
            program.fill(y, 0);
            program.fill(gram, 0);
            program.fill(large, 1);
            program.copy(x, large, 5 * sizeof(float), 8, 300000 * sizeof(float));
            program.copy(large, copied, 599000 * sizeof(float), 0, 100 * sizeof(float));
            nn::record_gram(program, x, shape, nullptr, 1.0, scratch, gram);
            nn::record_gram_backward(program, x, shape, nullptr, gram, factors, 0, y, true);
            nn::record_pool(program, y, shape, pool, nn::Pooling::kMax, {});
            nn::record_pool_backward(program, y, shape, pool, x, nn::Pooling::kMax, {});
            ASSERT_TRUE(program.finish());
            fewest = std::min(fewest, program.command_buffers()->size());
            // The second replay starts from what the first left in x.
            ASSERT_TRUE(stream().run(program));
            ASSERT_TRUE(program.recut());
            ASSERT_TRUE(stream().run(program));
            const std::vector<std::vector<float>> got{values(x, count), values(y, count),
                                                      values(pool, pooled.size()),
                                                      values(copied, 600000)};
            first = first.empty() ? got : first;
            EXPECT_TRUE(got == first) << target;
        }
    }
    EXPECT_EQ(fewest, 1u);
}

// What a program took decides how it is cut from then on: no submission is much longer than the
// target, and not more are made than that takes.
TEST_P(ProgramCutsTest, SubmissionsStayWithinTheTarget) {
    if (device().timestamp_bits() == 0) {
        GTEST_SKIP() << device().info().name << " has no clock";
    }
    const nn::Shape shape{64, 128, 128};
    const Buffer& x = buffer(shape.size());
    const Buffer& y = buffer(shape.size());
    const Buffer& gram = buffer(nn::gram_size(shape.channels));
    const Buffer& factors = buffer(1);
    constexpr double kTarget = 0.01;
    device().pace().set_target(kTarget);
    Program program(device(), Measure::kFirst);
    for (int i = 0; i < 4; ++i) {
        nn::record_gram_backward(program, x, shape, nullptr, gram, factors, 0, y, false);
    }
    ASSERT_TRUE(program.finish());
    ASSERT_TRUE(stream().run(program));
    const auto measured = program.timings();
    ASSERT_TRUE(measured);
    ASSERT_EQ(measured->size(), 4u);
    ASSERT_TRUE(program.recut());
    EXPECT_TRUE(program.timings()->empty());
    double total = 0;
    for (const Timing& timing : *measured) {
        total += timing.seconds;
    }
    EXPECT_LE(static_cast<double>(program.command_buffers()->size()), 2 * total / kTarget + 4);
    for (const double seconds : submission_seconds(program, 5)) {
        EXPECT_LE(seconds, 5 * kTarget);  // the machine may be busy
    }
    // And the next program of such operations is cut by what was learnt, with some doubt.
    Program next(device());
    nn::record_gram_backward(next, x, shape, nullptr, gram, factors, 0, y, false);
    ASSERT_TRUE(next.finish());
    EXPECT_LE(static_cast<double>(next.command_buffers()->size()), total / kTarget + 1);
}

TEST_P(ProgramCutsTest, MeasuresHoweverManyOperationsThereAre) {
    if (device().timestamp_bits() == 0) {
        GTEST_SKIP() << device().info().name << " has no clock";
    }
    constexpr std::size_t kOperations = 6000;
    const Buffer& x = buffer(10);
    Program program(device(), Measure::kAlways);
    for (std::size_t i = 0; i < kOperations; ++i) {
        program.label(std::to_string(i));
        program.fill(x, static_cast<float>(i));
    }
    ASSERT_TRUE(program.finish());
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(stream().run(program));
        const auto timings = program.timings();
        ASSERT_TRUE(timings) << timings.error().message;
        ASSERT_EQ(timings->size(), kOperations);
        EXPECT_EQ(timings->back().label, "5999");
        EXPECT_GE(timings->back().begin, timings->front().begin);
        ASSERT_TRUE(program.recut());
    }
    EXPECT_EQ(values(x, 10), std::vector<float>(10, kOperations - 1));
}

TEST_P(ProgramCutsTest, WithoutMeasuringThereIsNothingToLearn) {
    const Buffer& x = buffer(10);
    Program program(device());
    program.fill(x, 1);
    ASSERT_TRUE(program.finish());
    const VkCommandBuffer before = (*program.command_buffers())[0];
    ASSERT_TRUE(program.recut());
    EXPECT_EQ((*program.command_buffers())[0], before);
    EXPECT_TRUE(program.timings()->empty());
}

IMPASTO_BOTH_FORMS(ProgramCutsTest);

}  // namespace
}  // namespace impasto::gpu
