// The renderer's own Vulkan instance and device, which it lends to Impasto.
#pragma once

#include <vulkan/vulkan.h>

#include <cstdint>
#include <string>
#include <vector>

namespace host {

// Throws Failure unless `result` is a success; `what` names the call.
void check(VkResult result, const char* what);

class Instance {
  public:
    // With the extensions that the window system needs.
    explicit Instance(const std::vector<const char*>& extensions);
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;
    VkInstance get() const { return instance_; }

  private:
    VkInstance instance_ = VK_NULL_HANDLE;
};

// What a device is made with. The renderer fills in what it wants itself, and Impasto's wishes are
// added in stylise.cpp.
struct DeviceFeatures {
    VkPhysicalDeviceFeatures2 core{};
    VkPhysicalDeviceVulkan12Features vulkan12{};
    VkPhysicalDeviceSubgroupSizeControlFeaturesEXT subgroup_size{};
#ifdef VK_KHR_cooperative_matrix
    VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrix{};
#endif
    std::vector<const char*> extensions;
};

class Device {
  public:
    // `name`: an index, a part of the name, "gpu" for the best that is no CPU, or "" for the best:
    // discrete, integrated, virtual, CPU. `surface`: what it must be able to present to, or null.
    Device(const Instance& instance, VkSurfaceKHR surface, const std::string& name);
    ~Device();
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    VkDevice get() const { return device_; }
    void wait_idle() const { vkDeviceWaitIdle(device_); }

    VkPhysicalDevice physical = VK_NULL_HANDLE;
    VkPhysicalDeviceProperties properties{};
    VkPhysicalDeviceMemoryProperties memory{};
    VkQueue queue = VK_NULL_HANDLE;  // graphics, compute, and presenting
    uint32_t queue_family = 0;
    double timestamp_ms = 0;        // of a tick; 0: the queue has no timestamps
    uint64_t timestamp_mask = 0;    // its valid bits
    bool anisotropy = false;        // samplers may be anisotropic
    uint32_t impasto_features = 0;  // ImpastoFeature bits that were enabled

  private:
    void choose(const Instance& instance, VkSurfaceKHR surface, const std::string& name);
    VkDevice device_ = VK_NULL_HANDLE;
};

}  // namespace host
