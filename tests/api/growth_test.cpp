// Objects made and destroyed many times leave nothing behind in the process's memory.
#include <unistd.h>

#include <cstdint>
#include <cstdio>

#include "api/hosted_fixture.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;
using impasto::testing::tiny_encoder;
using impasto::testing::weights_file;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kMeasures = false;  // what is freed is kept for a while
#elif defined(__linux__)
constexpr bool kMeasures = true;
#else
constexpr bool kMeasures = false;
#endif

// Bytes in memory.
std::int64_t resident() {
    long pages = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%*d %ld", &pages) != 1) {
            pages = 0;
        }
        std::fclose(file);
    }
    return std::int64_t{pages} * sysconf(_SC_PAGESIZE);
}

class GrowthTest : public HostedTest {
  protected:
    // `count` times after `first` times, for what is made once and for the heap to get as large as
    // what is in use at once needs. Fails when more than `bound` stays, twice in a row: on a busy
    // machine more is in use at some moment than ever before, but a leak grows every time.
    template <typename Body>
    static void many(int first, int count, std::int64_t bound, Body&& body) {
        if (!kMeasures) {
            GTEST_SKIP() << "memory is not measured here";
        }
        for (int i = 0; i < first; ++i) {
            body();
        }
        std::int64_t grown = bound;
        for (int attempt = 0; attempt < 2 && grown >= bound; ++attempt) {
            const std::int64_t before = resident();
            for (int i = 0; i < count; ++i) {
                body();
            }
            grown = resident() - before;
        }
        RecordProperty("grown_bytes", std::to_string(grown));
        EXPECT_LT(grown, bound);
    }
};

constexpr std::int64_t kMiB = 1 << 20;

// A leak of 1 KB each would be 10 MiB.
TEST_F(GrowthTest, Images) {
    const std::vector<float> rgb(std::size_t{3} * 32 * 32, 0.5f);
    many(1000, 10000, 2 * kMiB, [&] {
        ImpastoImage* made = nullptr;
        ASSERT_EQ(
            impasto_image_create(32, 32, rgb.data(), nullptr, &made, message_, sizeof message_),
            IMPASTO_SUCCESS);
        impasto_image_destroy(made);
        ASSERT_NE(impasto_image_load("/no/such/file.png", &made, message_, sizeof message_),
                  IMPASTO_SUCCESS);
    });
}

TEST_F(GrowthTest, Weights) {
    const auto bytes = weights_file(tiny_encoder(13, 11), folder_.path());
    many(1000, 10000, 2 * kMiB, [&] {
        ImpastoWeights* made = nullptr;
        ASSERT_EQ(impasto_weights_load_memory(bytes.data(), bytes.size(), "tiny", nullptr, &made,
                                              message_, sizeof message_),
                  IMPASTO_SUCCESS);
        impasto_weights_destroy(made);
        ASSERT_NE(impasto_weights_load_memory(bytes.data(), bytes.size() / 2, "tiny", nullptr,
                                              &made, message_, sizeof message_),
                  IMPASTO_SUCCESS);
    });
}

TEST_F(GrowthTest, Sessions) {
    many(20, 200, 16 * kMiB, [&] {
        ImpastoSession* session = nullptr;
        ASSERT_EQ(create(context_, &session), IMPASTO_SUCCESS) << message_;
        ASSERT_EQ(impasto_session_advance(session, 1, nullptr), IMPASTO_SUCCESS);
        impasto_session_destroy(session);
    });
}

TEST_F(GrowthTest, Contexts) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    many(30, 300, 16 * kMiB, [&] { impasto_context_destroy(lend(loop.lent())); });
}

// Some destroyed at once, some after a frame, some in the middle of their work.
TEST_F(GrowthTest, HostedSessions) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    int round = 0;
    many(2000, 10000, 8 * kMiB, [&] {
        // Those whose threads have not ended yet are kept: how many is the system's mood, and with
        // it how much memory was in use at once, which the heap does not give back.
        if (round % 16 == 0) {
            loop.wait_idle();
            ASSERT_EQ(impasto_context_frame_completed(context, UINT64_MAX), IMPASTO_SUCCESS);
        }
        ImpastoSession* session = nullptr;
        ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
        for (int i = 0; i < round % 4; ++i) {
            ASSERT_EQ(loop.slice(session, 1, report_), IMPASTO_SUCCESS);
        }
        if (round++ % 2 == 0) {
            loop.wait_idle();
            impasto_session_destroy(session);
        } else {
            impasto_session_destroy_after(session, loop.frame());
        }
    });
    loop.wait_idle();
    impasto_context_destroy(context);
}

}  // namespace
