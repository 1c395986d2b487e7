// What a host lends beside its device: a pipeline cache, and a queue with a lock around it.
#include <atomic>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>

#include "api/hosted_fixture.h"

namespace {

using impasto::testing::FrameLoop;
using impasto::testing::HostedTest;
using impasto::testing::HostVulkan;

// ---- The pipeline cache ----

struct Caches {
    std::mutex mutex;
    std::set<VkPipelineCache> used;  // for pipelines
    int pipelines = 0;
    int created = 0;
    std::set<VkPipelineCache> destroyed;

    static VKAPI_ATTR VkResult VKAPI_CALL pipeline(VkDevice device, VkPipelineCache cache,
                                                   std::uint32_t count,
                                                   const VkComputePipelineCreateInfo* infos,
                                                   const VkAllocationCallbacks* callbacks,
                                                   VkPipeline* made);
    static VKAPI_ATTR VkResult VKAPI_CALL create(VkDevice device,
                                                 const VkPipelineCacheCreateInfo* info,
                                                 const VkAllocationCallbacks* callbacks,
                                                 VkPipelineCache* made);
    static VKAPI_ATTR void VKAPI_CALL destroy(VkDevice device, VkPipelineCache cache,
                                              const VkAllocationCallbacks* callbacks);
};
Caches caches;
PFN_vkCreateComputePipelines real_pipeline = nullptr;
PFN_vkCreatePipelineCache real_create = nullptr;
PFN_vkDestroyPipelineCache real_destroy = nullptr;

VkResult Caches::pipeline(VkDevice device, VkPipelineCache cache, std::uint32_t count,
                          const VkComputePipelineCreateInfo* infos,
                          const VkAllocationCallbacks* callbacks, VkPipeline* made) {
    {
        const std::lock_guard lock(caches.mutex);
        caches.used.insert(cache);
        ++caches.pipelines;
    }
    return real_pipeline(device, cache, count, infos, callbacks, made);
}
VkResult Caches::create(VkDevice device, const VkPipelineCacheCreateInfo* info,
                        const VkAllocationCallbacks* callbacks, VkPipelineCache* made) {
    const std::lock_guard lock(caches.mutex);
    ++caches.created;
    return real_create(device, info, callbacks, made);
}
void Caches::destroy(VkDevice device, VkPipelineCache cache,
                     const VkAllocationCallbacks* callbacks) {
    const std::lock_guard lock(caches.mutex);
    caches.destroyed.insert(cache);
    real_destroy(device, cache, callbacks);
}

class HostDeviceTest : public HostedTest {
  protected:
    void SetUp() override {
        HostedTest::SetUp();
        use_little();
    }
    template <typename Function>
    static Function put(FrameLoop& loop, const char* name, Function in_its_place) {
        HostVulkan::replace(name, reinterpret_cast<PFN_vkVoidFunction>(in_its_place));
        return reinterpret_cast<Function>(loop.function(name));
    }
};

// Mesa's CPU driver keeps what it compiles elsewhere, and in a cache nothing but a heading.
bool keeps_pipelines(const ImpastoVulkanDevice& device) {
    VkPhysicalDeviceProperties properties{};
    reinterpret_cast<PFN_vkGetPhysicalDeviceProperties>(
        HostVulkan::get(static_cast<VkInstance>(device.instance), "vkGetPhysicalDeviceProperties"))(
        static_cast<VkPhysicalDevice>(device.physical_device), &properties);
    return properties.deviceType != VK_PHYSICAL_DEVICE_TYPE_CPU;
}

TEST_F(HostDeviceTest, PipelinesGoThroughTheHostsCache) {
    FrameLoop loop;
    ASSERT_TRUE(loop.open(true));
    caches.used.clear();
    caches.destroyed.clear();
    caches.pipelines = caches.created = 0;
    real_pipeline = put(loop, "vkCreateComputePipelines", &Caches::pipeline);
    real_create = put(loop, "vkCreatePipelineCache", &Caches::create);
    real_destroy = put(loop, "vkDestroyPipelineCache", &Caches::destroy);
    const auto data =
        reinterpret_cast<PFN_vkGetPipelineCacheData>(loop.function("vkGetPipelineCacheData"));
    const auto size_of = [&](VkPipelineCache cache) {
        std::size_t size = 0;
        EXPECT_EQ(data(loop.device(), cache, &size, nullptr), VK_SUCCESS);
        return size;
    };
    VkPipelineCacheCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO;
    VkPipelineCache cache = VK_NULL_HANDLE;
    ASSERT_EQ(real_create(loop.device(), &info, nullptr, &cache), VK_SUCCESS);
    const std::size_t empty = size_of(cache);
    ImpastoVulkanDevice lent = loop.lent();
    std::memcpy(&lent.pipeline_cache, &cache, sizeof cache);
    const std::string kept = (folder_.path() / "kept").string();
    ImpastoContextOptions options{};
    options.struct_size = sizeof options;
    options.host_device = &lent;
    options.tier = "direct";
    options.cache_dir = kept.c_str();
    std::size_t full = 0;
    // The second context finds what the first one left.
    for (int round = 0; round < 2; ++round) {
        SCOPED_TRACE(round);
        ImpastoContext* context = nullptr;
        ASSERT_EQ(impasto_context_create(&options, &context, message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        ImpastoSession* session = nullptr;
        ASSERT_EQ(create_hosted(context, &session), IMPASTO_SUCCESS) << message_;
        EXPECT_TRUE(to_the_end(loop, session, 100));
        loop.wait_idle();
        impasto_session_destroy(session);
        impasto_context_destroy(context);
        if (round == 0) {
            full = size_of(cache);
            if (keeps_pipelines(lent)) {
                EXPECT_GT(full, empty);
            }
        } else {
            EXPECT_EQ(size_of(cache), full);
        }
    }
    EXPECT_GT(caches.pipelines, 10);
    EXPECT_EQ(caches.used, std::set<VkPipelineCache>{cache});
    EXPECT_EQ(caches.created, 0);
    EXPECT_TRUE(caches.destroyed.empty());
    EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(kept) / "pipelines"));
    real_destroy(loop.device(), cache, nullptr);
}

// ---- The queue ----

// A host's lock, and what is done while a thread of ours holds it.
struct QueueLock {
    std::mutex mutex;
    std::atomic<int> locked{0};
    std::atomic<int> unlocked{0};
    std::atomic<int> submissions{0};
    std::atomic<int> waits{0};
    static inline thread_local int held = 0;

    static void lock(void* user) {
        auto& self = *static_cast<QueueLock*>(user);
        EXPECT_EQ(held, 0) << "locked twice";
        self.mutex.lock();
        ++held;
        ++self.locked;
    }
    static void unlock(void* user) {
        auto& self = *static_cast<QueueLock*>(user);
        ASSERT_EQ(held, 1) << "not locked";
        ++self.unlocked;
        --held;
        self.mutex.unlock();
    }
    static VKAPI_ATTR VkResult VKAPI_CALL submit(VkQueue queue, std::uint32_t count,
                                                 const VkSubmitInfo* infos, VkFence fence);
    static VKAPI_ATTR VkResult VKAPI_CALL wait(VkDevice device, const VkSemaphoreWaitInfo* info,
                                               std::uint64_t timeout);
    static VKAPI_ATTR VkResult VKAPI_CALL wait_idle(VkDevice device);
};
QueueLock* queue_lock = nullptr;
PFN_vkQueueSubmit real_submit = nullptr;
PFN_vkWaitSemaphores real_wait = nullptr;
PFN_vkDeviceWaitIdle real_wait_idle = nullptr;

VkResult QueueLock::submit(VkQueue queue, std::uint32_t count, const VkSubmitInfo* infos,
                           VkFence fence) {
    EXPECT_EQ(held, 1);
    ++queue_lock->submissions;
    return real_submit(queue, count, infos, fence);
}
VkResult QueueLock::wait(VkDevice device, const VkSemaphoreWaitInfo* info, std::uint64_t timeout) {
    EXPECT_EQ(held, 0);
    ++queue_lock->waits;
    return real_wait(device, info, timeout);
}
// A use of every queue: of none that is lent.
VkResult QueueLock::wait_idle(VkDevice device) {
    ADD_FAILURE() << "vkDeviceWaitIdle";
    return real_wait_idle(device);
}

class QueueLockTest : public HostDeviceTest {
  protected:
    void SetUp() override {
        HostDeviceTest::SetUp();
        if (IsSkipped()) {
            return;
        }
        ASSERT_TRUE(loop_.open(true));
        queue_lock = &lock_;
        real_submit = put(loop_, "vkQueueSubmit", &QueueLock::submit);
        real_wait = put(loop_, "vkWaitSemaphores", &QueueLock::wait);
        real_wait_idle = put(loop_, "vkDeviceWaitIdle", &QueueLock::wait_idle);
        ImpastoVulkanDevice lent = loop_.lent();
        lent.queue = loop_.queue();
        lent.lock_queue = &QueueLock::lock;
        lent.unlock_queue = &QueueLock::unlock;
        lent.queue_user = &lock_;
        lent_context_ = lend(lent);
    }
    void TearDown() override {
        loop_.wait_idle();
        impasto_context_destroy(lent_context_);
        EXPECT_EQ(lock_.locked, lock_.unlocked);
        HostDeviceTest::TearDown();
    }
    // Whether a call submitted something, all of it behind the lock.
    template <typename Call>
    void submits(const char* name, Call&& call) {
        SCOPED_TRACE(name);
        const int submissions = lock_.submissions;
        const int locked = lock_.locked;
        EXPECT_EQ(call(), IMPASTO_SUCCESS);
        EXPECT_GT(lock_.submissions, submissions);
        EXPECT_EQ(lock_.locked - locked, lock_.submissions - submissions);
        EXPECT_EQ(lock_.locked, lock_.unlocked);
    }

    QueueLock lock_;
    FrameLoop loop_;
    ImpastoContext* lent_context_ = nullptr;
};

TEST_F(QueueLockTest, EverySubmissionHoldsIt) {
    ImpastoSession* session = nullptr;
    submits("create", [&] { return create(lent_context_, &session); });
    ASSERT_NE(session, nullptr) << message_;
    submits("advance", [&] { return impasto_session_advance(session, 1, nullptr); });
    submits("image losses", [&] {
        ImpastoLosses losses{};
        return impasto_session_image_losses(session, &losses);
    });
    submits("image", [&] {
        ImpastoImage* image = nullptr;
        const ImpastoResult result = impasto_session_image(session, &image);
        impasto_image_destroy(image);
        return result;
    });
    void* bytes = nullptr;
    std::size_t size = 0;
    submits("snapshot", [&] {
        return impasto_session_snapshot(session, IMPASTO_SNAPSHOT_WHOLE, &bytes, &size);
    });
    submits("restore", [&] { return impasto_session_restore(session, bytes, size); });
    impasto_free(bytes);
    submits("run", [&] { return impasto_session_run(session, nullptr, nullptr); });
    impasto_session_destroy(session);
    submits("peak", [&] {
        ImpastoPeak peak{};
        peak.struct_size = sizeof peak;
        return impasto_measure_peak(lent_context_, &peak);
    });
    submits("probe", [&] {
        ImpastoProbe* probe = nullptr;
        const ImpastoResult result =
            impasto_probe_run(lent_context_, weights_, content_, content_, &style_, 1,
                              &options_.objective, &probe, message_, sizeof message_);
        impasto_probe_destroy(probe);
        return result;
    });
    EXPECT_GT(lock_.waits, 0);
}

TEST_F(QueueLockTest, SlicesTakeNone) {
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create_hosted(lent_context_, &session), IMPASTO_SUCCESS) << message_;
    EXPECT_TRUE(to_the_end(loop_, session, 5));
    EXPECT_FALSE(picture(loop_, session).empty());
    loop_.wait_idle();
    impasto_session_destroy(session);
    EXPECT_EQ(lock_.locked, 0);
    EXPECT_EQ(lock_.submissions, 0);
}

// Sessions that submit by themselves on two threads, and the host's frames on a third.
TEST_F(QueueLockTest, ThreadsShareTheQueue) {
    std::atomic<int> running{2};
    const auto run_one = [&] {
        for (int round = 0; round < 2; ++round) {
            char message[512] = "";
            ImpastoSession* session = nullptr;
            EXPECT_EQ(impasto_session_create(lent_context_, weights_, content_, &style_, 1,
                                             &options_, &session, message, sizeof message),
                      IMPASTO_SUCCESS)
                << message;
            EXPECT_EQ(impasto_session_run(session, nullptr, nullptr), IMPASTO_SUCCESS);
            impasto_session_destroy(session);
        }
        --running;
    };
    std::thread one(run_one);
    std::thread other(run_one);
    int frames = 0;
    while (running > 0) {
        {
            const std::lock_guard lock(lock_.mutex);
            loop_.run([](VkCommandBuffer, std::uint64_t, std::uint64_t) {});
        }
        ++frames;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    one.join();
    other.join();
    EXPECT_GT(frames, 0);
    EXPECT_GT(lock_.submissions, 0);
}

}  // namespace
