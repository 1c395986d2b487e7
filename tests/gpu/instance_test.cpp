#include "gpu/instance.h"

#include <algorithm>
#include <cstdlib>

#include "support/gpu_fixture.h"

namespace impasto::gpu {
namespace {

class InstanceTest : public testing::GpuTest {};

TEST_F(InstanceTest, DescribesEveryDevice) {
    auto devices = instance_->devices();
    ASSERT_TRUE(devices);
    for (VkPhysicalDevice device : *devices) {
        const DeviceInfo info = instance_->describe(device);
        EXPECT_FALSE(info.name.empty());
        EXPECT_GT(info.memory_bytes, 0u);
        if (info.unusable.empty()) {
            EXPECT_FALSE(info.driver.empty());
            EXPECT_FALSE(info.tier.empty());
            EXPECT_GT(instance_->available_memory(device, false), 0u);
        }
    }
}

TEST_F(InstanceTest, SelectsByIndexAndByPartOfTheName) {
    auto devices = instance_->devices();
    ASSERT_TRUE(devices);
    auto first = select_device(*instance_, "0");
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(*first, (*devices)[0]);
    std::string name = instance_->describe((*devices)[0]).name.substr(0, 6);
    std::transform(name.begin(), name.end(), name.begin(), ::toupper);
    EXPECT_TRUE(select_device(*instance_, name));

    for (const char* wrong : {"99", "no such device", "-1", "0x"}) {
        auto selected = select_device(*instance_, wrong);
        ASSERT_FALSE(selected) << wrong;
        EXPECT_EQ(selected.error().code, ErrorCode::kNoDevice);
        // Says what there is.
        EXPECT_NE(selected.error().message.find("0 = "), std::string::npos)
            << selected.error().message;
    }
}

TEST_F(InstanceTest, NeverTakesACpuForAGpu) {
    auto devices = instance_->devices();
    ASSERT_TRUE(devices);
    const bool has_gpu = std::any_of(devices->begin(), devices->end(), [&](auto device) {
        const DeviceInfo info = instance_->describe(device);
        return info.type != VK_PHYSICAL_DEVICE_TYPE_CPU && info.unusable.empty();
    });
    auto selected = select_device(*instance_, "gpu");
    if (has_gpu) {
        ASSERT_TRUE(selected);
        EXPECT_NE(instance_->describe(*selected).type, VK_PHYSICAL_DEVICE_TYPE_CPU);
    } else {
        ASSERT_FALSE(selected);
        EXPECT_EQ(selected.error().code, ErrorCode::kNoDevice);
        EXPECT_NE(selected.error().message.find("no usable GPU"), std::string::npos);
    }
}

#ifndef _WIN32
// In a process of its own, since the loader reads the environment and what it found it keeps.
TEST(NoDriver, IsSaidWithAdvice) {
    ::testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            for (const char* name :
                 {"VK_DRIVER_FILES", "VK_ICD_FILENAMES", "VK_ADD_DRIVER_FILES"}) {
                setenv(name, "/nonexistent/driver.json", 1);
            }
            unsetenv("VK_INSTANCE_LAYERS");
            auto instance = Instance::create();
            Error error;
            if (!instance) {
                error = instance.error();
            } else if (auto devices = (*instance)->devices(); !devices) {
                error = devices.error();
            }
            std::fprintf(stderr, "%s\n", error.message.c_str());
            std::_Exit(static_cast<int>(error.code));
        },
        ::testing::ExitedWithCode(static_cast<int>(ErrorCode::kNoDevice)),
        "no Vulkan.*mesa-vulkan-drivers");
}
#endif

// Devices that no test machine has all at once: an instance lent by a host, of our own making.
struct FakeDevice {
    const char* name;
    VkPhysicalDeviceType type;
    std::uint32_t version;
    VkQueueFlags queues;
};
FakeDevice g_fakes[] = {
    {"Soft Rasterizer", VK_PHYSICAL_DEVICE_TYPE_CPU, VK_API_VERSION_1_3, VK_QUEUE_COMPUTE_BIT},
    {"Integra 5", VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU, VK_API_VERSION_1_2, VK_QUEUE_COMPUTE_BIT},
    {"Discreta Old", VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU, VK_API_VERSION_1_1,
     VK_QUEUE_COMPUTE_BIT},
    {"Discreta New", VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU, VK_API_VERSION_1_3,
     VK_QUEUE_COMPUTE_BIT},
    {"Video Engine", VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU, VK_API_VERSION_1_3,
     VK_QUEUE_TRANSFER_BIT}};
std::uint32_t g_fake_count = 0;

VkPhysicalDevice fake_handle(std::size_t i) {
    return reinterpret_cast<VkPhysicalDevice>(&g_fakes[i]);
}
const FakeDevice& fake(VkPhysicalDevice device) {
    return *reinterpret_cast<const FakeDevice*>(device);
}

VKAPI_ATTR VkResult VKAPI_CALL fake_enumerate(VkInstance, std::uint32_t* count,
                                              VkPhysicalDevice* devices) {
    if (devices != nullptr) {
        for (std::uint32_t i = 0; i < *count; ++i) {
            devices[i] = fake_handle(i);
        }
    }
    *count = g_fake_count;
    return VK_SUCCESS;
}
VKAPI_ATTR void VKAPI_CALL fake_properties(VkPhysicalDevice device,
                                           VkPhysicalDeviceProperties* properties) {
    *properties = {};
    std::snprintf(properties->deviceName, sizeof properties->deviceName, "%s", fake(device).name);
    properties->deviceType = fake(device).type;
    properties->apiVersion = fake(device).version;
    properties->limits.maxPerStageDescriptorStorageBuffers = 8;
}
VKAPI_ATTR void VKAPI_CALL fake_queues(VkPhysicalDevice device, std::uint32_t* count,
                                       VkQueueFamilyProperties* families) {
    *count = 1;
    if (families != nullptr) {
        families[0] = {};
        families[0].queueFlags = fake(device).queues;
    }
}
VKAPI_ATTR void VKAPI_CALL fake_memory(VkPhysicalDevice, VkPhysicalDeviceMemoryProperties* memory) {
    *memory = {};
    memory->memoryHeapCount = 2;
    memory->memoryHeaps[0] = {1000, VK_MEMORY_HEAP_DEVICE_LOCAL_BIT};
    memory->memoryHeaps[1] = {9000, 0};  // the host's
}
VkDeviceSize g_budget = 0;
VkDeviceSize g_usage = 0;
VKAPI_ATTR void VKAPI_CALL fake_budget(VkPhysicalDevice,
                                       VkPhysicalDeviceMemoryProperties2* memory) {
    auto* budget = static_cast<VkPhysicalDeviceMemoryBudgetPropertiesEXT*>(memory->pNext);
    budget->heapBudget[0] = g_budget;
    budget->heapUsage[0] = g_usage;
}
VKAPI_ATTR VkResult VKAPI_CALL fake_extensions(VkPhysicalDevice, const char*, std::uint32_t* count,
                                               VkExtensionProperties* extensions) {
    *count = 1;
    if (extensions != nullptr) {
        *extensions = {VK_EXT_MEMORY_BUDGET_EXTENSION_NAME, 1};
    }
    return VK_SUCCESS;
}
VKAPI_ATTR void VKAPI_CALL fake_nothing(VkPhysicalDevice, void*) {}

VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL fake_get(VkInstance, const char* name) {
    const std::string wanted = name;
    if (wanted == "vkEnumeratePhysicalDevices") {
        return reinterpret_cast<PFN_vkVoidFunction>(&fake_enumerate);
    }
    if (wanted == "vkGetPhysicalDeviceProperties") {
        return reinterpret_cast<PFN_vkVoidFunction>(&fake_properties);
    }
    if (wanted == "vkGetPhysicalDeviceQueueFamilyProperties") {
        return reinterpret_cast<PFN_vkVoidFunction>(&fake_queues);
    }
    if (wanted == "vkGetPhysicalDeviceMemoryProperties") {
        return reinterpret_cast<PFN_vkVoidFunction>(&fake_memory);
    }
    if (wanted == "vkGetPhysicalDeviceMemoryProperties2") {
        return reinterpret_cast<PFN_vkVoidFunction>(&fake_budget);
    }
    if (wanted == "vkEnumerateDeviceExtensionProperties") {
        return reinterpret_cast<PFN_vkVoidFunction>(&fake_extensions);
    }
    return reinterpret_cast<PFN_vkVoidFunction>(&fake_nothing);
}

class Selection : public ::testing::Test {
  protected:
    void SetUp() override {
        g_fake_count = 5;
        auto instance = Instance::borrow(reinterpret_cast<VkInstance>(&g_fake_count), fake_get);
        ASSERT_TRUE(instance);
        instance_ = *instance;
    }
    std::shared_ptr<Instance> instance_;
};

TEST_F(Selection, PrefersTheBestThatCanBeUsed) {
    auto best = select_device(*instance_, "");
    ASSERT_TRUE(best) << best.error().message;
    EXPECT_EQ(*best, fake_handle(3));
    g_fake_count = 3;  // the discrete one left speaks Vulkan 1.1
    best = select_device(*instance_, "");
    ASSERT_TRUE(best);
    EXPECT_EQ(*best, fake_handle(1));
    g_fake_count = 1;
    best = select_device(*instance_, "");
    ASSERT_TRUE(best);
    EXPECT_EQ(*best, fake_handle(0));
}

TEST_F(Selection, GpuMeansNoCpu) {
    g_fake_count = 1;
    auto gpu = select_device(*instance_, "GPU");
    ASSERT_FALSE(gpu);
    EXPECT_NE(gpu.error().message.find("0 = Soft Rasterizer"), std::string::npos);
}

TEST_F(Selection, SaysWhyADeviceCannotBeUsed) {
    auto old = select_device(*instance_, "2");
    ASSERT_FALSE(old);
    EXPECT_NE(old.error().message.find("Vulkan 1.1 and 1.2 is needed"), std::string::npos);
    auto video = select_device(*instance_, "video");
    ASSERT_FALSE(video);
    EXPECT_NE(video.error().message.find("no compute queue"), std::string::npos);
    // Of two that are called so, the one that works.
    auto named = select_device(*instance_, "discreta");
    ASSERT_TRUE(named);
    EXPECT_EQ(*named, fake_handle(3));
}

TEST_F(Selection, NoDeviceAtAll) {
    g_fake_count = 0;
    auto none = select_device(*instance_, "");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::kNoDevice);
    EXPECT_NE(none.error().message.find("mesa-vulkan-drivers"), std::string::npos);
}

// 0 would mean that nothing is known, and let any plan pass.
TEST_F(Selection, AFullHeapIsNotAnUnknownOne) {
    g_budget = 800;
    g_usage = 300;
    EXPECT_EQ(instance_->available_memory(fake_handle(0), true), 500u);
    g_usage = 800;
    EXPECT_EQ(instance_->available_memory(fake_handle(0), true), 1u);
    g_usage = 900;  // others took more than our share
    EXPECT_EQ(instance_->available_memory(fake_handle(0), true), 1u);
    g_budget = 0;  // the driver sets none
    EXPECT_EQ(instance_->available_memory(fake_handle(0), true), 1000u);
}

TEST(BorrowedInstance, MustBeOne) {
    EXPECT_FALSE(Instance::borrow(VK_NULL_HANDLE, fake_get));
    EXPECT_FALSE(Instance::borrow(reinterpret_cast<VkInstance>(&g_fake_count), nullptr));
}

}  // namespace
}  // namespace impasto::gpu
