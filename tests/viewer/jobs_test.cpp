#include "viewer/jobs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

namespace impasto::viewer {
namespace {

using namespace std::chrono_literals;

void collect_all(Jobs& jobs) {
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (!jobs.idle() && std::chrono::steady_clock::now() < until) {
        jobs.collect();
        std::this_thread::sleep_for(1ms);
    }
}

TEST(Jobs, RunInOrderAndFinishOnTheCaller) {
    std::atomic<int> woken = 0;
    Jobs jobs([&] { ++woken; });
    const auto caller = std::this_thread::get_id();
    std::vector<int> worked;
    std::vector<int> finished;
    for (int i = 0; i < 20; ++i) {
        jobs.start("job", [&, i]() -> Jobs::Finish {
            EXPECT_NE(std::this_thread::get_id(), caller);
            worked.push_back(i);
            return [&, i] {
                EXPECT_EQ(std::this_thread::get_id(), caller);
                finished.push_back(i);
            };
        });
    }
    collect_all(jobs);
    ASSERT_TRUE(jobs.idle());
    ASSERT_EQ(worked.size(), 20u);
    EXPECT_TRUE(std::is_sorted(worked.begin(), worked.end()));
    EXPECT_EQ(finished, worked);
    EXPECT_EQ(woken, 20);
}

TEST(Jobs, SayWhatRunsAndWhatWaits) {
    Jobs jobs([] {});
    std::promise<void> begun;
    std::promise<void> go_on;
    EXPECT_TRUE(jobs.idle());
    EXPECT_EQ(jobs.running(), "");
    jobs.start("reading a.png", [&, wait = go_on.get_future().share()]() -> Jobs::Finish {
        begun.set_value();
        wait.wait();
        return nullptr;  // nothing to do on the caller's thread
    });
    jobs.start("reading b.png", [] { return [] {}; });
    begun.get_future().wait();
    EXPECT_EQ(jobs.running(), "reading a.png");
    EXPECT_EQ(jobs.waiting(), 1u);
    EXPECT_FALSE(jobs.idle());
    go_on.set_value();
    collect_all(jobs);
    EXPECT_TRUE(jobs.idle());
    EXPECT_EQ(jobs.running(), "");
}

TEST(Jobs, AFinishMayStartAnother) {
    Jobs jobs([] {});
    std::vector<int> order;
    jobs.start("first", [&] {
        return [&] {
            order.push_back(1);
            jobs.start("second", [&] { return [&] { order.push_back(2); }; });
        };
    });
    collect_all(jobs);
    EXPECT_EQ(order, (std::vector{1, 2}));
}

TEST(Jobs, AbandonDropsWhatWaitsAndWhatIsFinished) {
    Jobs jobs([] {});
    std::atomic<int> ran = 0;
    std::promise<void> begun;
    std::promise<void> go_on;
    jobs.start("long", [&, wait = go_on.get_future().share()]() -> Jobs::Finish {
        begun.set_value();
        wait.wait();
        return [&] { ++ran; };
    });
    for (int i = 0; i < 3; ++i) {
        jobs.start("waits", [&]() -> Jobs::Finish {
            ++ran;
            return nullptr;
        });
    }
    begun.get_future().wait();
    const auto before = std::chrono::steady_clock::now();
    EXPECT_FALSE(jobs.abandon(0.05));  // it still runs
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
    go_on.set_value();
    EXPECT_TRUE(jobs.abandon(20));
    jobs.collect();
    jobs.start("too late", [&]() -> Jobs::Finish {
        ++ran;
        return nullptr;
    });
    EXPECT_EQ(jobs.waiting(), 0u);
    EXPECT_EQ(ran, 0);
}

// The thread outlives the object where its work does.
TEST(Jobs, CanBeDestroyedWhileWorkRuns) {
    auto go_on = std::make_shared<std::promise<void>>();
    auto ended = std::make_shared<std::promise<void>>();
    std::promise<void> begun;
    {
        Jobs jobs([] {});
        jobs.start("long", [&begun, ended, wait = go_on->get_future().share()]() -> Jobs::Finish {
            begun.set_value();
            wait.wait();
            ended->set_value();
            return nullptr;
        });
        begun.get_future().wait();
    }
    go_on->set_value();
    EXPECT_EQ(ended->get_future().wait_for(20s), std::future_status::ready);
}

}  // namespace
}  // namespace impasto::viewer
