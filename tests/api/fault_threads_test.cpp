// Several threads on one session, and several contexts at once.
#include <array>
#include <atomic>
#include <cstring>
#include <thread>

#include "api/hosted_fixture.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;

class ThreadsTest : public HostedTest {
  protected:
    ImpastoContext* own_context() {
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.tier = "direct";
        ImpastoContext* made = nullptr;
        EXPECT_EQ(impasto_context_create(&options, &made, message_, sizeof message_),
                  IMPASTO_SUCCESS);
        return made;
    }
};

// Asks all that may be asked meanwhile, until told to stop; iterations never fall.
void poll(ImpastoSession* session, const std::atomic<bool>& stop) {
    std::uint32_t last = 0;
    while (!stop) {
        ImpastoProgress progress{};
        progress.struct_size = sizeof progress;
        ASSERT_EQ(impasto_session_progress(session, &progress), IMPASTO_SUCCESS);
        ASSERT_GE(progress.total_iterations, last);
        last = progress.total_iterations;
        std::array<ImpastoLosses, 64> losses{};
        const std::uint32_t count = impasto_session_losses(session, 0, 64, losses.data());
        ASSERT_GE(count, last);
        for (std::uint32_t i = 0; i < count; ++i) {
            ASSERT_GT(losses[i].total, 0.0f);
        }
        std::uint32_t scales = 0;
        ASSERT_EQ(impasto_session_scales(session, nullptr, &scales), IMPASTO_SUCCESS);
        ASSERT_EQ(scales, 2u);
        (void)impasto_session_bytes_planned(session);
        std::this_thread::yield();
    }
}

TEST_F(ThreadsTest, OneAdvancesAndOthersPoll) {
    ImpastoContext* context = own_context();
    const std::vector<float> expected = run(context);
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(context, &session), IMPASTO_SUCCESS);
    std::atomic<bool> stop{false};
    std::thread first([&] { poll(session, stop); });
    std::thread second([&] { poll(session, stop); });
    // Two that advance take turns.
    const auto advance = [&] {
        ImpastoProgress progress{};
        progress.struct_size = sizeof progress;
        while (progress.done == 0) {
            ASSERT_EQ(impasto_session_advance(session, 1, &progress), IMPASTO_SUCCESS);
        }
    };
    std::thread other(advance);
    advance();
    other.join();
    stop = true;
    first.join();
    second.join();
    ImpastoImage* image = nullptr;
    ASSERT_EQ(impasto_session_image(session, &image), IMPASTO_SUCCESS);
    EXPECT_EQ(
        std::memcmp(impasto_image_rgb(image), expected.data(), expected.size() * sizeof(float)), 0);
    impasto_image_destroy(image);
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

TEST_F(ThreadsTest, AnotherThreadCancelsARun) {
    const std::uint32_t many[] = {100000};
    options_.iterations = many;
    options_.iterations_count = 1;
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(context_, &session), IMPASTO_SUCCESS);
    std::atomic<bool> begun{false};
    std::thread canceller([&] {
        while (!begun) {
            std::this_thread::yield();
        }
        impasto_session_cancel(session);
    });
    const auto begin = [](void* user, const ImpastoProgress*) {
        *static_cast<std::atomic<bool>*>(user) = true;
        return 1;
    };
    EXPECT_EQ(impasto_session_run(session, begin, &begun), IMPASTO_ERROR_CANCELLED);
    canceller.join();
    EXPECT_EQ(impasto_session_advance(session, 1, nullptr), IMPASTO_ERROR_CANCELLED);
    ImpastoImage* image = nullptr;
    EXPECT_EQ(impasto_session_image(session, &image), IMPASTO_SUCCESS);
    impasto_image_destroy(image);
    impasto_session_destroy(session);
}

TEST_F(ThreadsTest, AHostedSessionIsPolledWhileItRecords) {
    ImpastoContext* own = own_context();
    const std::vector<float> expected = run(own);
    impasto_context_destroy(own);
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    std::atomic<bool> stop{false};
    std::thread poller([&] { poll(session, stop); });
    std::thread asker([&] {
        while (!stop) {
            ImpastoImage* image = nullptr;
            const ImpastoResult result = impasto_session_image(session, &image);
            EXPECT_TRUE(result == IMPASTO_SUCCESS || result == IMPASTO_NOT_READY) << result;
            impasto_image_destroy(image);
            ImpastoResultImage now{};
            now.struct_size = sizeof now;
            EXPECT_EQ(impasto_session_result(session, &now), IMPASTO_SUCCESS);
            std::uint32_t layers = 0;
            (void)impasto_session_layers(session, nullptr, &layers);
            std::uint32_t terms = 0;
            EXPECT_EQ(impasto_session_layer_losses(session, nullptr, &terms), IMPASTO_SUCCESS);
            EXPECT_EQ(impasto_session_operations(
                          session, [](void*, const ImpastoOperation*) {}, nullptr),
                      IMPASTO_SUCCESS);
            EXPECT_EQ(impasto_session_pause_after(session, 100), IMPASTO_SUCCESS);  // never there
            EXPECT_EQ(impasto_context_frame_completed(context, 0), IMPASTO_SUCCESS);
            std::this_thread::yield();
        }
    });
    const bool ended = to_the_end(loop, session, 1);
    stop = true;
    poller.join();
    asker.join();
    if (ended) {
        EXPECT_EQ(picture(loop, session), expected);
    }
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

TEST_F(ThreadsTest, AHostedSessionIsCancelledWhileItRecords) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(false, false));
    ImpastoContext* context = lend(loop.lent());
    for (int round = 0; round < 10; ++round) {
        ImpastoSession* session = nullptr;
        ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
        std::thread canceller([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(3 * round));
            impasto_session_cancel(session);
        });
        const bool ended = frames(loop, session, 0.5, [](const ImpastoSliceReport& report) {
            return report.state == IMPASTO_STATE_CANCELLED;
        });
        canceller.join();
        EXPECT_TRUE(ended);
        impasto_session_destroy_after(session, loop.frame());
    }
    loop.wait_idle();
    impasto_context_destroy(context);
}

TEST_F(ThreadsTest, ContextsOnTwoThreadsGiveTheSameBytes) {
    ImpastoContext* context = own_context();
    const std::vector<float> expected = run(context);
    impasto_context_destroy(context);
    // Each with a device of its own in the same process.
    const auto one = [&] {
        char message[256];
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.tier = "direct";
        ImpastoContext* mine = nullptr;
        ASSERT_EQ(impasto_context_create(&options, &mine, message, sizeof message),
                  IMPASTO_SUCCESS);
        ImpastoSession* session = nullptr;
        ASSERT_EQ(impasto_session_create(mine, weights_, content_, &style_, 1, &options_, &session,
                                         message, sizeof message),
                  IMPASTO_SUCCESS)
            << message;
        ASSERT_EQ(impasto_session_run(session, nullptr, nullptr), IMPASTO_SUCCESS);
        ImpastoImage* image = nullptr;
        ASSERT_EQ(impasto_session_image(session, &image), IMPASTO_SUCCESS);
        EXPECT_EQ(
            std::memcmp(impasto_image_rgb(image), expected.data(), expected.size() * sizeof(float)),
            0);
        impasto_image_destroy(image);
        impasto_session_destroy(session);
        impasto_context_destroy(mine);
    };
    std::thread other(one);
    one();
    other.join();
}

// Two sessions of one context, made and run on two threads at once; the context's own calls fail in
// both meanwhile, each with a whole message.
TEST_F(ThreadsTest, TwoSessionsOfOneContext) {
    ImpastoContext* context = own_context();
    const std::vector<float> expected = run(context);
    const auto one = [&] {
        char message[256];
        ImpastoSession* session = nullptr;
        ASSERT_EQ(impasto_session_create(context, weights_, content_, &style_, 1, &options_,
                                         &session, message, sizeof message),
                  IMPASTO_SUCCESS)
            << message;
        ImpastoProgress progress{};
        progress.struct_size = sizeof progress;
        while (progress.done == 0) {
            ASSERT_EQ(impasto_session_advance(session, 1, &progress), IMPASTO_SUCCESS);
            for (int i = 0; i < 1000; ++i) {
                EXPECT_EQ(impasto_context_device(context, nullptr), IMPASTO_ERROR_INVALID_ARGUMENT);
                impasto_context_copy_message(context, message, sizeof message);
                EXPECT_NE(std::strstr(message, "struct_size"), nullptr) << message;
            }
        }
        ImpastoImage* image = nullptr;
        ASSERT_EQ(impasto_session_image(session, &image), IMPASTO_SUCCESS);
        EXPECT_EQ(
            std::memcmp(impasto_image_rgb(image), expected.data(), expected.size() * sizeof(float)),
            0);
        impasto_image_destroy(image);
        impasto_session_destroy(session);
    };
    std::thread other(one);
    one();
    other.join();
    EXPECT_NE(std::strstr(impasto_context_message(context), "struct_size"), nullptr);
    char cut[8];
    impasto_context_copy_message(context, cut, sizeof cut);
    EXPECT_EQ(std::string(impasto_context_message(context)).substr(0, sizeof cut - 1), cut);
    impasto_context_copy_message(context, nullptr, 0);
    impasto_context_destroy(context);
}

// The message of a session is copied while its calls fail on another thread, and while one runs.
TEST_F(ThreadsTest, AMessageIsCopiedWhileOthersWriteIt) {
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(context_, &session), IMPASTO_SUCCESS) << message_;
    std::atomic<bool> done{false};
    std::thread other([&] {
        for (int i = 0; i < 2000; ++i) {
            EXPECT_EQ(impasto_session_progress(session, nullptr), IMPASTO_ERROR_INVALID_ARGUMENT);
            EXPECT_EQ(impasto_session_image(session, nullptr), IMPASTO_ERROR_INVALID_ARGUMENT);
        }
        EXPECT_EQ(impasto_session_run(session, nullptr, nullptr), IMPASTO_SUCCESS);
        done = true;
    });
    char text[256];
    while (!done) {
        impasto_session_copy_message(session, text, sizeof text);
        const std::string copied = text;
        EXPECT_TRUE(copied.empty() || copied.find("impasto_session_progress") == 0 ||
                    copied.find("impasto_session_image") == 0)
            << copied;
    }
    other.join();
    impasto_session_copy_message(session, text, sizeof text);
    EXPECT_STREQ(text, impasto_session_message(session));
    impasto_session_destroy(session);
    impasto_session_copy_message(nullptr, text, sizeof text);
    EXPECT_STREQ(text, "");
}

// Two devices of two hosts in one process, and a context of Impasto's own beside them.
TEST_F(ThreadsTest, TwoHostsDevicesInOneProcess) {
    FrameLoop first;
    FrameLoop second;
    ASSERT_TRUE(first.open(true));
    ASSERT_TRUE(second.open(false, false));
    ImpastoContext* contexts[] = {lend(first.lent()), lend(second.lent())};
    ImpastoSession* sessions[2] = {};
    ASSERT_EQ(create_hosted(contexts[0], &sessions[0]), IMPASTO_SUCCESS) << message_;
    ASSERT_EQ(create_hosted(contexts[1], &sessions[1]), IMPASTO_SUCCESS) << message_;
    ImpastoContext* own = own_context();
    std::vector<float> expected;
    std::thread beside([&] { expected = run(own); });
    EXPECT_TRUE(to_the_end(first, sessions[0], 5));
    EXPECT_TRUE(to_the_end(second, sessions[1], 5));
    beside.join();
    EXPECT_EQ(picture(first, sessions[0]), expected);
    EXPECT_EQ(picture(second, sessions[1]), expected);
    first.wait_idle();
    second.wait_idle();
    for (int i = 0; i < 2; ++i) {
        impasto_session_destroy(sessions[i]);
        impasto_context_destroy(contexts[i]);
    }
    impasto_context_destroy(own);
}

}  // namespace
