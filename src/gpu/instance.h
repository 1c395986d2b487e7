// The Vulkan instance, and what can be said about each device before one is made.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/matrix_units.h"
#include "gpu/vulkan_functions.h"
#include "platform/dynamic_library.h"

namespace impasto::gpu {

// What a kernel may use on a device. Everything beyond the core of Vulkan 1.2 is optional.
struct Capabilities {
    // bufferDeviceAddress: kernels reach their buffers by address. Without it they go through
    // storage buffer bindings, each at most maxStorageBufferRange long.
    bool addresses = false;
    bool int64 = false;  // 64-bit integers in kernels
    // Subgroups of at least 8 threads that can broadcast.
    bool subgroup_broadcast = false;
    MatrixUnits matrix;
};

// The kernels chosen, in words: "fp32, buffer addresses".
std::string tier_name(const Capabilities& capabilities);

struct DeviceInfo {
    std::string name;
    std::string driver;  // name and version, e.g. "llvmpipe, Mesa 25.0.7"
    VkPhysicalDeviceType type = VK_PHYSICAL_DEVICE_TYPE_OTHER;
    std::uint32_t api_version = 0;
    std::uint64_t memory_bytes = 0;  // of the largest device-local heap
    Capabilities capabilities;
    std::string tier;      // tier_name()
    std::string unusable;  // why the device cannot be used; empty when it can
};

const char* device_type_name(VkPhysicalDeviceType type);
std::vector<VkQueueFamilyProperties> queue_families(const InstanceFunctions& vk,
                                                    VkPhysicalDevice device);

// An instance of our own, or one that a host lends. Immutable after creation: any thread may use
// it.
class Instance {
  public:
    // Opens the system's Vulkan loader. kNoDevice when there is none, or no driver.
    static Result<std::shared_ptr<Instance>> create();
    // The host keeps `instance` alive as long as this.
    static Result<std::shared_ptr<Instance>> borrow(VkInstance instance,
                                                    PFN_vkGetInstanceProcAddr get);
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    // The physical devices in the loader's order; the index is what --device takes.
    Result<std::vector<VkPhysicalDevice>> devices() const;
    DeviceInfo describe(VkPhysicalDevice device) const;
    // Device memory that can still be allocated, in bytes, as far as the driver tells; 0: it does
    // not. `has_budget`: whether the device has VK_EXT_memory_budget, without which it is all that
    // there is.
    std::uint64_t available_memory(VkPhysicalDevice device, bool has_budget) const;

    const InstanceFunctions& functions() const { return functions_; }

  private:
    Instance() = default;

    platform::DynamicLibrary loader_;
    VkInstance instance_ = VK_NULL_HANDLE;
    bool owned_ = false;
    InstanceFunctions functions_;
};

// The device that `selector` names: an index, a part of the name (case-insensitive), or "" for the
// best: discrete before integrated before virtual before CPU. "gpu" is the best that is no CPU.
Result<VkPhysicalDevice> select_device(const Instance& instance, const std::string& selector);

}  // namespace impasto::gpu
