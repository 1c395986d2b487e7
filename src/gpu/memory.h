// Where a device's memory comes from: the driver, callbacks of a host, or one block that a host
// lends.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/vulkan_functions.h"

namespace impasto::gpu {

class Device;

enum class MemoryUse : std::uint8_t {
    kBuffer,  // device-local
    kHost,    // buffers that the host sees too, coherent
    kImage,   // an image of optimal tiling
};

struct MemoryRequest {
    VkDeviceSize bytes = 0;
    VkDeviceSize alignment = 1;  // of the offset; a power of two
    std::uint32_t type = 0;      // index
    MemoryUse use = MemoryUse::kBuffer;
};

// A piece of memory. Plain handles: whoever allocated it frees it, by DeviceMemory::free.
struct Allocation {
    VkDeviceMemory memory = VK_NULL_HANDLE;
    VkDeviceSize offset = 0;
    VkDeviceSize bytes = 0;
    void* mapped = nullptr;  // of `offset`, for MemoryUse::kHost
    void* user = nullptr;    // of a host's callbacks
    enum class Source : std::uint8_t { kNone, kDriver, kCallbacks, kBlock } source = Source::kNone;
};

// A host's own allocator: allocate() fills memory, offset, mapped and user, or says false.
struct MemoryCallbacks {
    std::function<bool(const MemoryRequest&, bool device_address, Allocation&)> allocate;
    std::function<void(const Allocation&)> free;
};

// A part of one allocation that the host made, for everything in device-local buffers.
struct MemoryBlock {
    VkDeviceMemory memory = VK_NULL_HANDLE;
    VkDeviceSize offset = 0;
    VkDeviceSize bytes = 0;
    std::uint32_t type = 0;
};

// Thread-safe.
class DeviceMemory {
  public:
    explicit DeviceMemory(Device& device) : device_(device) {}
    // The block must be empty by then.
    ~DeviceMemory() = default;
    DeviceMemory(const DeviceMemory&) = delete;
    DeviceMemory& operator=(const DeviceMemory&) = delete;

    // Call before the first allocation.
    void use(MemoryCallbacks callbacks) { callbacks_ = std::move(callbacks); }
    void use(const MemoryBlock& block);
    bool has_block() const { return block_.bytes > 0; }
    // Whose memory type can be any that is good for buffers.
    std::uint32_t block_type() const { return block_.type; }
    // What the block has left, all in all and in one piece.
    VkDeviceSize left() const;
    VkDeviceSize largest_free() const;

    // kOutOfMemory, which names `what`.
    Result<Allocation> allocate(const MemoryRequest& request, const std::string& what);
    void free(Allocation& allocation);  // makes it empty; may be empty already

  private:
    Result<Allocation> from_driver(const MemoryRequest& request, const std::string& what);
    bool from_block(const MemoryRequest& request, Allocation& allocation);

    Device& device_;
    MemoryCallbacks callbacks_;
    MemoryBlock block_;
    mutable std::mutex mutex_;
    struct Gap {
        VkDeviceSize begin = 0;
        VkDeviceSize end = 0;
    };
    std::vector<Gap> gaps_;  // of the block, by offset
    std::size_t taken_ = 0;  // allocations in the block
};

}  // namespace impasto::gpu
