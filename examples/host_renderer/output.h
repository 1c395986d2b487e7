// Where frames go: the images of a window's swapchain, or images that nobody sees.
#pragma once

#include <vulkan/vulkan.h>

#include <cstdint>
#include <vector>

#include "device.h"
#include "resources.h"

namespace host {

constexpr uint32_t kFramesInFlight = 2;

class Output {
  public:
    virtual ~Output() = default;

    // The image that this frame draws into. False: the images are no longer what the window wants,
    // and this frame is left out (resize).
    virtual bool acquire(uint32_t slot, uint32_t& image) = 0;
    // What the frame's submission waits for before it writes the image, and signals; or null.
    virtual VkSemaphore acquired(uint32_t) const { return VK_NULL_HANDLE; }
    virtual VkSemaphore drawn(uint32_t) const { return VK_NULL_HANDLE; }
    // After the submission. False as above.
    virtual bool present(uint32_t) { return true; }

    VkFormat format = VK_FORMAT_UNDEFINED;  // sRGB
    VkExtent2D extent{};
    VkImageLayout final_layout = VK_IMAGE_LAYOUT_UNDEFINED;  // in which a frame leaves its image
    std::vector<VkImage> images;
    std::vector<VkImageView> views;  // one each
};

// An image for each frame in flight, which can be read back.
class Offscreen : public Output {
  public:
    Offscreen(const Device& device, VkExtent2D size);
    bool acquire(uint32_t slot, uint32_t& image) override {
        image = slot;
        return true;
    }
    // RGBA, 8 bits, sRGB-encoded, rows from the top; the device must be idle.
    std::vector<uint8_t> read(uint32_t image) const;

  private:
    const Device& device_;
    std::vector<Image> owned_;
};

class Swapchain : public Output {
  public:
    // `size`: the window's framebuffer. `old`: what it replaces, or null; the device must be idle.
    Swapchain(const Device& device, VkSurfaceKHR surface, VkExtent2D size, const Swapchain* old);
    bool acquire(uint32_t slot, uint32_t& image) override;
    VkSemaphore acquired(uint32_t slot) const override { return acquired_[slot].get(); }
    VkSemaphore drawn(uint32_t image) const override { return drawn_[image].get(); }
    bool present(uint32_t image) override;

  private:
    const Device& device_;
    SwapchainHandle swapchain_;
    std::vector<ImageView> owned_views_;
    std::vector<Semaphore> acquired_;  // a frame in flight each
    // An image each: presenting says nothing of when it has waited, but that the image comes back.
    std::vector<Semaphore> drawn_;
};

}  // namespace host
