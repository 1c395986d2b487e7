#include "gpu/device.h"

#include "gpu/stream.h"
#include "nn/checks.h"
#include "support/gpu_fixture.h"
#include "support/host_vulkan.h"

namespace impasto::gpu {
namespace {

using testing::HostVulkan;

class DeviceTest : public testing::GpuTest {};

TEST_F(DeviceTest, SaysWhatItIs) {
    EXPECT_FALSE(device().info().name.empty());
    EXPECT_TRUE(device().vk().DeviceWaitIdle(device().handle()) == VK_SUCCESS);
    EXPECT_FALSE(device().memory_type(0, 0));
}

TEST_F(DeviceTest, TwoDevicesInOneProcess) {
    auto other = Device::create(instance_, physical_, false);
    ASSERT_TRUE(other) << other.error().message;
    auto other_stream = Stream::create(**other);
    ASSERT_TRUE(other_stream);
    for (gpu::Stream* used : {&stream(), other_stream->get()}) {
        auto check = nn::check_blend(*used, 1000, true);
        ASSERT_TRUE(check) << check.error().message;
        EXPECT_TRUE(check->passed()) << check->message;
    }
}

// A device that the host made, in both forms, which outlives ours.
class BorrowedDeviceTest : public testing::GpuFormTest {
  protected:
    Result<std::unique_ptr<Device>> borrow() {
        auto instance = Instance::borrow(host_.instance(), &HostVulkan::get);
        if (!instance) {
            return instance.error();
        }
        auto physical = select_device(**instance, "");
        if (!physical) {
            return physical.error();
        }
        const bool addresses = GetParam() == testing::Form::kAddresses;
        BorrowedDevice borrowed;
        borrowed.physical = *physical;
        borrowed.device = host_.make_device(*physical, addresses);
        borrowed.addresses_enabled = addresses;
        if (borrowed.device == VK_NULL_HANDLE) {
            return Error{ErrorCode::kInternal, "the test could not make a device"};
        }
        reinterpret_cast<PFN_vkGetDeviceQueue>(host_.functions().GetDeviceProcAddr(
            borrowed.device, "vkGetDeviceQueue"))(borrowed.device, 0, 0, &borrowed.queue);
        host_device_ = borrowed.device;
        return Device::borrow(*instance, borrowed);
    }

    HostVulkan host_;
    VkDevice host_device_ = VK_NULL_HANDLE;
};

PFN_vkGetPhysicalDeviceProperties2 real_properties = nullptr;

VKAPI_ATTR void VKAPI_CALL small_allocations(VkPhysicalDevice device,
                                             VkPhysicalDeviceProperties2* properties) {
    real_properties(device, properties);
    for (auto* next = static_cast<VkBaseOutStructure*>(properties->pNext); next != nullptr;
         next = next->pNext) {
        if (next->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES) {
            reinterpret_cast<VkPhysicalDeviceMaintenance3Properties*>(next)
                ->maxMemoryAllocationSize = 100000;
        }
    }
}

// Drivers limit an allocation, to 2 or 4 GiB as a rule: a plan is spread over several, and a buffer
// that fits none is refused with both numbers.
TEST_P(BorrowedDeviceTest, APlanIsSpreadOverAllocations) {
    real_properties = host_.functions().GetPhysicalDeviceProperties2;
    HostVulkan::replace("vkGetPhysicalDeviceProperties2",
                        reinterpret_cast<PFN_vkVoidFunction>(&small_allocations));
    auto device = borrow();
    ASSERT_TRUE(device) << device.error().message;
    auto stream = Stream::create(**device);
    ASSERT_TRUE(stream);
    Arena arena(**device);
    std::vector<Buffer*> buffers;
    for (int k = 0; k < 7; ++k) {
        buffers.push_back(&arena.reserve(10000));  // 40 kB: two to a block
    }
    ASSERT_TRUE(arena.commit("a test"));
    for (std::size_t k = 0; k < buffers.size(); ++k) {
        ASSERT_TRUE(
            (*stream)->upload(std::vector<float>(10000, static_cast<float>(k)), *buffers[k]));
    }
    std::vector<float> values(10000);
    for (std::size_t k = 0; k < buffers.size(); ++k) {
        ASSERT_TRUE((*stream)->download(*buffers[k], values));
        EXPECT_EQ(values, std::vector<float>(10000, static_cast<float>(k)));
    }
    Arena too_large(**device);
    too_large.reserve(30000);
    const Status refused = too_large.commit("a test");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kOutOfMemory);
    EXPECT_NE(refused.error().message.find("a test needs a buffer of 117.2 KiB"), std::string::npos)
        << refused.error().message;
    EXPECT_NE(refused.error().message.find("allocates at most 97.7 KiB at once"), std::string::npos)
        << refused.error().message;
}

PFN_vkGetPhysicalDeviceProperties real_limits = nullptr;

VKAPI_ATTR void VKAPI_CALL small_bindings(VkPhysicalDevice device,
                                          VkPhysicalDeviceProperties* properties) {
    real_limits(device, properties);
    properties->limits.maxStorageBufferRange = 100000;
}

// A binding's limit counts where buffers are bound, and only there.
TEST_P(BorrowedDeviceTest, ABufferIsNoLongerThanABinding) {
    real_limits = host_.functions().GetPhysicalDeviceProperties;
    HostVulkan::replace("vkGetPhysicalDeviceProperties",
                        reinterpret_cast<PFN_vkVoidFunction>(&small_bindings));
    auto device = borrow();
    ASSERT_TRUE(device) << device.error().message;
    Arena arena(**device);
    arena.reserve(25000);
    EXPECT_TRUE(arena.check_buffers());
    arena.reserve(25001);
    const Status status = arena.check_buffers();
    EXPECT_EQ(static_cast<bool>(status), GetParam() == testing::Form::kAddresses);
    if (!status) {
        EXPECT_NE(status.error().message.find("binds at most 97.7 KiB"), std::string::npos)
            << status.error().message;
    }
}

TEST_P(BorrowedDeviceTest, WorksAndIsLeftToTheHost) {
    {
        auto device = borrow();
        ASSERT_TRUE(device) << device.error().message;
        EXPECT_EQ((*device)->capabilities().addresses, GetParam() == testing::Form::kAddresses);
        auto stream = Stream::create(**device);
        ASSERT_TRUE(stream);
        auto check = nn::check_conv3x3(**stream, {3, 9, 7}, 8, {}, nn::ConvVariant::kWinograd);
        ASSERT_TRUE(check) << check.error().message;
        EXPECT_TRUE(check->passed()) << check->message;
    }
    auto wait = reinterpret_cast<PFN_vkDeviceWaitIdle>(
        host_.functions().GetDeviceProcAddr(host_device_, "vkDeviceWaitIdle"));
    EXPECT_EQ(wait(host_device_), VK_SUCCESS);
}

VKAPI_ATTR VkResult VKAPI_CALL lost_submit(VkQueue, std::uint32_t, const VkSubmitInfo*, VkFence) {
    return VK_ERROR_DEVICE_LOST;
}
VKAPI_ATTR VkResult VKAPI_CALL lost_wait(VkDevice, const VkSemaphoreWaitInfo*, std::uint64_t) {
    return VK_ERROR_DEVICE_LOST;
}
VKAPI_ATTR VkResult VKAPI_CALL no_memory(VkDevice, const VkMemoryAllocateInfo*,
                                         const VkAllocationCallbacks*, VkDeviceMemory*) {
    return VK_ERROR_OUT_OF_DEVICE_MEMORY;
}
VKAPI_ATTR VkResult VKAPI_CALL no_pipeline(VkDevice, VkPipelineCache, std::uint32_t,
                                           const VkComputePipelineCreateInfo*,
                                           const VkAllocationCallbacks*, VkPipeline*) {
    return VK_ERROR_INITIALIZATION_FAILED;
}

// Each of these is an error value with its own code, and nothing hangs or crashes after it.
TEST_P(BorrowedDeviceTest, FailuresOfTheDriverAreErrors) {
    struct Failure {
        const char* call;
        PFN_vkVoidFunction function;
        ErrorCode code;
        const char* says;
    };
    const Failure failures[] = {
        {"vkQueueSubmit", reinterpret_cast<PFN_vkVoidFunction>(&lost_submit),
         ErrorCode::kDeviceLost, "gave the device up"},
        {"vkAllocateMemory", reinterpret_cast<PFN_vkVoidFunction>(&no_memory),
         ErrorCode::kOutOfMemory, "the check of an operation"},
    };
    const Failure& failure = failures[GetParam() == testing::Form::kAddresses ? 0 : 1];
    HostVulkan::replace(failure.call, failure.function);
    auto device = borrow();
    ASSERT_TRUE(device) << device.error().message;
    auto stream = Stream::create(**device);
    ASSERT_TRUE(stream);
    for (int again = 0; again < 2; ++again) {
        auto check = nn::check_blend(**stream, 100, false);
        ASSERT_FALSE(check);
        EXPECT_EQ(check.error().code, failure.code) << check.error().message;
        EXPECT_NE(check.error().message.find(failure.says), std::string::npos)
            << check.error().message;
    }
}

TEST_P(BorrowedDeviceTest, ALostDeviceEndsAWait) {
    HostVulkan::replace("vkWaitSemaphores", reinterpret_cast<PFN_vkVoidFunction>(&lost_wait));
    auto device = borrow();
    ASSERT_TRUE(device) << device.error().message;
    {
        auto stream = Stream::create(**device);
        ASSERT_TRUE(stream);
        const Status waited = (*stream)->wait(1);
        ASSERT_FALSE(waited);
        EXPECT_EQ(waited.error().code, ErrorCode::kDeviceLost);
    }
}

TEST_P(BorrowedDeviceTest, AKernelThatDoesNotCompileIsNamed) {
    HostVulkan::replace("vkCreateComputePipelines",
                        reinterpret_cast<PFN_vkVoidFunction>(&no_pipeline));
    auto device = borrow();
    ASSERT_TRUE(device) << device.error().message;
    auto stream = Stream::create(**device);
    ASSERT_TRUE(stream);
    auto check = nn::check_blend(**stream, 100, false);
    ASSERT_FALSE(check);
    EXPECT_NE(check.error().message.find("the kernel blend"), std::string::npos)
        << check.error().message;
}

IMPASTO_BOTH_FORMS(BorrowedDeviceTest);

}  // namespace
}  // namespace impasto::gpu
