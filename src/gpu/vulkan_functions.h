// The Vulkan entry points that Impasto calls, in tables of our own. A table per instance and per
// device instead of global pointers, so that two contexts on two devices live in one process, an
// engine's own loader is never overwritten, and a test can put a mock in.
#pragma once

#include "gpu/cooperative_matrix.h"

namespace impasto::gpu {

#define IMPASTO_VK_INSTANCE_FUNCTIONS(X)      \
    X(DestroyInstance)                        \
    X(EnumeratePhysicalDevices)               \
    X(GetPhysicalDeviceProperties)            \
    X(GetPhysicalDeviceProperties2)           \
    X(GetPhysicalDeviceFeatures2)             \
    X(GetPhysicalDeviceMemoryProperties)      \
    X(GetPhysicalDeviceMemoryProperties2)     \
    X(GetPhysicalDeviceQueueFamilyProperties) \
    X(EnumerateDeviceExtensionProperties)     \
    X(CreateDevice)                           \
    X(GetDeviceProcAddr)

#define IMPASTO_VK_DEVICE_FUNCTIONS(X) \
    X(DestroyDevice)                   \
    X(GetDeviceQueue)                  \
    X(QueueSubmit)                     \
    X(DeviceWaitIdle)                  \
    X(AllocateMemory)                  \
    X(FreeMemory)                      \
    X(MapMemory)                       \
    X(UnmapMemory)                     \
    X(CreateBuffer)                    \
    X(DestroyBuffer)                   \
    X(CreateImage)                     \
    X(DestroyImage)                    \
    X(GetImageMemoryRequirements)      \
    X(BindImageMemory)                 \
    X(CreateImageView)                 \
    X(DestroyImageView)                \
    X(GetBufferMemoryRequirements)     \
    X(BindBufferMemory)                \
    X(GetBufferDeviceAddress)          \
    X(CreateShaderModule)              \
    X(DestroyShaderModule)             \
    X(CreatePipelineCache)             \
    X(DestroyPipelineCache)            \
    X(GetPipelineCacheData)            \
    X(CreatePipelineLayout)            \
    X(DestroyPipelineLayout)           \
    X(CreateComputePipelines)          \
    X(DestroyPipeline)                 \
    X(CreateDescriptorSetLayout)       \
    X(DestroyDescriptorSetLayout)      \
    X(CreateDescriptorPool)            \
    X(DestroyDescriptorPool)           \
    X(AllocateDescriptorSets)          \
    X(UpdateDescriptorSets)            \
    X(CreateCommandPool)               \
    X(DestroyCommandPool)              \
    X(AllocateCommandBuffers)          \
    X(FreeCommandBuffers)              \
    X(BeginCommandBuffer)              \
    X(EndCommandBuffer)                \
    X(CmdBindPipeline)                 \
    X(CmdBindDescriptorSets)           \
    X(CmdPushConstants)                \
    X(CmdDispatchBase)                 \
    X(CmdPipelineBarrier)              \
    X(CmdCopyBuffer)                   \
    X(CmdCopyBufferToImage)            \
    X(CmdCopyImageToBuffer)            \
    X(CmdFillBuffer)                   \
    X(CreateQueryPool)                 \
    X(DestroyQueryPool)                \
    X(CmdResetQueryPool)               \
    X(CmdWriteTimestamp)               \
    X(GetQueryPoolResults)             \
    X(CreateSemaphore)                 \
    X(DestroySemaphore)                \
    X(WaitSemaphores)                  \
    X(GetSemaphoreCounterValue)

#define IMPASTO_VK_MEMBER(name) PFN_vk##name name = nullptr;

struct InstanceFunctions {
    IMPASTO_VK_INSTANCE_FUNCTIONS(IMPASTO_VK_MEMBER)
    // Of an extension: null where no driver has it.
    IMPASTO_VK_MEMBER(GetPhysicalDeviceCooperativeMatrixPropertiesKHR)
};

struct DeviceFunctions {
    IMPASTO_VK_DEVICE_FUNCTIONS(IMPASTO_VK_MEMBER)
};

#undef IMPASTO_VK_MEMBER

// Fill the tables; false when an entry point of Vulkan 1.2 is missing.
bool load_functions(PFN_vkGetInstanceProcAddr get, VkInstance instance, InstanceFunctions& table);
bool load_functions(PFN_vkGetDeviceProcAddr get, VkDevice device, DeviceFunctions& table);

bool has_extension(const InstanceFunctions& vk, VkPhysicalDevice device, const char* name);

}  // namespace impasto::gpu
