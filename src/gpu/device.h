// A Vulkan device for compute, our own or a host's: queue, limits, pipelines, memory accounts.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "gpu/device_file.h"
#include "gpu/instance.h"
#include "gpu/memory.h"
#include "gpu/pace.h"

namespace impasto::gpu {

class PipelineCache;

// A device that a host made and keeps. The host says what it enabled, since a VkDevice can't be
// asked.
struct BorrowedDevice {
    VkPhysicalDevice physical = VK_NULL_HANDLE;
    VkDevice device = VK_NULL_HANDLE;
    VkQueue queue = VK_NULL_HANDLE;  // with compute; null: nothing is submitted
    std::uint32_t queue_family = 0;
    PFN_vkGetDeviceProcAddr get = nullptr;       // null: the instance's
    bool addresses_enabled = false;              // bufferDeviceAddress
    bool int64_enabled = false;                  // shaderInt64
    bool matrix_enabled = false;                 // all that MatrixUnitFeatures enables
    VkPipelineCache pipelines = VK_NULL_HANDLE;  // the host's; null: one of our own
    // Around every use of the queue; may be null.
    std::function<void()> lock_queue;
    std::function<void()> unlock_queue;
    MemoryCallbacks memory;  // may be empty
    MemoryBlock block;       // likewise
};

// Submissions are serialised by a lock; everything else is as thread-safe as Vulkan is.
class Device {
  public:
    // With `use_addresses` false nothing optional is used, as if the device had nothing beyond the
    // core: the storage buffer form of the plainest kernels.
    static Result<std::unique_ptr<Device>> create(const std::shared_ptr<Instance>& instance,
                                                  VkPhysicalDevice physical,
                                                  bool use_addresses = true);
    static Result<std::unique_ptr<Device>> borrow(const std::shared_ptr<Instance>& instance,
                                                  const BorrowedDevice& borrowed);
    ~Device();
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    const DeviceFunctions& vk() const { return vk_; }
    VkDevice handle() const { return device_; }
    const DeviceInfo& info() const { return info_; }
    const Capabilities& capabilities() const { return info_.capabilities; }
    const VkPhysicalDeviceLimits& limits() const { return limits_; }
    // The most bytes that one allocation may have.
    VkDeviceSize largest_allocation() const { return largest_allocation_; }
    // What a storage buffer's offset in memory, and by all that is known its size there, is a
    // multiple of.
    VkDeviceSize buffer_alignment() const { return buffer_alignment_; }
    // How a storage buffer that Impasto uses is made.
    VkBufferCreateInfo buffer_info(VkDeviceSize bytes) const;
    std::uint32_t queue_family() const { return queue_family_; }
    // Bits that a timestamp of the queue has; 0 where it has no clock.
    std::uint32_t timestamp_bits() const { return timestamp_bits_; }
    PipelineCache& pipelines() { return *pipelines_; }
    DeviceMemory& memory() { return device_memory_; }
    // False: a host lends the device for slices alone (gpu/slice_stream.h).
    bool has_queue() const { return queue_ != VK_NULL_HANDLE; }
    // The host's pipeline cache; null: none.
    VkPipelineCache host_pipelines() const { return host_pipelines_; }
    Pace& pace() { return pace_; }
    // Of what is kept of this device between runs.
    DeviceFileKey file_key() const;
    // From now on what the driver compiles is kept in a file in `folder`, for the next device of
    // its kind (PipelineCache::keep_in). Call before the device is used.
    void keep_pipelines(const std::filesystem::path& folder);

    Status submit(const VkSubmitInfo& info);

    // A memory type with `flags` that `type_bits` allows; kOutOfMemory when the device has none.
    Result<std::uint32_t> memory_type(std::uint32_t type_bits, VkMemoryPropertyFlags flags) const;
    // Bytes that can still be allocated; the check before a large plan is made.
    std::uint64_t available_memory() const;
    // A host has said that it is lost (any thread): streams fail from now on, and wait for nothing.
    void lose() { lost_ = true; }
    bool is_lost() const { return lost_; }
    // From now on at most `bytes` may be held at once; 0: whatever the driver gives.
    void limit_memory(std::uint64_t bytes) { memory_limit_ = bytes; }

    // Accounts, for reports: bytes held now and the most held at once.
    void account(std::int64_t bytes);
    std::uint64_t bytes_held() const { return static_cast<std::uint64_t>(bytes_.load()); }
    std::uint64_t bytes_peak() const { return bytes_peak_; }

  private:
    Device() = default;
    Status finish_setup(PFN_vkGetDeviceProcAddr get);
    Status look_at_buffers();
    Status check_block(const MemoryBlock& block) const;

    std::shared_ptr<Instance> instance_;
    VkPhysicalDevice physical_ = VK_NULL_HANDLE;
    VkDevice device_ = VK_NULL_HANDLE;
    bool owned_ = false;
    VkQueue queue_ = VK_NULL_HANDLE;
    std::uint32_t queue_family_ = 0;
    std::uint32_t timestamp_bits_ = 0;
    std::mutex queue_mutex_;
    std::function<void()> lock_queue_;
    std::function<void()> unlock_queue_;
    VkPipelineCache host_pipelines_ = VK_NULL_HANDLE;
    DeviceMemory device_memory_{*this};
    DeviceFunctions vk_;
    DeviceInfo info_;
    VkPhysicalDeviceLimits limits_{};
    VkPhysicalDeviceMemoryProperties memory_{};
    bool has_memory_budget_ = false;
    VkDeviceSize largest_allocation_ = 0;
    VkDeviceSize buffer_alignment_ = 1;
    std::uint32_t buffer_types_ = 0;  // memory types that a storage buffer can lie in, a bit each
    std::uint64_t memory_limit_ = 0;
    std::atomic<bool> lost_{false};
    std::unique_ptr<PipelineCache> pipelines_;
    Pace pace_;
    std::atomic<std::int64_t> bytes_{0};
    std::atomic<std::uint64_t> bytes_peak_{0};
};

}  // namespace impasto::gpu
