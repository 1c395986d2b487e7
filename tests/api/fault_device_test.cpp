// A driver that fails: every function below, in the n-th call, under sessions of both kinds. The
// answer is an error of its kind, what is asked afterwards neither crashes nor hangs, and all is
// destroyed: the validation layer names what is left when the host destroys its device.
#include <atomic>
#include <cstring>
#include <set>
#include <string>

#include "api/hosted_fixture.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;
using impasto::testing::HostVulkan;

// The call that fails, and with what.
struct Fault {
    std::string function;
    int at = -1;  // counted from 0; below 0: none
    VkResult error = VK_ERROR_OUT_OF_DEVICE_MEMORY;
    std::atomic<int> calls{0};
    std::atomic<bool> lost{false};
    FrameLoop* loop = nullptr;

    void arm(const char* name, int n, VkResult with, FrameLoop& on) {
        function = name;
        at = n;
        error = with;
        calls = 0;
        lost = false;
        loop = &on;
    }
    VkResult next(const char* name) {
        // A device that is lost says so from then on, wherever work is given or waited for.
        const bool works = std::strcmp(name, "vkQueueSubmit") == 0 ||
                           std::strcmp(name, "vkWaitSemaphores") == 0 ||
                           std::strcmp(name, "vkGetSemaphoreCounterValue") == 0;
        if (lost && works) {
            return VK_ERROR_DEVICE_LOST;
        }
        if (function != name || calls++ != at) {
            return VK_SUCCESS;
        }
        if (error == VK_ERROR_DEVICE_LOST) {
            // The real one is there: it works on nothing any more, as a lost one.
            loop->wait_idle();
            lost = true;
        }
        return error;
    }
};
Fault fault;

#define IMPASTO_FAILING_FUNCTIONS(X)                                                             \
    X(QueueSubmit, (VkQueue a, std::uint32_t b, const VkSubmitInfo* c, VkFence d), (a, b, c, d)) \
    X(WaitSemaphores, (VkDevice a, const VkSemaphoreWaitInfo* b, std::uint64_t c), (a, b, c))    \
    X(GetSemaphoreCounterValue, (VkDevice a, VkSemaphore b, std::uint64_t * c), (a, b, c))       \
    X(AllocateMemory,                                                                            \
      (VkDevice a, const VkMemoryAllocateInfo* b, const VkAllocationCallbacks* c,                \
       VkDeviceMemory* d),                                                                       \
      (a, b, c, d))                                                                              \
    X(CreateBuffer,                                                                              \
      (VkDevice a, const VkBufferCreateInfo* b, const VkAllocationCallbacks* c, VkBuffer* d),    \
      (a, b, c, d))                                                                              \
    X(CreateComputePipelines,                                                                    \
      (VkDevice a, VkPipelineCache b, std::uint32_t c, const VkComputePipelineCreateInfo* d,     \
       const VkAllocationCallbacks* e, VkPipeline* f),                                           \
      (a, b, c, d, e, f))                                                                        \
    X(CreateShaderModule,                                                                        \
      (VkDevice a, const VkShaderModuleCreateInfo* b, const VkAllocationCallbacks* c,            \
       VkShaderModule* d),                                                                       \
      (a, b, c, d))                                                                              \
    X(CreateCommandPool,                                                                         \
      (VkDevice a, const VkCommandPoolCreateInfo* b, const VkAllocationCallbacks* c,             \
       VkCommandPool* d),                                                                        \
      (a, b, c, d))                                                                              \
    X(AllocateCommandBuffers,                                                                    \
      (VkDevice a, const VkCommandBufferAllocateInfo* b, VkCommandBuffer* c), (a, b, c))         \
    X(BeginCommandBuffer, (VkCommandBuffer a, const VkCommandBufferBeginInfo* b), (a, b))        \
    X(EndCommandBuffer, (VkCommandBuffer a), (a))                                                \
    X(CreateDescriptorPool,                                                                      \
      (VkDevice a, const VkDescriptorPoolCreateInfo* b, const VkAllocationCallbacks* c,          \
       VkDescriptorPool* d),                                                                     \
      (a, b, c, d))                                                                              \
    X(AllocateDescriptorSets,                                                                    \
      (VkDevice a, const VkDescriptorSetAllocateInfo* b, VkDescriptorSet* c), (a, b, c))         \
    X(CreateQueryPool,                                                                           \
      (VkDevice a, const VkQueryPoolCreateInfo* b, const VkAllocationCallbacks* c,               \
       VkQueryPool* d),                                                                          \
      (a, b, c, d))                                                                              \
    X(CreateSemaphore,                                                                           \
      (VkDevice a, const VkSemaphoreCreateInfo* b, const VkAllocationCallbacks* c,               \
       VkSemaphore* d),                                                                          \
      (a, b, c, d))                                                                              \
    X(CreateImage,                                                                               \
      (VkDevice a, const VkImageCreateInfo* b, const VkAllocationCallbacks* c, VkImage* d),      \
      (a, b, c, d))                                                                              \
    X(CreateImageView,                                                                           \
      (VkDevice a, const VkImageViewCreateInfo* b, const VkAllocationCallbacks* c,               \
       VkImageView* d),                                                                          \
      (a, b, c, d))

#define IMPASTO_FAIL(name, parameters, arguments)                     \
    PFN_vk##name real_##name = nullptr;                               \
    VKAPI_ATTR VkResult VKAPI_CALL failing_##name parameters {        \
        const VkResult result = fault.next("vk" #name);               \
        return result == VK_SUCCESS ? real_##name arguments : result; \
    }
IMPASTO_FAILING_FUNCTIONS(IMPASTO_FAIL)
#undef IMPASTO_FAIL

class DeviceFaultTest : public HostedTest {
  protected:
    void SetUp() override {
        HostedTest::SetUp();
        use_little();
    }
    void TearDown() override {
        fault.at = -1;
        fault.function.clear();
        HostedTest::TearDown();
    }

    // `loop`'s device, its queue too, by the functions above.
    static ImpastoVulkanDevice lent(FrameLoop& loop, bool queue) {
#define IMPASTO_PUT(name, parameters, arguments)                             \
    real_##name = reinterpret_cast<PFN_vk##name>(loop.function("vk" #name)); \
    HostVulkan::replace("vk" #name, reinterpret_cast<PFN_vkVoidFunction>(&failing_##name));
        IMPASTO_FAILING_FUNCTIONS(IMPASTO_PUT)
#undef IMPASTO_PUT
        ImpastoVulkanDevice device = loop.lent();
        device.queue = queue ? loop.queue() : nullptr;
        return device;
    }

    ImpastoResult context_on(const ImpastoVulkanDevice& device, ImpastoContext** context) {
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.host_device = &device;
        options.tier = "direct";
        options.cache_dir = "";
        return impasto_context_create(&options, context, message_, sizeof message_);
    }

    // A session's life on the host's queue: what its first failure was. What follows it is asked
    // all the same.
    ImpastoResult life(const ImpastoVulkanDevice& device) {
        ImpastoContext* context = nullptr;
        ImpastoResult first = context_on(device, &context);
        if (first != IMPASTO_SUCCESS) {
            EXPECT_EQ(context, nullptr);
            return first;
        }
        ImpastoSession* session = nullptr;
        first = create(context, &session);
        EXPECT_EQ(first == IMPASTO_SUCCESS, session != nullptr);
        const auto note = [&](ImpastoResult result) {
            EXPECT_TRUE(result == IMPASTO_SUCCESS || *impasto_session_message(session) != '\0');
            if (first == IMPASTO_SUCCESS) {
                first = result;
            }
        };
        for (int again = 0; session != nullptr && again < 3; ++again) {
            ImpastoProgress progress{};
            progress.struct_size = sizeof progress;
            note(impasto_session_advance(session, 100, &progress));
            ImpastoImage* image = nullptr;
            note(impasto_session_image(session, &image));
            impasto_image_destroy(image);
            ImpastoLosses losses{};
            note(impasto_session_image_losses(session, &losses));
            void* bytes = nullptr;
            std::size_t size = 0;
            note(impasto_session_snapshot(session, IMPASTO_SNAPSHOT_WHOLE, &bytes, &size));
            impasto_free(bytes);
            EXPECT_EQ(impasto_session_progress(session, &progress), IMPASTO_SUCCESS);
            EXPECT_LE(progress.total_iterations, 4u);
            if (first == IMPASTO_SUCCESS) {
                EXPECT_EQ(progress.done, 1);
                break;
            }
        }
        impasto_session_destroy(session);
        impasto_context_destroy(context);
        return first;
    }

    ImpastoResult hosted_life(FrameLoop& loop, const ImpastoVulkanDevice& device) {
        ImpastoContext* context = nullptr;
        ImpastoResult first = context_on(device, &context);
        if (first != IMPASTO_SUCCESS) {
            return first;
        }
        ImpastoSession* session = nullptr;
        first = create_hosted(context, &session);
        EXPECT_EQ(first == IMPASTO_SUCCESS, session != nullptr);
        for (int i = 0; session != nullptr && first == IMPASTO_SUCCESS && i < 200000; ++i) {
            first = loop.slice(session, 1000, report_);
            if (report_.state == IMPASTO_STATE_DONE) {
                break;
            }
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        }
        if (session != nullptr && first != IMPASTO_SUCCESS) {
            EXPECT_EQ(report_.state, IMPASTO_STATE_FAILED);
            EXPECT_NE(std::string(impasto_session_message(session)), "");
            EXPECT_EQ(loop.slice(session, 1, report_), first);  // every time
            ImpastoImage* image = nullptr;
            EXPECT_EQ(impasto_session_image(session, &image), first);
        }
        loop.wait_idle();
        impasto_session_destroy(session);
        impasto_context_destroy(context);
        return first;
    }

    // 0, 1, 4, 13, ... while there are so many calls. The number of failures that were met.
    template <typename Life>
    int each_call(FrameLoop& loop, const char* function, VkResult error,
                  const std::set<ImpastoResult>& answers, Life&& lives) {
        int met = 0;
        int n = 0;
        for (;;) {
            SCOPED_TRACE(std::string(function) + " " + std::to_string(n));
            fault.arm(function, n, error, loop);
            const ImpastoResult result = lives();
            const bool reached = fault.calls > n;
            fault.at = -1;
            if (!reached) {
                EXPECT_EQ(result, IMPASTO_SUCCESS) << message_;
                return met;
            }
            ++met;
            EXPECT_TRUE(answers.contains(result)) << result << " " << message_;
            n = 3 * n + 1;
        }
    }
};

const std::set<ImpastoResult> kNoMemory{IMPASTO_ERROR_OUT_OF_MEMORY};

TEST_F(DeviceFaultTest, ALostDevice) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    const ImpastoVulkanDevice device = lent(loop, true);
    for (const char* function : {"vkQueueSubmit", "vkWaitSemaphores"}) {
        EXPECT_GT(each_call(loop, function, VK_ERROR_DEVICE_LOST, {IMPASTO_ERROR_DEVICE_LOST},
                            [&] { return life(device); }),
                  4);
    }
}

TEST_F(DeviceFaultTest, WhatIsSubmittedAndWaitedFor) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    const ImpastoVulkanDevice device = lent(loop, true);
    EXPECT_GT(each_call(loop, "vkQueueSubmit", VK_ERROR_OUT_OF_HOST_MEMORY, kNoMemory,
                        [&] { return life(device); }),
              4);
    // Waited for again: what is in flight can't be destroyed.
    EXPECT_GT(each_call(loop, "vkWaitSemaphores", VK_ERROR_OUT_OF_HOST_MEMORY, {IMPASTO_SUCCESS},
                        [&] { return life(device); }),
              4);
}

TEST_F(DeviceFaultTest, WhatIsMade) {
    for (const bool addresses : {true, false}) {
        FrameLoop loop;
        ASSERT_TRUE(loop.open(addresses));
        const ImpastoVulkanDevice device = lent(loop, true);
        std::vector<const char*> functions{"vkAllocateMemory", "vkCreateBuffer",
                                           "vkCreateComputePipelines"};
        if (addresses) {
            functions.insert(functions.end(), {"vkCreateShaderModule", "vkCreateCommandPool",
                                               "vkAllocateCommandBuffers", "vkBeginCommandBuffer",
                                               "vkEndCommandBuffer", "vkCreateSemaphore"});
        } else {
            functions.insert(functions.end(),
                             {"vkCreateDescriptorPool", "vkAllocateDescriptorSets"});
        }
        for (const char* function : functions) {
            EXPECT_GT(each_call(loop, function, VK_ERROR_OUT_OF_DEVICE_MEMORY, kNoMemory,
                                [&] { return life(device); }),
                      0)
                << function;
        }
    }
}

TEST_F(DeviceFaultTest, WhatIsMadeForSlices) {
    for (const bool addresses : {true, false}) {
        FrameLoop loop;
        ASSERT_TRUE(loop.open(addresses, false));
        const ImpastoVulkanDevice device = lent(loop, false);
        for (const char* function : {"vkAllocateMemory", "vkCreateBuffer", "vkCreateImage",
                                     "vkCreateImageView", "vkCreateComputePipelines"}) {
            EXPECT_GT(each_call(loop, function, VK_ERROR_OUT_OF_DEVICE_MEMORY, kNoMemory,
                                [&] { return hosted_life(loop, device); }),
                      0)
                << function;
        }
        // Slices submit nothing by themselves.
        for (const char* function : {"vkQueueSubmit", "vkWaitSemaphores", "vkCreateCommandPool"}) {
            EXPECT_EQ(each_call(loop, function, VK_ERROR_OUT_OF_DEVICE_MEMORY, kNoMemory,
                                [&] { return hosted_life(loop, device); }),
                      0)
                << function;
        }
        // Without queries nothing is measured, and the rest is as ever.
        fault.arm("vkCreateQueryPool", 0, VK_ERROR_OUT_OF_DEVICE_MEMORY, loop);
        EXPECT_EQ(hosted_life(loop, device), IMPASTO_SUCCESS);
        EXPECT_GT(fault.calls, 0);
    }
}

// ---- Only what was lent is used, and it is left as it was ----

struct Asked {
    void* instance = nullptr;
    void* device = nullptr;
    ImpastoGetDeviceProcAddr real_device = nullptr;
    int wrong = 0;
    int calls = 0;
    int destroyed = 0;
};
Asked asked;

VKAPI_ATTR void VKAPI_CALL never_destroy_instance(VkInstance, const VkAllocationCallbacks*) {
    ++asked.destroyed;
}
VKAPI_ATTR void VKAPI_CALL never_destroy_device(VkDevice, const VkAllocationCallbacks*) {
    ++asked.destroyed;
}

void (*ask_device(void* device, const char* name))(void) {
    ++asked.calls;
    asked.wrong += device == asked.device ? 0 : 1;
    if (std::strcmp(name, "vkDestroyDevice") == 0) {
        return reinterpret_cast<void (*)()>(&never_destroy_device);
    }
    return asked.real_device(device, name);
}
void (*ask_instance(void* instance, const char* name))(void) {
    ++asked.calls;
    asked.wrong += instance == asked.instance ? 0 : 1;
    if (std::strcmp(name, "vkDestroyInstance") == 0) {
        return reinterpret_cast<void (*)()>(&never_destroy_instance);
    }
    return reinterpret_cast<void (*)()>(HostVulkan::get(static_cast<VkInstance>(instance), name));
}

TEST_F(DeviceFaultTest, OnlyWhatWasLentIsUsed) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    ImpastoVulkanDevice device = loop.lent();
    device.queue = loop.queue();
    asked = {};
    asked.instance = device.instance;
    asked.device = device.device;
    asked.real_device = reinterpret_cast<ImpastoGetDeviceProcAddr>(
        HostVulkan::get(static_cast<VkInstance>(device.instance), "vkGetDeviceProcAddr"));
    device.get_instance_proc_addr = &ask_instance;
    device.get_device_proc_addr = &ask_device;
    const ImpastoVulkanDevice before = device;
    EXPECT_EQ(life(device), IMPASTO_SUCCESS) << message_;
    EXPECT_EQ(hosted_life(loop, device), IMPASTO_SUCCESS) << message_;
    EXPECT_GT(asked.calls, 50);
    EXPECT_EQ(asked.wrong, 0);
    EXPECT_EQ(asked.destroyed, 0);
    EXPECT_EQ(std::memcmp(&before, &device, sizeof device), 0);
}

}  // namespace
