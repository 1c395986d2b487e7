// Device memory for a plan: buffers are reserved first, so that the need is known before anything
// is allocated, and then placed in as few blocks as the device's largest allocation permits.
// Buffers that are not needed at the same time share memory (gpu/placement.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/device.h"
#include "gpu/placement.h"

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
    // its handles are filled in by commit(). Outside of `lifetime` its words are another buffer's:
    // the first step writes all that later ones read. Steps are those of one evaluation, in the
    // order in which the device does them; the caller counts them for the arena as a whole.
    Buffer& reserve(std::size_t count, Lifetime lifetime = {});
    // Bytes of memory that commit() will allocate. (A driver that rounds up buffers by more than
    // their alignment, which none is known to do, takes so much more.)
    std::uint64_t bytes_reserved() const;
    // In the order in which they were reserved.
    const std::deque<Buffer>& buffers() const { return buffers_; }
    // Whether each buffer by itself is one that the device and the kernels permit, however much
    // memory is free. kOutOfMemory with a message that can follow "size 4096 ".
    Status check_buffers() const;
    // Creates the buffers and binds them to blocks of memory. `what` names the plan in the error,
    // which says how much was needed. Call once.
    Status commit(const std::string& what);

  private:
    Placement placement() const;
    Status create_buffers(std::uint32_t& type_bits, const std::string& what);
    Result<Placement> allocate(std::uint32_t type, const std::string& what);
    Result<std::uint32_t> memory_type(std::uint32_t type_bits) const;
    Status bind(Buffer& buffer, const Place& place, const std::string& what);

    Device& device_;
    MemoryKind kind_;
    std::deque<Buffer> buffers_;
    std::vector<Reservation> reservations_;  // of each buffer; bytes: as the device rounds them up
    std::vector<Allocation> blocks_;
    std::uint64_t largest_ = 0;  // of the buffers
};

}  // namespace impasto::gpu
