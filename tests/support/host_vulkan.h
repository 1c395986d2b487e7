// A Vulkan instance and device that a test makes by itself, as a host program would, to lend them;
// calls can be replaced by others on the way.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "gpu/instance.h"
#include "platform/dynamic_library.h"

namespace impasto::testing {

class HostVulkan {
  public:
    HostVulkan() {
        const char* const names[] = {"libvulkan.so.1", "libvulkan.1.dylib", "vulkan-1.dll"};
        loader_ = platform::DynamicLibrary(names);
        if (!loader_.is_open()) {
            return;
        }
        real_get() =
            reinterpret_cast<PFN_vkGetInstanceProcAddr>(loader_.symbol("vkGetInstanceProcAddr"));
        VkApplicationInfo application{};
        application.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
        application.apiVersion = VK_API_VERSION_1_2;
        VkInstanceCreateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
        info.pApplicationInfo = &application;
        auto create =
            reinterpret_cast<PFN_vkCreateInstance>(real_get()(VK_NULL_HANDLE, "vkCreateInstance"));
        if (create(&info, nullptr, &instance_) != VK_SUCCESS) {
            instance_ = VK_NULL_HANDLE;
            return;
        }
        gpu::load_functions(real_get(), instance_, functions_);
    }
    ~HostVulkan() {
        if (device_ != VK_NULL_HANDLE) {
            reinterpret_cast<PFN_vkDestroyDevice>(
                functions_.GetDeviceProcAddr(device_, "vkDestroyDevice"))(device_, nullptr);
        }
        if (instance_ != VK_NULL_HANDLE) {
            functions_.DestroyInstance(instance_, nullptr);
        }
        replaced().clear();
    }
    HostVulkan(const HostVulkan&) = delete;
    HostVulkan& operator=(const HostVulkan&) = delete;

    VkInstance instance() const { return instance_; }
    const gpu::InstanceFunctions& functions() const { return functions_; }

    // Makes a device with one queue of family `family`.
    VkDevice make_device(VkPhysicalDevice physical, bool addresses, std::uint32_t family = 0,
                         bool int64 = false) {
        const float priority = 1;
        VkDeviceQueueCreateInfo queue{};
        queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
        queue.queueFamilyIndex = family;
        queue.queueCount = 1;
        queue.pQueuePriorities = &priority;
        VkPhysicalDeviceVulkan12Features features{};
        features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
        features.timelineSemaphore = VK_TRUE;
        features.bufferDeviceAddress = addresses ? VK_TRUE : VK_FALSE;
        VkPhysicalDeviceFeatures basic{};
        basic.shaderInt64 = int64 ? VK_TRUE : VK_FALSE;
        VkDeviceCreateInfo create{};
        create.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
        create.pNext = &features;
        create.pEnabledFeatures = &basic;
        create.queueCreateInfoCount = 1;
        create.pQueueCreateInfos = &queue;
        if (functions_.CreateDevice(physical, &create, nullptr, &device_) != VK_SUCCESS) {
            device_ = VK_NULL_HANDLE;
        }
        return device_;
    }

    // From now on `name`, e.g. "vkQueueSubmit", loads as `function` through get().
    static void replace(const std::string& name, PFN_vkVoidFunction function) {
        replaced()[name] = function;
    }
    // What to lend.
    static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL get(VkInstance instance, const char* name) {
        if (const auto found = replaced().find(name); found != replaced().end()) {
            return found->second;
        }
        if (std::strcmp(name, "vkGetDeviceProcAddr") == 0) {
            real_get_device() = reinterpret_cast<PFN_vkGetDeviceProcAddr>(
                real_get()(instance, "vkGetDeviceProcAddr"));
            return reinterpret_cast<PFN_vkVoidFunction>(&get_device);
        }
        return real_get()(instance, name);
    }

  private:
    static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL get_device(VkDevice device, const char* name) {
        const auto found = replaced().find(name);
        return found != replaced().end() ? found->second : real_get_device()(device, name);
    }
    static PFN_vkGetInstanceProcAddr& real_get() {
        static PFN_vkGetInstanceProcAddr function = nullptr;
        return function;
    }
    static PFN_vkGetDeviceProcAddr& real_get_device() {
        static PFN_vkGetDeviceProcAddr function = nullptr;
        return function;
    }
    static std::map<std::string, PFN_vkVoidFunction>& replaced() {
        static std::map<std::string, PFN_vkVoidFunction> functions;
        return functions;
    }

    platform::DynamicLibrary loader_;
    VkInstance instance_ = VK_NULL_HANDLE;
    VkDevice device_ = VK_NULL_HANDLE;
    gpu::InstanceFunctions functions_;
};

}  // namespace impasto::testing
