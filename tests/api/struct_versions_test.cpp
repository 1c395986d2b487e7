// Callers that were built with another version of the headers: each struct cut after every field,
// of no size, and longer than this library knows it.
#include <algorithm>
#include <cstddef>
#include <cstring>

#include "api/hosted_fixture.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;
using impasto::testing::HostVulkan;

constexpr ImpastoResult kInvalid = IMPASTO_ERROR_INVALID_ARGUMENT;
constexpr unsigned char kUntouched = 0xA5;

class StructVersionsTest : public HostedTest {};

// Sizes that a caller may give, the whole and beyond included; those below that of struct_size
// itself are none.
template <typename T>
std::vector<std::size_t> sizes() {
    std::vector<std::size_t> all;
    for (std::size_t size = sizeof(std::size_t); size <= sizeof(T) + 64; size += 4) {
        all.push_back(size);
    }
    return all;
}
constexpr std::size_t kNoSizes[] = {0, 1, sizeof(std::size_t) - 1};

// Whether the first `size` bytes are the same, but for padding, which is anything.
template <typename T>
bool same_fields([[maybe_unused]] std::vector<unsigned char> a,
                 [[maybe_unused]] std::vector<unsigned char> b, [[maybe_unused]] std::size_t size) {
#if defined(__GNUC__) && !defined(__clang__)
    __builtin_clear_padding(reinterpret_cast<T*>(a.data()));
    __builtin_clear_padding(reinterpret_cast<T*>(b.data()));
    return std::equal(a.begin() + sizeof size, a.begin() + static_cast<std::ptrdiff_t>(size),
                      b.begin() + sizeof size);
#else
    return true;  // nothing tells where it is
#endif
}

// `fill(T*)` writes what a caller reads: exactly as far as the caller's struct goes.
template <typename T, typename Fill>
void is_filled_as_far_as_it_goes(Fill&& fill) {
    std::vector<unsigned char> whole(sizeof(T) + 64, kUntouched);
    const auto call = [&](std::vector<unsigned char>& bytes, std::size_t size) {
        std::memcpy(bytes.data(), &size, sizeof size);
        return fill(reinterpret_cast<T*>(bytes.data()));
    };
    ASSERT_EQ(call(whole, sizeof(T)), IMPASTO_SUCCESS);
    for (const std::size_t size : sizes<T>()) {
        std::vector<unsigned char> bytes(sizeof(T) + 64, kUntouched);
        ASSERT_EQ(call(bytes, size), IMPASTO_SUCCESS) << size;
        std::size_t kept = 0;
        std::memcpy(&kept, bytes.data(), sizeof kept);
        EXPECT_EQ(kept, size);
        const std::size_t known = std::min(size, sizeof(T));
        EXPECT_TRUE(same_fields<T>(bytes, whole, known)) << size;
        EXPECT_TRUE(std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(known), bytes.end(),
                                [](unsigned char byte) { return byte == kUntouched; }))
            << size;
    }
    for (const std::size_t size : kNoSizes) {
        std::vector<unsigned char> bytes(sizeof(T), kUntouched);
        EXPECT_EQ(call(bytes, size), kInvalid) << size;
        EXPECT_TRUE(std::all_of(bytes.begin() + sizeof size, bytes.end(), [](unsigned char byte) {
            return byte == kUntouched;
        })) << size;
    }
}

TEST_F(StructVersionsTest, WhatIsWritten) {
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(context_, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_EQ(impasto_session_run(session, nullptr, nullptr), IMPASTO_SUCCESS);
    is_filled_as_far_as_it_goes<ImpastoProgress>(
        [&](ImpastoProgress* to) { return impasto_session_progress(session, to); });
    is_filled_as_far_as_it_goes<ImpastoProgress>(
        [&](ImpastoProgress* to) { return impasto_session_advance(session, 1, to); });
    impasto_session_destroy(session);
    is_filled_as_far_as_it_goes<ImpastoDeviceInfo>(
        [&](ImpastoDeviceInfo* to) { return impasto_context_device(context_, to); });
    const ImpastoSize sides{60, 44};
    is_filled_as_far_as_it_goes<ImpastoNeed>([&](ImpastoNeed* to) {
        return impasto_session_need(context_, weights_, &sides, &sides, 1, &options_, to, nullptr,
                                    0);
    });
    ImpastoProbe* probe = nullptr;
    ASSERT_EQ(impasto_probe_run(context_, weights_, content_, content_, &style_, 1,
                                &options_.objective, &probe, message_, sizeof message_),
              IMPASTO_SUCCESS);
    is_filled_as_far_as_it_goes<ImpastoTensor>(
        [&](ImpastoTensor* to) { return impasto_probe_tensor(probe, 0, to); });
    impasto_probe_destroy(probe);
}

TEST_F(StructVersionsTest, WhatIsWrittenForHosts) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    const ImpastoVulkanDevice lent = loop.lent();
    is_filled_as_far_as_it_goes<ImpastoFeatures>([&](ImpastoFeatures* to) {
        return impasto_required_features(
            lent.instance, lent.physical_device,
            reinterpret_cast<ImpastoGetInstanceProcAddr>(&HostVulkan::get), to, nullptr, 0);
    });
    ImpastoContext* context = lend(lent);
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    is_filled_as_far_as_it_goes<ImpastoResultImage>(
        [&](ImpastoResultImage* to) { return impasto_session_result(session, to); });
    ASSERT_TRUE(to_the_end(loop, session, 100));
    // Nothing is left to record, so that the reports are all the same.
    loop.wait_idle();
    ASSERT_EQ(loop.slice(session, 100, report_), IMPASTO_SUCCESS);
    loop.wait_idle();
    loop.run([&](VkCommandBuffer commands, std::uint64_t frame, std::uint64_t) {
        const ImpastoSlice slice{sizeof slice, commands, frame, frame - 1, 1};
        is_filled_as_far_as_it_goes<ImpastoSliceReport>(
            [&](ImpastoSliceReport* to) { return impasto_session_record(session, &slice, to); });
    });
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

// Arrays are of the caller's structs, whose size is their distance.
template <typename T, typename List>
void is_listed_as_far_as_it_goes(List&& list) {
    std::uint32_t count = 0;
    ASSERT_EQ(list(nullptr, &count), IMPASTO_SUCCESS);
    ASSERT_GT(count, 0u);
    std::vector<unsigned char> whole;
    for (const std::size_t size :
         {sizeof(T), sizeof(T) - 8, sizeof(T) / 2 / 8 * 8, sizeof(T) + 64}) {
        // One more than there are, which stays as it is.
        std::vector<unsigned char> bytes((count + 1) * size, kUntouched);
        for (std::uint32_t i = 0; i <= count; ++i) {
            std::memcpy(bytes.data() + i * size, &size, sizeof size);
        }
        std::uint32_t room = count + 1;
        ASSERT_EQ(list(reinterpret_cast<T*>(bytes.data()), &room), IMPASTO_SUCCESS) << size;
        EXPECT_EQ(room, count);
        if (whole.empty()) {
            whole = bytes;
        }
        const std::size_t known = std::min(size, sizeof(T));
        for (std::uint32_t i = 0; i <= count; ++i) {
            std::size_t kept = 0;
            std::memcpy(&kept, bytes.data() + i * size, sizeof kept);
            ASSERT_EQ(kept, size);
            const auto one = [](const std::vector<unsigned char>& from, std::size_t at,
                                std::size_t length) {
                std::vector<unsigned char> bytes_of_one(sizeof(T), kUntouched);
                std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(at), length,
                            bytes_of_one.begin());
                return bytes_of_one;
            };
            ASSERT_TRUE(same_fields<T>(one(bytes, i * size, known),
                                       one(whole, i * sizeof(T), known), known))
                << size << " " << i;
        }
    }
    for (const std::size_t size : kNoSizes) {
        std::vector<unsigned char> bytes(count * sizeof(T), 0);
        std::memcpy(bytes.data(), &size, sizeof size);
        std::uint32_t room = count;
        EXPECT_EQ(list(reinterpret_cast<T*>(bytes.data()), &room), kInvalid) << size;
    }
}

TEST_F(StructVersionsTest, WhatIsListed) {
    is_listed_as_far_as_it_goes<ImpastoDeviceInfo>(
        [&](ImpastoDeviceInfo* infos, std::uint32_t* count) {
            return impasto_list_devices(infos, count, message_, sizeof message_);
        });
    const std::string cache = folder_.path().string();
    is_listed_as_far_as_it_goes<ImpastoListedWeights>(
        [&](ImpastoListedWeights* listed, std::uint32_t* count) {
            return impasto_list_weights(cache.c_str(), listed, count, message_, sizeof message_);
        });
}

// `use(const T*)` reads the caller's struct, of which `whole` is the newest: cut short, what lacks
// is zero, which is a default or refused; longer, what is beyond is not looked at.
template <typename T, typename Use>
void is_read_as_far_as_it_goes(const T& whole, Use&& use) {
    std::vector<unsigned char> bytes(sizeof(T) + 64, kUntouched);
    const auto call = [&](std::size_t size) {
        std::memcpy(bytes.data(), &whole, sizeof whole);
        std::memcpy(bytes.data(), &size, sizeof size);
        const std::size_t given = std::max(std::min(size, sizeof whole), sizeof size);
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(given), bytes.end(), kUntouched);
        return use(reinterpret_cast<const T*>(bytes.data()));
    };
    EXPECT_EQ(call(sizeof(T)), IMPASTO_SUCCESS);
    EXPECT_EQ(call(sizeof(T) + 64), IMPASTO_SUCCESS);
    for (const std::size_t size : sizes<T>()) {
        if (size % 8 == 0) {  // a pointer is there whole, or not
            const ImpastoResult result = call(size);
            EXPECT_TRUE(result == IMPASTO_SUCCESS || result == kInvalid ||
                        result == IMPASTO_ERROR_NO_DEVICE)
                << size << ": " << result;
        }
    }
    for (const std::size_t size : kNoSizes) {
        EXPECT_EQ(call(size), kInvalid) << size;
    }
}

TEST_F(StructVersionsTest, WhatIsRead) {
    ImpastoContextOptions options{};
    options.struct_size = sizeof options;
    options.tier = "direct";
    options.precision = "fp32";
    is_read_as_far_as_it_goes(options, [&](const ImpastoContextOptions* from) {
        ImpastoContext* made = nullptr;
        const auto result = impasto_context_create(from, &made, message_, sizeof message_);
        impasto_context_destroy(made);
        return result;
    });
    is_read_as_far_as_it_goes(options_, [&](const ImpastoSessionOptions* from) {
        const ImpastoSize sides{60, 44};
        ImpastoNeed need{};
        need.struct_size = sizeof need;
        return impasto_session_need(context_, weights_, &sides, &sides, 1, from, &need, message_,
                                    sizeof message_);
    });
    ImpastoWeightsOptions how{};
    how.struct_size = sizeof how;
    is_read_as_far_as_it_goes(how, [&](const ImpastoWeightsOptions* from) {
        ImpastoWeights* made = nullptr;
        const auto result = impasto_weights_load("builtin", from, &made, message_, sizeof message_);
        impasto_weights_destroy(made);
        return result;
    });
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(context_, &session), IMPASTO_SUCCESS);
    is_read_as_far_as_it_goes(options_.objective, [&](const ImpastoObjective* from) {
        return impasto_session_set_objective(session, from);
    });
    impasto_session_destroy(session);
}

TEST_F(StructVersionsTest, WhatIsReadFromHosts) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    const ImpastoVulkanDevice lent = loop.lent();
    is_read_as_far_as_it_goes(lent, [&](const ImpastoVulkanDevice* from) {
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.host_device = from;
        options.cache_dir = "";
        ImpastoContext* made = nullptr;
        const auto result = impasto_context_create(&options, &made, message_, sizeof message_);
        impasto_context_destroy(made);
        return result;
    });
    ImpastoContext* context = lend(lent);
    const ImpastoSource style = source(style_);
    ImpastoHosting hosting{};
    hosting.struct_size = sizeof hosting;
    hosting.mips = 1;
    const auto creates = [&](const ImpastoSource* content, const ImpastoHosting* how) {
        ImpastoSession* made = nullptr;
        const auto result =
            impasto_session_create_hosted(context, weights_, content, &style, 1, &options_, how,
                                          &made, message_, sizeof message_);
        impasto_session_destroy(made);
        return result;
    };
    const ImpastoSource content = source(content_);
    is_read_as_far_as_it_goes(hosting,
                              [&](const ImpastoHosting* from) { return creates(&content, from); });
    is_read_as_far_as_it_goes(content,
                              [&](const ImpastoSource* from) { return creates(from, nullptr); });
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    loop.run([&](VkCommandBuffer commands, std::uint64_t frame, std::uint64_t) {
        const ImpastoSlice slice{sizeof slice, commands, frame, 0, 1};
        is_read_as_far_as_it_goes(slice, [&](const ImpastoSlice* from) {
            return impasto_session_record(session, from, nullptr);
        });
    });
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

// What a newer header has a name for is not passed over in silence.
TEST_F(StructVersionsTest, WhatIsReservedMustBeZero) {
    ImpastoSession* session = nullptr;
    options_.objective.reserved = 1;
    EXPECT_EQ(create(context_, &session), kInvalid);
    EXPECT_NE(std::strstr(message_, "reserved"), nullptr) << message_;
    options_.objective.reserved = 0;
    options_.objective.reserved_words[7] = 1;
    EXPECT_EQ(create(context_, &session), kInvalid);
    options_.objective.reserved_words[7] = 0;
    ASSERT_EQ(create(context_, &session), IMPASTO_SUCCESS) << message_;
    impasto_session_destroy(session);

    ImpastoContextOptions asked{};
    asked.struct_size = sizeof asked;
    asked.reserved = 1;
    ImpastoContext* refused = nullptr;
    EXPECT_EQ(impasto_context_create(&asked, &refused, message_, sizeof message_), kInvalid);
    EXPECT_NE(std::strstr(message_, "reserved"), nullptr) << message_;

    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoVulkanDevice lent = loop.lent();
    asked.reserved = 0;
    asked.host_device = &lent;
    lent.reserved = 1;
    EXPECT_EQ(impasto_context_create(&asked, &refused, message_, sizeof message_), kInvalid);
    EXPECT_NE(std::strstr(message_, "reserved"), nullptr) << message_;
    lent.reserved = 0;
    ImpastoContext* context = lend(lent);
    const ImpastoSource content = source(content_);
    const ImpastoSource style = source(style_);
    ImpastoHosting hosting{};
    hosting.struct_size = sizeof hosting;
    hosting.reserved = 1;
    EXPECT_EQ(impasto_session_create_hosted(context, weights_, &content, &style, 1, &options_,
                                            &hosting, &session, message_, sizeof message_),
              kInvalid);
    EXPECT_NE(std::strstr(message_, "reserved"), nullptr) << message_;
    impasto_context_destroy(context);
}

// Several styles of a caller whose ImpastoSource is longer, as a newer header's.
TEST_F(StructVersionsTest, ArraysOfLongerSources) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    struct Longer {
        ImpastoSource source;
        std::uint64_t more[3];
    };
    Longer styles[2];
    std::memset(styles, kUntouched, sizeof styles);
    for (Longer& style : styles) {
        style.source = source(style_);
        style.source.struct_size = sizeof style;
    }
    const ImpastoSource content = source(content_);
    ImpastoSession* session = nullptr;
    ASSERT_EQ(
        impasto_session_create_hosted(context, weights_, &content, &styles[0].source, 2, &options_,
                                      nullptr, &session, message_, sizeof message_),
        IMPASTO_SUCCESS)
        << message_;
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

// Defaults go no further than the caller's struct.
TEST_F(StructVersionsTest, Defaults) {
    is_filled_as_far_as_it_goes<ImpastoObjective>([](ImpastoObjective* to) {
        impasto_objective_default(to);
        return to->struct_size < sizeof(std::size_t) ? kInvalid : IMPASTO_SUCCESS;
    });
    is_filled_as_far_as_it_goes<ImpastoSessionOptions>([](ImpastoSessionOptions* to) {
        impasto_session_options_default(to);
        return to->struct_size < sizeof(std::size_t) ? kInvalid : IMPASTO_SUCCESS;
    });
}

}  // namespace
