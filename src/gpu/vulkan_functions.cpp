#include "gpu/vulkan_functions.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace impasto::gpu {

bool load_functions(PFN_vkGetInstanceProcAddr get, VkInstance instance, InstanceFunctions& table) {
    bool complete = true;
#define IMPASTO_VK_LOAD(name)                                               \
    table.name = reinterpret_cast<PFN_vk##name>(get(instance, "vk" #name)); \
    complete = complete && table.name != nullptr;
    IMPASTO_VK_INSTANCE_FUNCTIONS(IMPASTO_VK_LOAD)
#undef IMPASTO_VK_LOAD
    table.GetPhysicalDeviceCooperativeMatrixPropertiesKHR =
        reinterpret_cast<PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR>(
            get(instance, "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR"));
    return complete;
}

bool load_functions(PFN_vkGetDeviceProcAddr get, VkDevice device, DeviceFunctions& table) {
    bool complete = true;
#define IMPASTO_VK_LOAD(name)                                             \
    table.name = reinterpret_cast<PFN_vk##name>(get(device, "vk" #name)); \
    complete = complete && table.name != nullptr;
    IMPASTO_VK_DEVICE_FUNCTIONS(IMPASTO_VK_LOAD)
#undef IMPASTO_VK_LOAD
    return complete;
}

bool has_extension(const InstanceFunctions& vk, VkPhysicalDevice device, const char* name) {
    std::uint32_t count = 0;
    vk.EnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> extensions(count);
    vk.EnumerateDeviceExtensionProperties(device, nullptr, &count, extensions.data());
    return std::any_of(extensions.begin(), extensions.end(), [&](const auto& extension) {
        return std::strcmp(extension.extensionName, name) == 0;
    });
}

}  // namespace impasto::gpu
