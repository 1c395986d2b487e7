#include "nn/self_test.h"

#include <cstdio>

#include "support/gpu_fixture.h"

namespace impasto::nn {
namespace {

class SelfTest : public testing::GpuFormTest {};

TEST_P(SelfTest, EveryRowPasses) {
    std::size_t reported = 0;
    auto rows = run_self_test(device(), [&](const SelfTestRow& row) {
        std::printf("%-40s %9.2e  %9.2e  %s %s\n", row.operation.c_str(), row.error, row.bound,
                    row.passed ? "ok" : "WRONG", row.message.c_str());
        ++reported;
    });
    ASSERT_TRUE(rows) << rows.error().message;
    EXPECT_EQ(reported, rows->size());
    EXPECT_GE(rows->size(), 40u);
    for (const SelfTestRow& row : *rows) {
        EXPECT_TRUE(row.passed) << row.operation << ": " << row.message;
    }
}

// Every dispatch divided as far as its kernel allows: a kernel that relies on all of its groups
// being there would show.
TEST_P(SelfTest, EveryRowPassesInTheSmallestPieces) {
    device().pace().set_target(1e-12);
    auto rows = run_self_test(device());
    ASSERT_TRUE(rows) << rows.error().message;
    for (const SelfTestRow& row : *rows) {
        EXPECT_TRUE(row.passed) << row.operation << ": " << row.message;
    }
}

IMPASTO_BOTH_FORMS(SelfTest);

}  // namespace
}  // namespace impasto::nn
