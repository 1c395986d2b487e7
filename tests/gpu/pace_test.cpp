#include "gpu/pace.h"

#include <gtest/gtest.h>

#include <vector>

namespace impasto::gpu {
namespace {

TEST(Pace, WithoutKnowledgeItIsCautious) {
    const Pace pace;
    EXPECT_DOUBLE_EQ(pace.expected("conv", Pace::guess(5e9, 0)), 1.0);
    EXPECT_DOUBLE_EQ(pace.expected("conv", Pace::guess(0, 5e9)), 2.0);
}

TEST(Pace, LearnsByKernelAndLeavesADoubt) {
    Pace pace;
    const std::vector<PaceSample> samples{
        {"conv", 3.0, 0.02}, {"conv", 1.0, 0.02}, {"pool", 1.0, 2.0}};
    pace.learn(samples);
    EXPECT_DOUBLE_EQ(pace.expected("conv", 2.0), 4 * 0.01 * 2.0);
    EXPECT_DOUBLE_EQ(pace.expected("pool", 2.0), 4 * 2.0 * 2.0);
    EXPECT_DOUBLE_EQ(pace.expected("gram", 2.0), 2.0);
    // The last program counts.
    const std::vector<PaceSample> later{{"conv", 1.0, 0.5}};
    pace.learn(later);
    EXPECT_DOUBLE_EQ(pace.expected("conv", 2.0), 4 * 0.5 * 2.0);
    EXPECT_DOUBLE_EQ(pace.expected("pool", 2.0), 4 * 2.0 * 2.0);
}

// Operations of 20 us, as a GPU's most are: what they took together counts.
TEST(Pace, LearnsFromManyShortOperations) {
    Pace pace;
    const std::vector<PaceSample> samples(10, {"lbfgs", 1e-3, 2e-5});
    pace.learn(samples);
    EXPECT_DOUBLE_EQ(pace.expected("lbfgs", 2.0), 4 * 0.02 * 2.0);
    // Too few of them say nothing, and what was known stays.
    pace.learn(std::vector<PaceSample>(4, {"lbfgs", 1e-3, 1e-5}));
    EXPECT_DOUBLE_EQ(pace.expected("lbfgs", 2.0), 4 * 0.02 * 2.0);
}

// Of what takes microseconds the latency is measured, and of what has no work nothing.
TEST(Pace, LearnsNothingFromLatency) {
    Pace pace;
    const std::vector<PaceSample> samples{{"conv", 1e-9, 1e-5}, {"fill", 0.0, 1.0}};
    pace.learn(samples);
    EXPECT_DOUBLE_EQ(pace.expected("conv", 2.0), 2.0);
    EXPECT_DOUBLE_EQ(pace.expected("fill", 2.0), 2.0);
}

}  // namespace
}  // namespace impasto::gpu
