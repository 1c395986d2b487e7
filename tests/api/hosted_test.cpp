// Sessions on a host's device, in slices of its frames.
#include <cmath>
#include <cstring>
#include <map>
#include <thread>

#include "api/hosted_fixture.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;

TEST_F(HostedTest, SlicesOfAnySizeGiveTheSameBytes) {
    const std::vector<float> expected = direct_run();
    for (const bool addresses : {true, false}) {
        // From single workgroups to several iterations at once.
        for (const double budget_ms : {addresses ? 0.05 : 0.5, 2.0, 10000.0}) {
            SCOPED_TRACE(budget_ms);
            FrameLoop loop;
            ASSERT_TRUE(loop.open(addresses, addresses));
            ImpastoContext* context = lend(loop.lent());
            ImpastoSession* session = nullptr;
            ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
            if (to_the_end(loop, session, budget_ms)) {
                EXPECT_EQ(picture(loop, session), expected);
                EXPECT_EQ(impasto_session_losses(session, 0, 0, nullptr), 0u);
                ImpastoProgress progress{};
                progress.struct_size = sizeof progress;
                EXPECT_EQ(impasto_session_progress(session, &progress), IMPASTO_SUCCESS);
                EXPECT_EQ(progress.total_iterations, 7u);
                EXPECT_EQ(progress.done, 1);
            }
            loop.wait_idle();
            impasto_session_destroy(session);
            impasto_context_destroy(context);
        }
    }
}

// Iterations are queued by the budget: with two or three ahead a frame would have no more than
// that.
TEST_F(HostedTest, ALargeBudgetIsFilledHoweverShortAnIterationIs) {
    use_little();
    options_.first_size = options_.size;
    iterations_[0] = 200;
    options_.iterations_count = 1;
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoHosting hosting{};
    hosting.struct_size = sizeof hosting;
    hosting.every = 1000;
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session, &hosting), IMPASTO_SUCCESS) << message_;
    int working = 0;
    ASSERT_TRUE(frames(loop, session, 1000, [&](const ImpastoSliceReport& report) {
        working += report.state != IMPASTO_STATE_PREPARING && report.operations > 0 ? 1 : 0;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return report.state == IMPASTO_STATE_DONE;
    }));
    EXPECT_LT(working, 200 / 4);
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

// With the largest image of its own, and the content's colours: what is foreseen is enough.
TEST_F(HostedTest, FitsTheMemoryThatItsNeedForesees) {
    options_.colors = IMPASTO_COLORS_CONTENT;
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    const ImpastoVulkanDevice device = loop.lent();
    const auto size_of = [](const ImpastoImage* image) {
        return ImpastoSize{static_cast<uint32_t>(impasto_image_width(image)),
                           static_cast<uint32_t>(impasto_image_height(image))};
    };
    const ImpastoSize content = size_of(content_);
    const ImpastoSize style = size_of(style_);
    ImpastoNeed need{};
    need.struct_size = sizeof need;
    ImpastoContext* asked = lend(device);
    ASSERT_EQ(impasto_session_need(asked, weights_, &content, &style, 1, &options_, &need, message_,
                                   sizeof message_),
              IMPASTO_SUCCESS)
        << message_;
    impasto_context_destroy(asked);
    ImpastoContextOptions with_budget{};
    with_budget.struct_size = sizeof with_budget;
    with_budget.host_device = &device;
    with_budget.tier = "direct";
    with_budget.memory_budget = need.device_bytes + need.hosted_bytes;
    ImpastoContext* context = nullptr;
    ASSERT_EQ(impasto_context_create(&with_budget, &context, message_, sizeof message_),
              IMPASTO_SUCCESS)
        << message_;
    ImpastoHosting hosting{};
    hosting.struct_size = sizeof hosting;
    hosting.format = VK_FORMAT_R32G32B32A32_SFLOAT;
    hosting.mips = 1;
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session, &hosting), IMPASTO_SUCCESS) << message_;
    EXPECT_TRUE(to_the_end(loop, session, 1000));
    EXPECT_LE(impasto_context_bytes_peak(context), with_budget.memory_budget);
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

// The mean of 2x2 texels in linear light, as the header says.
double linear(double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); }
double encoded(double v) {
    return v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

TEST_F(HostedTest, TheResultImageShowsThePicture) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoHosting hosting{};
    hosting.struct_size = sizeof hosting;
    hosting.mips = 1;
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session, &hosting), IMPASTO_SUCCESS) << message_;
    ImpastoResultImage result{};
    result.struct_size = sizeof result;
    ASSERT_EQ(impasto_session_result(session, &result), IMPASTO_SUCCESS);
    EXPECT_EQ(result.ready, 0);
    EXPECT_EQ(result.width, 60u);
    EXPECT_EQ(result.height, 44u);
    EXPECT_EQ(result.mip_levels, 6u);
    EXPECT_NE(result.view, 0u);
    // Already at the first scale it has the last one's size, and is about the content.
    ASSERT_TRUE(frames(loop, session, 5,
                       [](const ImpastoSliceReport& report) { return report.pictures > 0; }));
    ASSERT_EQ(impasto_session_result(session, &result), IMPASTO_SUCCESS);
    EXPECT_EQ(result.ready, 1);
    const auto first = loop.read_image(result.image, 60, 44, 0, 4);
    EXPECT_EQ(first[3], 255);

    ASSERT_TRUE(to_the_end(loop, session, 5));
    EXPECT_GE(report_.pictures, 8u);  // the start, 7 iterations, the new scale
    const std::vector<float> expected = picture(loop, session);
    const auto texels = loop.read_image(result.image, 60, 44, 0, 4);
    ASSERT_EQ(expected.size(), std::size_t{3} * 60 * 44);
    for (std::size_t i = 0; i < std::size_t{60} * 44; ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            const float value = expected[c * 60 * 44 + i] * 255.0f;
            ASSERT_NEAR(texels[4 * i + c], value, 0.5f + 1e-4f) << i;
        }
        ASSERT_EQ(texels[4 * i + 3], 255);
    }
    const auto half = loop.read_image(result.image, 30, 22, 1, 4);
    for (std::size_t y = 0; y < 22; ++y) {
        for (std::size_t x = 0; x < 30; ++x) {
            double mean = 0;
            for (const std::size_t at : {2 * y * 60 + 2 * x, 2 * y * 60 + 2 * x + 1,
                                         (2 * y + 1) * 60 + 2 * x, (2 * y + 1) * 60 + 2 * x + 1}) {
                mean += linear(texels[4 * at + 1] / 255.0) / 4;
            }
            ASSERT_NEAR(half[4 * (y * 30 + x) + 1], 255 * encoded(mean), 0.51);
        }
    }
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

TEST_F(HostedTest, APausedSessionRecordsNothingAndGoesOn) {
    const std::vector<float> expected = direct_run();
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_TRUE(frames(loop, session, 1, [](const ImpastoSliceReport& report) {
        return report.state == IMPASTO_STATE_RUNNING;
    }));
    ASSERT_EQ(impasto_session_pause(session, 1), IMPASTO_SUCCESS);
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(loop.slice(session, 1, report_), IMPASTO_SUCCESS);
        EXPECT_EQ(report_.state, IMPASTO_STATE_PAUSED);
        EXPECT_EQ(report_.operations, 0u);
    }
    EXPECT_FALSE(picture(loop, session).empty());  // also while it is paused
    ASSERT_EQ(impasto_session_pause(session, 0), IMPASTO_SUCCESS);
    ASSERT_TRUE(to_the_end(loop, session, 1));
    EXPECT_EQ(picture(loop, session), expected);
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

TEST_F(HostedTest, ASnapshotGoesOnToTheSameBytes) {
    const std::vector<float> expected = direct_run();
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_TRUE(frames(loop, session, 1, [&](const ImpastoSliceReport&) {
        ImpastoProgress progress{};
        progress.struct_size = sizeof progress;
        EXPECT_EQ(impasto_session_progress(session, &progress), IMPASTO_SUCCESS);
        return progress.total_iterations >= 2;
    }));
    void* bytes = nullptr;
    std::size_t size = 0;
    ASSERT_TRUE(frames(loop, session, 1, [&](const ImpastoSliceReport&) {
        return impasto_session_snapshot(session, IMPASTO_SNAPSHOT_WHOLE, &bytes, &size) ==
               IMPASTO_SUCCESS;
    }));
    ASSERT_GT(size, 1000u);
    loop.wait_idle();
    impasto_session_destroy(session);
    // In another hosted session, and in one of the other kind.
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_TRUE(frames(loop, session, 1, [&](const ImpastoSliceReport&) {
        return impasto_session_restore(session, bytes, size) == IMPASTO_SUCCESS;
    }));
    ASSERT_TRUE(to_the_end(loop, session, 1));
    EXPECT_EQ(picture(loop, session), expected);
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);

    ImpastoContextOptions options{};
    options.struct_size = sizeof options;
    options.tier = "direct";
    ImpastoContext* own = nullptr;
    ASSERT_EQ(impasto_context_create(&options, &own, message_, sizeof message_), IMPASTO_SUCCESS);
    ASSERT_EQ(create(own, &session), IMPASTO_SUCCESS);
    static_cast<char*>(bytes)[size / 2] ^= 1;
    EXPECT_EQ(impasto_session_restore(session, bytes, size), IMPASTO_ERROR_INVALID_ARGUMENT);
    EXPECT_NE(std::strstr(impasto_session_message(session), "damaged"), nullptr);
    static_cast<char*>(bytes)[size / 2] ^= 1;
    ASSERT_EQ(impasto_session_restore(session, bytes, size), IMPASTO_SUCCESS)
        << impasto_session_message(session);
    ASSERT_EQ(impasto_session_run(session, nullptr, nullptr), IMPASTO_SUCCESS);
    ImpastoImage* image = nullptr;
    ASSERT_EQ(impasto_session_image(session, &image), IMPASTO_SUCCESS);
    EXPECT_EQ(
        std::memcmp(impasto_image_rgb(image), expected.data(), expected.size() * sizeof(float)), 0);
    impasto_image_destroy(image);
    impasto_session_destroy(session);
    impasto_context_destroy(own);
    impasto_free(bytes);
}

TEST_F(HostedTest, OtherWeightsLeadToAnotherPicture) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoSession* session = nullptr;
    const std::uint32_t iterations[] = {40};
    options_.first_size = options_.size;
    options_.iterations = iterations;
    options_.iterations_count = 1;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_TRUE(frames(loop, session, 5, [&](const ImpastoSliceReport&) {
        ImpastoProgress progress{};
        progress.struct_size = sizeof progress;
        EXPECT_EQ(impasto_session_progress(session, &progress), IMPASTO_SUCCESS);
        return progress.total_iterations >= 5;
    }));
    ImpastoObjective objective = options_.objective;
    objective.pooling = IMPASTO_POOLING_AVERAGE;
    EXPECT_EQ(impasto_session_set_objective(session, &objective), IMPASTO_ERROR_INVALID_ARGUMENT);
    objective = options_.objective;
    objective.style_weight = 0.001f;
    objective.content_weight = 100;
    ASSERT_EQ(impasto_session_set_objective(session, &objective), IMPASTO_SUCCESS)
        << impasto_session_message(session);
    ASSERT_TRUE(to_the_end(loop, session, 5));
    const std::vector<float> pixels = picture(loop, session);
    std::vector<ImpastoLosses> losses(64);
    const std::uint32_t count = impasto_session_losses(session, 0, 64, losses.data());
    ASSERT_EQ(count, 40u);
    // Now it is the content that counts, and the total is of its scale.
    EXPECT_LT(losses[39].content, losses[7].content);
    EXPECT_NEAR(losses[39].total,
                100 * losses[39].content + 0.001f * losses[39].style +
                    options_.objective.tv_weight * losses[39].tv,
                1e-4 * std::fabs(losses[39].total) + 1e-6);
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

TEST_F(HostedTest, DestroyingWaitsForTheFrame) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoSession* session = nullptr;
    for (int round = 0; round < 3; ++round) {
        ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
        ASSERT_TRUE(frames(loop, session, 2, [&](const ImpastoSliceReport& report) {
            return report.pictures >= static_cast<std::uint64_t>(round);
        }));
        impasto_session_destroy_after(session, loop.frame());  // still in flight
    }
    loop.wait_idle();
    EXPECT_EQ(impasto_context_frame_completed(context, loop.frame()), IMPASTO_SUCCESS);
    impasto_context_destroy(context);
}

TEST_F(HostedTest, ACancelledSessionEnds) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_TRUE(frames(loop, session, 1,
                       [](const ImpastoSliceReport& report) { return report.pictures >= 2; }));
    impasto_session_cancel(session);
    ASSERT_EQ(loop.slice(session, 1, report_), IMPASTO_SUCCESS);
    EXPECT_EQ(report_.state, IMPASTO_STATE_CANCELLED);
    EXPECT_EQ(report_.operations, 0u);
    ImpastoImage* image = nullptr;
    EXPECT_EQ(impasto_session_image(session, &image), IMPASTO_ERROR_CANCELLED);
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);
}

TEST_F(HostedTest, ALostDeviceEndsTheSession) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_TRUE(frames(loop, session, 1,
                       [](const ImpastoSliceReport& report) { return report.pictures >= 1; }));
    loop.wait_idle();  // the real device is there still: its objects must not go while it works
    ASSERT_EQ(impasto_context_device_lost(context), IMPASTO_SUCCESS);
    ImpastoResult result = IMPASTO_SUCCESS;
    for (int i = 0; i < 1000 && result == IMPASTO_SUCCESS; ++i) {
        result = loop.slice(session, 1, report_);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_EQ(result, IMPASTO_ERROR_DEVICE_LOST);
    EXPECT_NE(std::strstr(impasto_session_message(session), "lost"), nullptr);
    impasto_session_destroy(session);
    // Nothing can be begun on it either.
    session = nullptr;
    EXPECT_EQ(create_hosted(context, &session), IMPASTO_ERROR_DEVICE_LOST);
    EXPECT_EQ(session, nullptr);
    EXPECT_NE(std::strstr(message_, "lost"), nullptr);
    impasto_context_destroy(context);
}

// With a queue lent too: sessions that submit by themselves.
TEST_F(HostedTest, ALostDeviceEndsSessionsOnItsQueue) {
    use_little();
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoVulkanDevice lent = loop.lent();
    lent.queue = loop.queue();
    ImpastoContext* context = lend(lent);
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(context, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_EQ(impasto_session_advance(session, 1, nullptr), IMPASTO_SUCCESS);
    loop.wait_idle();
    ASSERT_EQ(impasto_context_device_lost(context), IMPASTO_SUCCESS);
    EXPECT_EQ(impasto_session_advance(session, 1, nullptr), IMPASTO_ERROR_DEVICE_LOST);
    impasto_session_destroy(session);
    session = nullptr;
    EXPECT_EQ(create(context, &session), IMPASTO_ERROR_DEVICE_LOST);
    EXPECT_EQ(session, nullptr);
    impasto_context_destroy(context);
}

// A host's allocator, which counts.
struct HostMemory {
    FrameLoop* loop = nullptr;
    std::map<std::uint64_t, std::uint64_t> held;
    std::uint64_t calls = 0;
    std::uint64_t refuse_after = ~std::uint64_t{0};

    static int allocate(void* user, const ImpastoMemoryRequest* request, ImpastoMemory* memory) {
        auto& self = *static_cast<HostMemory*>(user);
        if (++self.calls > self.refuse_after) {
            return 0;
        }
        // Not at the beginning, as an engine's pool would have it.
        const std::uint64_t offset = std::max<std::uint64_t>(request->alignment, 4096);
        const VkMemoryPropertyFlags flags = 0;
        const VkDeviceMemory made =
            self.loop->allocate(offset + request->size, 1u << request->memory_type, flags,
                                request->device_address != 0);
        if (made == VK_NULL_HANDLE) {
            return 0;
        }
        std::memcpy(&memory->memory, &made, sizeof made);
        memory->offset = offset;
        if (request->host_visible != 0) {
            void* mapped = nullptr;
            self.loop->MapMemory(self.loop->device(), made, 0, VK_WHOLE_SIZE, 0, &mapped);
            memory->mapped = static_cast<char*>(mapped) + offset;
        }
        self.held[memory->memory] = request->size;
        return 1;
    }
    static void release(void* user, const ImpastoMemory* memory) {
        auto& self = *static_cast<HostMemory*>(user);
        EXPECT_EQ(self.held.erase(memory->memory), 1u);
        VkDeviceMemory made = VK_NULL_HANDLE;
        std::memcpy(&made, &memory->memory, sizeof made);
        self.loop->FreeMemory(self.loop->device(), made, nullptr);
    }
};

TEST_F(HostedTest, MemoryComesFromTheHost) {
    const std::vector<float> expected = direct_run();
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    HostMemory memory;
    memory.loop = &loop;
    ImpastoVulkanDevice lent = loop.lent();
    lent.allocate = &HostMemory::allocate;
    lent.free = &HostMemory::release;
    lent.memory_user = &memory;
    ImpastoContext* context = lend(lent);
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_TRUE(to_the_end(loop, session, 20));
    EXPECT_EQ(picture(loop, session), expected);
    EXPECT_GT(memory.calls, 10u);
    EXPECT_FALSE(memory.held.empty());
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);
    EXPECT_TRUE(memory.held.empty());
    const std::uint64_t all = memory.calls;

    // Refused at every call: an error, and nothing stays.
    const std::uint32_t one_each[] = {1, 1};
    options_.iterations = one_each;
    for (std::uint64_t n = 0; n < all; ++n) {
        memory.calls = 0;
        memory.refuse_after = n;
        context = lend(lent);
        ImpastoResult result = create_hosted(context, &session);
        if (result == IMPASTO_SUCCESS) {
            for (int i = 0; i < 20000 && result == IMPASTO_SUCCESS; ++i) {
                result = loop.slice(session, 1000, report_);
                if (report_.state == IMPASTO_STATE_DONE) {
                    break;
                }
                std::this_thread::sleep_for(std::chrono::microseconds(100));
            }
            loop.wait_idle();
            impasto_session_destroy(session);
        }
        EXPECT_TRUE(result == IMPASTO_ERROR_OUT_OF_MEMORY ||
                    (result == IMPASTO_SUCCESS && n + 1 >= all))
            << n << ": " << result;
        impasto_context_destroy(context);
        EXPECT_TRUE(memory.held.empty()) << n;
    }
}

// A device with its first memory type a second time, and one that buffers can't have.
struct TwoMemoryTypes {
    static VKAPI_ATTR void VKAPI_CALL properties(VkPhysicalDevice device,
                                                 VkPhysicalDeviceMemoryProperties* to) {
        real_properties(device, to);
        first = to->memoryTypeCount;
        to->memoryTypes[to->memoryTypeCount++] = to->memoryTypes[0];
        to->memoryTypes[to->memoryTypeCount++] = to->memoryTypes[0];
    }
    static VKAPI_ATTR void VKAPI_CALL requirements(VkDevice device, VkBuffer buffer,
                                                   VkMemoryRequirements* to) {
        real_requirements(device, buffer, to);
        to->memoryTypeBits |= 1u << first;
    }
    static inline PFN_vkGetPhysicalDeviceMemoryProperties real_properties = nullptr;
    static inline PFN_vkGetBufferMemoryRequirements real_requirements = nullptr;
    static inline std::uint32_t first = 0;  // of the two that are added
};

TEST_F(HostedTest, ABlockMayBeOfAnyTypeThatIsGoodForBuffers) {
    use_little();
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoVulkanDevice lent = loop.lent();
    const VkDeviceMemory block =
        loop.allocate(64 << 20, ~0u, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, true, &lent.block_type);
    ASSERT_NE(block, VkDeviceMemory{});
    if (lent.block_type != 0) {
        loop.FreeMemory(loop.device(), block, nullptr);
        GTEST_SKIP() << "the first memory type is not device-local";
    }
    std::memcpy(&lent.block_memory, &block, sizeof block);
    lent.block_size = 64 << 20;
    TwoMemoryTypes::real_properties =
        reinterpret_cast<PFN_vkGetPhysicalDeviceMemoryProperties>(impasto::testing::HostVulkan::get(
            static_cast<VkInstance>(lent.instance), "vkGetPhysicalDeviceMemoryProperties"));
    TwoMemoryTypes::real_requirements = loop.GetBufferMemoryRequirements;
    impasto::testing::HostVulkan::replace(
        "vkGetPhysicalDeviceMemoryProperties",
        reinterpret_cast<PFN_vkVoidFunction>(&TwoMemoryTypes::properties));
    impasto::testing::HostVulkan::replace(
        "vkGetBufferMemoryRequirements",
        reinterpret_cast<PFN_vkVoidFunction>(&TwoMemoryTypes::requirements));
    VkPhysicalDeviceMemoryProperties all{};
    TwoMemoryTypes::properties(static_cast<VkPhysicalDevice>(lent.physical_device), &all);
    // Not the lowest that would do.
    lent.block_type = TwoMemoryTypes::first;
    ImpastoContext* context = lend(lent);
    ASSERT_NE(context, nullptr);
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    EXPECT_TRUE(to_the_end(loop, session, 20));
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);
    // What is refused is refused at once.
    for (const std::uint32_t type : {TwoMemoryTypes::first + 1, all.memoryTypeCount, ~0u}) {
        SCOPED_TRACE(type);
        lent.block_type = type;
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.host_device = &lent;
        EXPECT_EQ(impasto_context_create(&options, &context, message_, sizeof message_),
                  IMPASTO_ERROR_INVALID_ARGUMENT);
        EXPECT_NE(std::strstr(message_, "block"), nullptr) << message_;
    }
    loop.FreeMemory(loop.device(), block, nullptr);
}

TEST_F(HostedTest, ABlockOfTheSizeNeededIsEnough) {
    const std::vector<float> expected = direct_run();
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoContext* context = lend(loop.lent());
    const ImpastoSize content{60, 44};
    const ImpastoSize style{48, 50};
    ImpastoNeed need{};
    need.struct_size = sizeof need;
    ASSERT_EQ(impasto_session_need(context, weights_, &content, &style, 1, &options_, &need,
                                   message_, sizeof message_),
              IMPASTO_SUCCESS)
        << message_;
    impasto_context_destroy(context);
    EXPECT_GT(need.device_bytes, 100000u);
    EXPECT_GE(need.block_bytes, need.device_bytes);
    ImpastoVulkanDevice lent = loop.lent();
    const VkDeviceMemory block = loop.allocate(
        need.block_bytes + 256, ~0u, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, true, &lent.block_type);
    ASSERT_NE(block, VkDeviceMemory{});
    std::memcpy(&lent.block_memory, &block, sizeof block);
    lent.block_offset = 256;
    lent.block_size = need.block_bytes;
    context = lend(lent);
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
    ASSERT_TRUE(to_the_end(loop, session, 20));
    EXPECT_EQ(picture(loop, session), expected);
    EXPECT_LE(impasto_session_bytes_planned(session), need.device_bytes);
    loop.wait_idle();
    impasto_session_destroy(session);
    impasto_context_destroy(context);
    loop.FreeMemory(loop.device(), block, nullptr);
}

}  // namespace
