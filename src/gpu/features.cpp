#include "gpu/features.h"

#include <cstring>

namespace impasto::gpu {

Features offered_features(const InstanceFunctions& vk, VkPhysicalDevice device) {
    VkPhysicalDeviceVulkan12Features features{};
    features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    VkPhysicalDeviceFeatures2 basic{};
    basic.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    basic.pNext = &features;
    vk.GetPhysicalDeviceFeatures2(device, &basic);
    return {features.timelineSemaphore == VK_TRUE, features.bufferDeviceAddress == VK_TRUE,
            basic.features.shaderInt64 == VK_TRUE, find_matrix_units(vk, device).any()};
}

Features enabled_features(const VkDeviceCreateInfo& info) {
    bool timeline = false;
    bool addresses = false;
    bool int64 = info.pEnabledFeatures != nullptr && info.pEnabledFeatures->shaderInt64 == VK_TRUE;
    bool float16 = false;
    bool memory_model = false;
    bool subgroups = false;       // by the extension
    bool core_subgroups = false;  // by Vulkan 1.3, which needs none
    bool matrix = false;
    // Features stand in the structure of their version or in that of the extension they came from.
    for (auto* next = static_cast<const VkBaseInStructure*>(info.pNext); next != nullptr;
         next = next->pNext) {
        const auto as = [next](auto tag) { return reinterpret_cast<const decltype(tag)*>(next); };
        switch (static_cast<int>(next->sType)) {
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2:
                int64 |= as(VkPhysicalDeviceFeatures2{})->features.shaderInt64 == VK_TRUE;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES: {
                const auto* v12 = as(VkPhysicalDeviceVulkan12Features{});
                timeline |= v12->timelineSemaphore == VK_TRUE;
                addresses |= v12->bufferDeviceAddress == VK_TRUE;
                float16 |= v12->shaderFloat16 == VK_TRUE;
                memory_model |= v12->vulkanMemoryModel == VK_TRUE;
                break;
            }
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES: {
                const auto* v13 = as(VkPhysicalDeviceVulkan13Features{});
                core_subgroups |=
                    v13->subgroupSizeControl == VK_TRUE && v13->computeFullSubgroups == VK_TRUE;
                break;
            }
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES:
                timeline |=
                    as(VkPhysicalDeviceTimelineSemaphoreFeatures{})->timelineSemaphore == VK_TRUE;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES:
                addresses |=
                    as(VkPhysicalDeviceBufferDeviceAddressFeatures{})->bufferDeviceAddress ==
                    VK_TRUE;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES:
                float16 |=
                    as(VkPhysicalDeviceShaderFloat16Int8Features{})->shaderFloat16 == VK_TRUE;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES:
                memory_model |=
                    as(VkPhysicalDeviceVulkanMemoryModelFeatures{})->vulkanMemoryModel == VK_TRUE;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES_EXT: {
                const auto* sizes = as(VkPhysicalDeviceSubgroupSizeControlFeaturesEXT{});
                subgroups |=
                    sizes->subgroupSizeControl == VK_TRUE && sizes->computeFullSubgroups == VK_TRUE;
                break;
            }
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR:
                matrix |= as(VkPhysicalDeviceCooperativeMatrixFeaturesKHR{})->cooperativeMatrix ==
                          VK_TRUE;
                break;
            default:
                break;
        }
    }
    const auto has_extension = [&info](const char* wanted) {
        for (std::uint32_t i = 0; i < info.enabledExtensionCount; ++i) {
            if (std::strcmp(info.ppEnabledExtensionNames[i], wanted) == 0) {
                return true;
            }
        }
        return false;
    };
    subgroups =
        core_subgroups || (subgroups && has_extension(VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME));
    matrix &= has_extension(VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME) && subgroups && float16 &&
              memory_model && addresses;
    return {timeline, addresses, int64, matrix};
}

}  // namespace impasto::gpu
