// Every n-th allocation of Impasto fails: what out_of_memory_test.cpp says, for its tests.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "api/hosted_fixture.h"

namespace impasto::testing {

// What operator new knows (out_of_memory_new.cpp).
struct Allocations {
    static std::atomic<bool> armed;
    static std::atomic<bool> sticky;
    static std::atomic<std::int64_t> fails_at;
    static std::atomic<std::int64_t> counted;
    static std::atomic<std::int64_t> live;  // allocations, counted or not
    static thread_local bool of_the_test;
};

class OutOfMemoryTest : public HostedTest {
  protected:
    void SetUp() override {
        Allocations::of_the_test = true;
        HostedTest::SetUp();
        use_little();
    }

    // A call of Impasto, whose allocations may fail.
    template <typename Call>
    static auto call(Call&& body) {
        Allocations::of_the_test = false;
        struct Outside {
            ~Outside() { Allocations::of_the_test = true; }
        } outside;
        return body();
    }

    // `run` makes, uses and destroys; its first result that was none of success. Every `step`-th n.
    template <typename Run>
    void each_allocation(int step, Run&& run) {
        if (const char* asked = std::getenv("IMPASTO_TEST_EVERY_ALLOCATION")) {
            step = std::max(std::atoi(asked), 1);
        }
        for (int i = 0; i < 3; ++i) {  // what is made once for all
            ASSERT_EQ(run(), IMPASTO_SUCCESS) << message_;
        }
        for (const bool all_after : {false, true}) {
            std::int64_t n = 0;
            std::int64_t failures = 0;
            for (;; n += step) {
                Allocations::sticky = all_after;
                // What stays is a leak, unless it is kept for good: then it does not come again.
                ImpastoResult result = IMPASTO_SUCCESS;
                std::int64_t grown = 0;
                for (int tries = 0; tries == 0 || (grown > 0 && tries < 3); ++tries) {
                    const std::int64_t before = Allocations::live;
                    Allocations::fails_at = n;
                    Allocations::counted = 0;
                    Allocations::armed = true;
                    result = run();
                    Allocations::armed = false;
                    grown = Allocations::live - before;
                }
                if (Allocations::counted <= n) {
                    EXPECT_EQ(result, IMPASTO_SUCCESS) << n;
                    break;
                }
                failures += result != IMPASTO_SUCCESS ? 1 : 0;
                ASSERT_TRUE(result == IMPASTO_SUCCESS || result == IMPASTO_ERROR_OUT_OF_MEMORY)
                    << "allocation " << n << ": " << result << " " << message_;
                ASSERT_LE(grown, 0) << "allocation " << n << " leaves something";
            }
            EXPECT_GT(failures, 0);
            RecordProperty(all_after ? "allocations_all_after" : "allocations", std::to_string(n));
        }
        EXPECT_EQ(run(), IMPASTO_SUCCESS) << message_;
    }

    // The life of a session that submits by itself, of pictures or as `make` makes it.
    ImpastoResult session_life(ImpastoContext* context) {
        return session_life([&](ImpastoSession** session) { return create(context, session); });
    }
    template <typename Make>
    ImpastoResult session_life(Make&& make) {
        ImpastoSession* session = nullptr;
        ImpastoResult first = call([&] { return make(&session); });
        const auto note = [&](ImpastoResult result) {
            first = first == IMPASTO_SUCCESS ? result : first;
        };
        // What failed once is asked again: it may go on, or say no, and come to an end.
        for (int again = 0; session != nullptr && again < 2; ++again) {
            ImpastoProgress progress{};
            progress.struct_size = sizeof progress;
            note(call([&] { return impasto_session_advance(session, 100, &progress); }));
            void* bytes = nullptr;
            std::size_t size = 0;
            const auto kind = again == 0 ? IMPASTO_SNAPSHOT_WHOLE : IMPASTO_SNAPSHOT_PICTURE;
            note(call([&] { return impasto_session_snapshot(session, kind, &bytes, &size); }));
            if (bytes != nullptr) {
                note(call([&] { return impasto_session_restore(session, bytes, size); }));
            }
            impasto_free(bytes);
            ImpastoImage* image = nullptr;
            note(call([&] { return impasto_session_image(session, &image); }));
            impasto_image_destroy(image);
            ImpastoLosses losses[8];
            (void)call([&] { return impasto_session_losses(session, 0, 8, losses); });
            note(call([&] { return impasto_session_set_objective(session, &options_.objective); }));
            std::uint32_t count = 0;
            note(call([&] { return impasto_session_layers(session, nullptr, &count); }));
            note(call([&] { return impasto_session_layer_losses(session, nullptr, &count); }));
            note(call([&] { return impasto_session_progress(session, &progress); }));
            if (first == IMPASTO_SUCCESS) {
                EXPECT_EQ(progress.total_iterations, 4u);
                break;
            }
        }
        if (first != IMPASTO_SUCCESS && session != nullptr) {
            std::snprintf(message_, sizeof message_, "%s", impasto_session_message(session));
        }
        call([&] { impasto_session_destroy(session); });
        return first;
    }

    // A picture or none: `make` was refused, as `first` then says.
    template <typename Make>
    static ImpastoImage* picture_of(ImpastoResult& first, Make&& make) {
        ImpastoImage* made = nullptr;
        if (first == IMPASTO_SUCCESS) {
            first = call([&] { return make(&made); });
        }
        return made;
    }

    ImpastoResult hosted_life(FrameLoop& loop, ImpastoContext* context) {
        ImpastoSession* session = nullptr;
        ImpastoResult first = call([&] { return create_hosted(context, &session); });
        const auto note = [&](ImpastoResult result) {
            first = first == IMPASTO_SUCCESS && result != IMPASTO_NOT_READY ? result : first;
        };
        bool has_image = false;
        // A slice that failed may go on with the next; a session that failed says so every time.
        for (int i = 0, failed = 0; session != nullptr && failed < 3; ++i) {
            if (i == 100000) {
                ADD_FAILURE() << "no end";
                break;
            }
            ImpastoSliceReport report{};
            report.struct_size = sizeof report;
            ImpastoResult result = IMPASTO_SUCCESS;
            loop.run([&](VkCommandBuffer commands, std::uint64_t frame, std::uint64_t completed) {
                const ImpastoSlice slice{sizeof slice, commands, frame, completed, 1000};
                result = call([&] { return impasto_session_record(session, &slice, &report); });
            });
            note(result);
            failed += result != IMPASTO_SUCCESS ? 1 : 0;
            ImpastoImage* image = nullptr;
            result = call([&] { return impasto_session_image(session, &image); });
            note(result);
            has_image |= image != nullptr;
            impasto_image_destroy(image);
            failed += result < 0 ? 1 : 0;
            if (report.state == IMPASTO_STATE_DONE && has_image) {
                break;
            }
            std::this_thread::sleep_for(std::chrono::microseconds(20));
        }
        call([&] { impasto_session_destroy_after(session, loop.frame()); });
        loop.wait_idle();
        // The thread may be at its end only: what is retired goes once it is.
        note(call([&] { return impasto_context_frame_completed(context, ~std::uint64_t{0}); }));
        call([&] { return impasto_context_frame_completed(context, ~std::uint64_t{0}); });
        return first;
    }
};

}  // namespace impasto::testing
