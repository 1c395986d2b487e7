// A buffer that the host reads and writes: what goes to a texture, and comes back from one.
#pragma once

#include <cstddef>

#include "viewer/device.h"

namespace impasto::viewer {

class HostBuffer {
  public:
    // `usage`: VK_BUFFER_USAGE_TRANSFER_SRC_BIT or _DST_BIT. kOutOfMemory.
    static Result<HostBuffer> create(const Device& device, VkDeviceSize bytes,
                                     VkBufferUsageFlags usage);
    VkBuffer get() const { return buffer_.get(); }
    VkDeviceSize bytes() const { return bytes_; }
    // Mapped as long as the buffer lives, and coherent.
    std::byte* data() { return data_; }
    const std::byte* data() const { return data_; }

    // After a copy into it, so that the host sees what came once the device has finished.
    static void make_visible(VkCommandBuffer commands);

  private:
    HostBuffer() = default;
    VkDeviceSize bytes_ = 0;
    Memory memory_;
    Buffer buffer_;
    std::byte* data_ = nullptr;
};

}  // namespace impasto::viewer
