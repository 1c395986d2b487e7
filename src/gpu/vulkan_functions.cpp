#include "gpu/vulkan_functions.h"

namespace impasto::gpu {

bool load_functions(PFN_vkGetInstanceProcAddr get, VkInstance instance, InstanceFunctions& table) {
    bool complete = true;
#define IMPASTO_VK_LOAD(name)                                               \
    table.name = reinterpret_cast<PFN_vk##name>(get(instance, "vk" #name)); \
    complete = complete && table.name != nullptr;
    IMPASTO_VK_INSTANCE_FUNCTIONS(IMPASTO_VK_LOAD)
#undef IMPASTO_VK_LOAD
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

}  // namespace impasto::gpu
