// The viewer's Vulkan device, which it lends to the library as any engine would (impasto_vulkan.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "impasto/impasto.hpp"
#include "viewer/vulkan.h"

namespace impasto::viewer {

class Instance {
  public:
    // With what the window system needs. kNoDevice without a Vulkan driver.
    static Result<std::unique_ptr<Instance>> create(const std::vector<const char*>& extensions);
    ~Instance() { vkDestroyInstance(instance_, nullptr); }
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;
    VkInstance get() const { return instance_; }

  private:
    explicit Instance(VkInstance instance) : instance_(instance) {}
    VkInstance instance_;
};

class Device {
  public:
    // `wanted`: a number, a part of a name, "gpu", or "" for the best that can draw into `surface`.
    // kNoDevice when there is none.
    static Result<std::unique_ptr<Device>> create(const Instance& instance, VkSurfaceKHR surface,
                                                  const std::string& wanted);
    ~Device();  // waits for the device
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    VkDevice get() const { return device_; }
    VkPhysicalDevice physical() const { return physical_; }
    VkQueue queue() const { return queue_; }
    std::uint32_t family() const { return family_; }
    const VkPhysicalDeviceProperties& properties() const { return properties_; }
    // As impasto_list_devices numbers it: of the system's, which may have one name.
    std::uint32_t index() const { return index_; }
    bool is_cpu() const { return properties_.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU; }
    // What the library is told of it; without a queue: only slices are wanted.
    ImpastoVulkanDevice lent() const;

    // Memory with these properties for `needs`. kOutOfMemory.
    Result<Memory> allocate(const VkMemoryRequirements& needs, VkMemoryPropertyFlags wanted) const;

  private:
    explicit Device(VkInstance instance) : instance_(instance) {}
    Status choose(VkSurfaceKHR surface, const std::string& wanted);
    Status open();

    VkInstance instance_;
    VkPhysicalDevice physical_ = VK_NULL_HANDLE;
    VkDevice device_ = VK_NULL_HANDLE;
    VkQueue queue_ = VK_NULL_HANDLE;
    std::uint32_t family_ = 0;
    std::uint32_t index_ = 0;
    VkPhysicalDeviceProperties properties_{};
    VkPhysicalDeviceMemoryProperties memory_{};
    std::uint32_t features_ = 0;  // ImpastoFeature bits
};

// All of the system's, to choose from; empty where there is no Vulkan.
std::vector<ImpastoDeviceInfo> list_devices();

}  // namespace impasto::viewer
