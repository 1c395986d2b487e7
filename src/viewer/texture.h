// Pictures on the device, as the window draws them: RGBA8, sRGB-encoded bytes seen as they are
// (a UNORM view), so that what is drawn at 1:1 is what a saved file holds.
#pragma once

#include <cstdint>
#include <memory>

#include "impasto/impasto.hpp"
#include "viewer/host_buffer.h"
#include "viewer/pixels.h"
#include "viewer/queue.h"

namespace impasto::viewer {

// What every texture's descriptor set is made of: one combined image sampler for fragments.
class TextureLayout {
  public:
    static Result<std::unique_ptr<TextureLayout>> create(const Device& device);
    VkDescriptorSetLayout get() const { return layout_.get(); }

  private:
    friend class Texture;
    explicit TextureLayout(const Device& device) : device_(device) {}
    const Device& device_;
    DescriptorSetLayout layout_;
    Sampler sampler_;  // trilinear, the edge repeated
};

// Bytes of pictures that went between host and device: a displayed frame moves none.
struct Traffic {
    std::uint64_t uploaded = 0;
    std::uint64_t read_back = 0;
    std::uint64_t moments = 0;  // snapshots and thumbnails, read back to be kept
};

class Texture;

// A smaller copy of a texture, and its bytes on their way to the host.
struct Thumbnail {
    std::unique_ptr<Texture> texture;
    HostBuffer bytes;
    std::uint64_t number = 0;  // of the submission that copies them
    // Once the device has finished that.
    Pixels pixels() const;
};

class Texture {
  public:
    // With all its mip levels, each the mean of 2x2 texels of the one before. Recorded into
    // `queue`, waits for nothing.
    static Result<std::unique_ptr<Texture>> upload(const TextureLayout& layout, Queue& queue,
                                                   const Pixels& pixels, Traffic& traffic);
    // To be written by a hosted session, with all its levels. In target().layout from the start,
    // transparent black.
    static Result<std::unique_ptr<Texture>> make_target(const TextureLayout& layout, Queue& queue,
                                                        std::uint32_t width, std::uint32_t height);
    // A smaller copy of `from`, at most `side` px long.
    static Result<Thumbnail> thumbnail(const TextureLayout& layout, Queue& queue,
                                       const Texture& from, std::uint32_t side);

    // Of the picture, in px; the texture itself may be a smaller copy of it (Pixels).
    std::uint32_t width() const { return picture_width_; }
    std::uint32_t height() const { return picture_height_; }
    std::uint32_t texels_across() const { return width_; }
    std::uint32_t levels() const { return levels_; }
    VkDescriptorSet set() const { return set_; }
    // Of what is in it: no other texture ever had the same. A session that paints says so.
    std::uint64_t stamp() const { return stamp_; }
    void painted();
    // For ImpastoHosting.target.
    ImpastoVulkanImage target() const;

  private:
    Texture() { painted(); }
    Status make(const TextureLayout& layout, std::uint32_t width, std::uint32_t height);
    void make_mips(VkCommandBuffer commands, std::uint32_t from) const;

    std::uint32_t width_ = 0;  // texels
    std::uint32_t height_ = 0;
    std::uint32_t picture_width_ = 0;
    std::uint32_t picture_height_ = 0;
    std::uint32_t levels_ = 1;
    std::uint64_t stamp_ = 0;
    Memory memory_;
    Image image_;
    ImageView view_;
    DescriptorPool pool_;
    VkDescriptorSet set_ = VK_NULL_HANDLE;
};

}  // namespace impasto::viewer
