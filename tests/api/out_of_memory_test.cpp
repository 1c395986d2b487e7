// No memory left on the host: the n-th allocation of Impasto fails, for every n, or it and all
// after it. Every call answers IMPASTO_ERROR_OUT_OF_MEMORY or does without; nothing crashes, hangs,
// or is left behind, and the context works as before.
//
// This program links the C++ library statically and exports nothing, so that operator new below is
// that of Impasto and the test alone: drivers and layers have another. Allocations of the test's
// own thread count inside Impasto's calls only, those of Impasto's threads always.
//
// The long ones, marked below, take every k-th n, so that the whole is a matter of seconds;
// IMPASTO_TEST_EVERY_ALLOCATION=1 takes all, =7 every seventh.
#include "api/out_of_memory_fixture.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::OutOfMemoryTest;
using impasto::testing::tiny_encoder;
using impasto::testing::weights_file;

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
    each_allocation(1999, [&] {
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
