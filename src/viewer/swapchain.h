// The window's images, and the render pass that draws into them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "viewer/damage.h"
#include "viewer/queue.h"

namespace impasto::viewer {

// Of the colours of the window: sRGB-encoded bytes, written as they are.
class WindowPass {
  public:
    // kNoDevice when the surface has no format of 8 bits a channel.
    static Result<std::unique_ptr<WindowPass>> create(const Device& device, VkSurfaceKHR surface);
    // Draws all of an image, whatever was in it; all pipelines are for this one.
    VkRenderPass get() const { return pass_.get(); }
    // Draws over what was presented.
    VkRenderPass keeping() const { return keeping_.get(); }
    VkSurfaceFormatKHR format() const { return format_; }

  private:
    WindowPass() = default;
    Result<RenderPass> make(const Device& device, bool keeps) const;
    VkSurfaceFormatKHR format_{};
    RenderPass pass_;
    RenderPass keeping_;
};

class Swapchain {
  public:
    // A frame that may be drawn.
    struct Frame {
        std::uint32_t image = 0;
        VkFramebuffer framebuffer = VK_NULL_HANDLE;
        Signals signals;
        std::size_t slot = 0;
    };

    // `size`: of the framebuffer in px. `old`: what the surface had before, which is idle.
    static Result<std::unique_ptr<Swapchain>> create(const Device& device, VkSurfaceKHR surface,
                                                     const WindowPass& pass, VkExtent2D size,
                                                     const Swapchain* old);

    VkExtent2D extent() const { return extent_; }
    std::uint32_t image_count() const { return static_cast<std::uint32_t>(images_.size()); }
    VkImage image(std::uint32_t index) const { return images_[index]; }
    Rect whole() const {
        return {0, 0, static_cast<int>(extent_.width), static_cast<int>(extent_.height)};
    }
    // False when the surface changed since: make another one.
    bool fits() const { return fits_; }

    // The next image where one is free now; never waits for one.
    Result<std::optional<Frame>> acquire(Queue& queue);
    // What the window shows changed here, in all images that are not drawn since.
    void damage(const Rect& part);
    // Where the image of a frame does not hold what the window is to show.
    const Rect& stale(const Frame& frame) const { return stale_[frame.image]; }
    // The frame, of which everything stale was drawn, was submitted as `number`.
    Status present(const Frame& frame, std::uint64_t number);

  private:
    explicit Swapchain(const Device& device) : device_(device) {}
    Status make(VkSurfaceKHR surface, const WindowPass& pass, VkExtent2D size,
                const Swapchain* old);
    Status make_images(const WindowPass& pass);

    struct Acquired {
        Semaphore semaphore;
        std::uint64_t number = 0;  // of the submission that waited for it
    };
    const Device& device_;
    VkExtent2D extent_{};
    SwapchainHandle swapchain_;
    std::vector<VkImage> images_;
    std::vector<ImageView> views_;
    std::vector<Framebuffer> framebuffers_;
    std::vector<Semaphore> drawn_;  // of each image
    std::vector<Rect> stale_;
    std::vector<Acquired> acquired_;
    std::size_t next_ = 0;
    bool fits_ = true;
};

}  // namespace impasto::viewer
