#include "platform/thread_time.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace impasto::platform {
namespace {

TEST(ThreadTime, CountsComputingAndNotWaiting) {
    const double start = thread_seconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    const double waited = thread_seconds() - start;
    EXPECT_LT(waited, 0.1);
    volatile unsigned sum = 0;
    double computed = 0.0;
    for (unsigned i = 0; computed < 0.05 && i < 4'000'000'000u; ++i) {
        sum = sum + i;
        if (i % 100'000 == 0) computed = thread_seconds() - start - waited;
    }
    EXPECT_GE(computed, 0.05);
}

TEST(ThreadTime, IsTheCallingThreadsAlone) {
    double other = 1.0;
    const double begin = thread_seconds();
    while (thread_seconds() - begin < 0.05) {
    }
    std::thread([&] { other = thread_seconds(); }).join();
    EXPECT_LT(other, 0.05);
}

}  // namespace
}  // namespace impasto::platform
