// An image that shaders sample: what a session's picture is shown in on a host's device.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "gpu/memory.h"
#include "gpu/program.h"

namespace impasto::gpu {

// The number of mip levels down to 1x1.
std::uint32_t mip_levels(std::uint32_t width, std::uint32_t height);

// Of pixels that are copied to it (Program::copy_to_image), in the layout
// SHADER_READ_ONLY_OPTIMAL between copies.
class Texture {
  public:
    // 2D, `levels` levels. 8-bit formats can be viewed as UNORM and as sRGB, and are shown in
    // `format`.
    static Result<std::unique_ptr<Texture>> create(Device& device, VkFormat format,
                                                   std::uint32_t width, std::uint32_t height,
                                                   std::uint32_t levels);
    ~Texture();
    Texture(const Texture&) = delete;
    Texture& operator=(const Texture&) = delete;

    VkImage image() const { return image_; }
    VkImageView view() const { return view_; }

  private:
    explicit Texture(Device& device) : device_(device) {}

    Device& device_;
    VkImage image_ = VK_NULL_HANDLE;
    VkImageView view_ = VK_NULL_HANDLE;
    Allocation memory_;
};

}  // namespace impasto::gpu
