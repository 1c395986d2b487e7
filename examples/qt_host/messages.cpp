#include "messages.h"

#include <cstdio>

namespace {

VKAPI_ATTR VkBool32 VKAPI_CALL hear(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                    VkDebugUtilsMessageTypeFlagsEXT,
                                    const VkDebugUtilsMessengerCallbackDataEXT* data, void* count) {
    std::printf("%s\n", data->pMessage);
    ++*static_cast<int*>(count);
    return VK_FALSE;
}

}  // namespace

void Messages::ask_for(QVulkanInstance& instance) {
    instance.setLayers({"VK_LAYER_KHRONOS_validation"});
    instance.setExtensions({"VK_EXT_debug_utils"});
    instance.setFlags(QVulkanInstance::NoDebugOutputRedirect);  // not twice
    // Qt gives no way to VkValidationFeaturesEXT. Layers before 1.3.290 read the first, newer ones
    // the second.
    qputenv("VK_LAYER_ENABLES", "VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT");
    qputenv("VK_VALIDATION_VALIDATE_SYNC", "1");
}

bool Messages::listen(QVulkanInstance& instance) {
    instance_ = &instance;
    const auto create = reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(
        instance.getInstanceProcAddr("vkCreateDebugUtilsMessengerEXT"));
    if (create == nullptr || !instance.layers().contains("VK_LAYER_KHRONOS_validation")) {
        return false;
    }
    VkDebugUtilsMessengerCreateInfoEXT info{};
    info.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT;
    info.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT |
                           VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
    info.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT |
                       VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT;
    info.pfnUserCallback = &hear;
    info.pUserData = &count_;
    return create(instance.vkInstance(), &info, nullptr, &messenger_) == VK_SUCCESS;
}

int Messages::close() {
    if (messenger_ != VK_NULL_HANDLE) {
        reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(instance_->getInstanceProcAddr(
            "vkDestroyDebugUtilsMessengerEXT"))(instance_->vkInstance(), messenger_, nullptr);
        messenger_ = VK_NULL_HANDLE;
    }
    return count_;
}
