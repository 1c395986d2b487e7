// Device memory for a plan: buffers are reserved first, so that the need is known before anything
// is allocated, and then placed in as few blocks as the device's largest allocation permits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/device.h"

namespace impasto::gpu {

// A buffer of 32-bit words, or a part of one. Plain handles: the Arena owns what they name.
struct Buffer {
    VkBuffer handle = VK_NULL_HANDLE;
    VkDeviceSize bytes = 0;
    VkDeviceAddress address = 0;  // 0 on devices without buffer addresses
    void* mapped = nullptr;       // host memory, when the arena is host-visible
};

enum class MemoryKind {
    kDevice,  // fast memory of the device
    kHost,    // the host reads and writes it directly (coherent)
};

class Arena {
  public:
    explicit Arena(Device& device, MemoryKind kind = MemoryKind::kDevice);
    ~Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    // Reserves a buffer of `count` 32-bit words. The reference stays valid for the arena's life;
    // its handles are filled in by commit().
    Buffer& reserve(std::size_t count);
    // Bytes that commit() will allocate, alignment left aside.
    std::uint64_t bytes_reserved() const { return reserved_; }
    // Whether each buffer by itself is one that the device and the kernels permit, however much
    // memory is free. kOutOfMemory with a message that can follow "--size 4096 ".
    Status check_buffers() const;
    // Creates the buffers and binds them to blocks of memory. `what` names the plan in the error,
    // which says how much was needed. Call once.
    Status commit(const std::string& what);

  private:
    struct Block {
        VkDeviceMemory memory = VK_NULL_HANDLE;
        VkDeviceSize bytes = 0;
        char* mapped = nullptr;
    };
    struct Place {
        std::size_t block = 0;
        VkDeviceSize offset = 0;
    };
    Status create_buffers(std::uint32_t& type_bits, const std::string& what);
    Result<std::uint32_t> memory_type(std::uint32_t type_bits) const;
    Status allocate(Block& block, std::uint32_t type, const std::string& what);
    Status bind(Buffer& buffer, const Place& place, const std::string& what);

    Device& device_;
    MemoryKind kind_;
    std::deque<Buffer> buffers_;
    std::vector<Place> places_;  // of each buffer
    std::vector<Block> blocks_;
    std::uint64_t reserved_ = 0;
    std::uint64_t largest_ = 0;  // of the buffers
};

}  // namespace impasto::gpu
