// No memory left on the host: the n-th allocation of Impasto fails, for every n, or it and all
// after it. Every call answers IMPASTO_ERROR_OUT_OF_MEMORY or does without; nothing crashes, hangs,
// or is left behind, and the context works as before.
//
// This program links the C++ library statically and exports nothing, so that operator new below is
// that of Impasto and the test alone: drivers and layers have another. Allocations of the test's
// own thread count inside Impasto's calls only, those of Impasto's threads always.
//
// The long ones, marked below, take every k-th n, so that the whole is a matter of seconds;
// IMPASTO_TEST_EVERY_ALLOCATION=1 takes all.
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include "api/hosted_fixture.h"

namespace {

std::atomic<bool> armed{false};
std::atomic<bool> sticky{false};
std::atomic<std::int64_t> fails_at{0};
std::atomic<std::int64_t> counted{0};
std::atomic<std::int64_t> live{0};  // allocations, counted or not
thread_local bool of_the_test = false;

void* allocate(std::size_t size, std::size_t alignment) {
    if (armed && !of_the_test) {
        const std::int64_t n = counted++;
        if (n == fails_at || (sticky && n > fails_at)) {
            return nullptr;
        }
    }
    void* const made =
        alignment <= alignof(std::max_align_t)
            ? std::malloc(size == 0 ? 1 : size)
            : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    live += made != nullptr ? 1 : 0;
    return made;
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
    void* const made = allocate(size, alignment);
    if (made == nullptr) {
        throw std::bad_alloc();
    }
    return made;
}

void release(void* made) noexcept {
    live -= made != nullptr ? 1 : 0;
    std::free(made);
}

}  // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size, 0); }
void* operator new[](std::size_t size) { return allocate_or_throw(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
    return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 0); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
    return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* made) noexcept { release(made); }
void operator delete[](void* made) noexcept { release(made); }
void operator delete(void* made, std::size_t) noexcept { release(made); }
void operator delete[](void* made, std::size_t) noexcept { release(made); }
void operator delete(void* made, std::align_val_t) noexcept { release(made); }
void operator delete[](void* made, std::align_val_t) noexcept { release(made); }
void operator delete(void* made, std::size_t, std::align_val_t) noexcept { release(made); }
void operator delete[](void* made, std::size_t, std::align_val_t) noexcept { release(made); }
void operator delete(void* made, const std::nothrow_t&) noexcept { release(made); }
void operator delete[](void* made, const std::nothrow_t&) noexcept { release(made); }
void operator delete(void* made, std::align_val_t, const std::nothrow_t&) noexcept {
    release(made);
}
void operator delete[](void* made, std::align_val_t, const std::nothrow_t&) noexcept {
    release(made);
}

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;
using impasto::testing::tiny_encoder;
using impasto::testing::weights_file;

class OutOfMemoryTest : public HostedTest {
  protected:
    void SetUp() override {
        of_the_test = true;
        HostedTest::SetUp();
        use_little();
    }

    // A call of Impasto, whose allocations may fail.
    template <typename Call>
    static auto call(Call&& body) {
        of_the_test = false;
        struct Outside {
            ~Outside() { of_the_test = true; }
        } outside;
        return body();
    }

    // `run` makes, uses and destroys; its first result that was none of success. Every `step`-th n.
    template <typename Run>
    void each_allocation(int step, Run&& run) {
        if (std::getenv("IMPASTO_TEST_EVERY_ALLOCATION") != nullptr) {
            step = 1;
        }
        for (int i = 0; i < 3; ++i) {  // what is made once for all
            ASSERT_EQ(run(), IMPASTO_SUCCESS) << message_;
        }
        for (const bool all_after : {false, true}) {
            std::int64_t n = 0;
            std::int64_t failures = 0;
            for (;; n += step) {
                sticky = all_after;
                // What stays is a leak, unless it is kept for good: then it does not come again.
                ImpastoResult result = IMPASTO_SUCCESS;
                std::int64_t grown = 0;
                for (int tries = 0; tries == 0 || (grown > 0 && tries < 3); ++tries) {
                    const std::int64_t before = live;
                    fails_at = n;
                    counted = 0;
                    armed = true;
                    result = run();
                    armed = false;
                    grown = live - before;
                }
                if (counted <= n) {
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

    // The life of a session that submits by itself.
    ImpastoResult session_life(ImpastoContext* context) {
        ImpastoSession* session = nullptr;
        ImpastoResult first = call([&] { return create(context, &session); });
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
        call([&] { impasto_session_destroy(session); });
        return first;
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

TEST_F(OutOfMemoryTest, Images) {
    const std::vector<float> rgba(std::size_t{4} * 9 * 7, 0.5f);
    const std::string path = (folder_.path() / "a-path-too-long-for-a-short-string.png").string();
    const ImpastoText texts[] = {{"Comment", "a text too long for a short string"},
                                 {"Title", "blé, 麦"}};
    each_allocation(1, [&] {
        ImpastoImage* made = nullptr;
        ImpastoImage* loaded = nullptr;
        ImpastoResult result = call([&] {
            return impasto_image_create(9, 7, rgba.data(), rgba.data(), &made, message_,
                                        sizeof message_);
        });
        if (result == IMPASTO_SUCCESS) {
            result = call([&] {
                return impasto_image_save(made, path.c_str(), texts, std::size(texts), message_,
                                          sizeof message_);
            });
        }
        if (result == IMPASTO_SUCCESS) {
            result = call([&] {
                return impasto_image_load(path.c_str(), &loaded, message_, sizeof message_);
            });
        }
        call([&] { impasto_image_destroy(made); });
        call([&] { impasto_image_destroy(loaded); });
        return result;
    });
}

TEST_F(OutOfMemoryTest, Weights) {
    const auto bytes = weights_file(tiny_encoder(13, 11), folder_.path());
    each_allocation(1, [&] {
        ImpastoWeights* made = nullptr;
        const ImpastoResult result = call([&] {
            return impasto_weights_load_memory(bytes.data(), bytes.size(),
                                               "a name too long for a short string", nullptr, &made,
                                               message_, sizeof message_);
        });
        call([&] { impasto_weights_destroy(made); });
        return result;
    });
}

TEST_F(OutOfMemoryTest, Lists) {
    const std::string cache = folder_.path().string();
    each_allocation(1, [&] {
        std::uint32_t count = 0;
        return call([&] {
            return impasto_list_weights(cache.c_str(), nullptr, &count, message_, sizeof message_);
        });
    });
    each_allocation(1, [&] {
        std::uint32_t count = 0;
        return call(
            [&] { return impasto_list_devices(nullptr, &count, message_, sizeof message_); });
    });
}

TEST_F(OutOfMemoryTest, Contexts) {
    const std::string cache = (folder_.path() / "a cache folder").string();
    each_allocation(1, [&] {
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.cache_dir = cache.c_str();
        ImpastoContext* made = nullptr;
        const ImpastoResult result = call(
            [&] { return impasto_context_create(&options, &made, message_, sizeof message_); });
        call([&] { impasto_context_destroy(made); });
        return result;
    });
}

TEST_F(OutOfMemoryTest, Needs) {
    each_allocation(1, [&] {
        const ImpastoSize sides{60, 44};
        ImpastoNeed need{};
        need.struct_size = sizeof need;
        return call([&] {
            return impasto_session_need(context_, weights_, &sides, &sides, 1, &options_, &need,
                                        message_, sizeof message_);
        });
    });
}

TEST_F(OutOfMemoryTest, Sessions) {
    each_allocation(29, [&] { return session_life(context_); });
}

// With the kernels compiled anew every time.
TEST_F(OutOfMemoryTest, SessionsOfNewContexts) {
    each_allocation(499, [&] {
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.cache_dir = "";
        options.no_buffer_addresses = 1;
        ImpastoContext* made = nullptr;
        ImpastoResult result = call(
            [&] { return impasto_context_create(&options, &made, message_, sizeof message_); });
        if (result == IMPASTO_SUCCESS) {
            result = session_life(made);
        }
        call([&] { impasto_context_destroy(made); });
        return result;
    });
}

TEST_F(OutOfMemoryTest, HostedSessions) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    each_allocation(29, [&] { return hosted_life(loop, context); });
    impasto_context_destroy(context);
}

TEST_F(OutOfMemoryTest, Probes) {
    each_allocation(29, [&] {
        ImpastoProbe* probe = nullptr;
        ImpastoResult result = call([&] {
            return impasto_probe_run(context_, weights_, content_, content_, &style_, 1,
                                     &options_.objective, &probe, message_, sizeof message_);
        });
        if (result == IMPASTO_SUCCESS) {
            const std::string path = (folder_.path() / "probe.safetensors").string();
            result = call(
                [&] { return impasto_probe_save(probe, path.c_str(), message_, sizeof message_); });
        }
        call([&] { impasto_probe_destroy(probe); });
        return result;
    });
}

}  // namespace
