// Everything that goes when the device is lost, or another one is chosen: the device itself, what
// the window draws with, and the library's context on it.
#pragma once

#include <memory>
#include <string>

#include "viewer/canvas.h"
#include "viewer/handles.h"
#include "viewer/interface.h"
#include "viewer/swapchain.h"
#include "viewer/window.h"

namespace impasto::viewer {

struct GraphicsOptions {
    std::string device;     // as impasto's --device
    std::string precision;  // the rest as ImpastoContextOptions has it
    std::string tier;
    std::uint64_t memory_budget = 0;
};

class Graphics {
  public:
    // `surface` of the window on this instance.
    static Result<std::unique_ptr<Graphics>> create(const Instance& instance, VkSurfaceKHR surface,
                                                    const Window& window, Interface& interface,
                                                    const GraphicsOptions& options);
    // Waits for the device, unless it was lost. Sessions and textures are gone by then.
    ~Graphics();
    Graphics(const Graphics&) = delete;
    Graphics& operator=(const Graphics&) = delete;

    const Device& device() const { return *device_; }
    Queue& queue() { return *queue_; }
    const TextureLayout& texture_layout() const { return *texture_layout_; }
    Canvas& canvas() { return *canvas_; }
    Swapchain& swapchain() { return *swapchain_; }
    ImpastoContext* context() { return context_.get(); }
    const ImpastoDeviceInfo& info() const { return info_; }

    // Makes the swapchain anew where the window's size or the surface changed. Waits for what is in
    // flight then.
    Status fit_window(const Window& window);
    // Draws what the interface laid out on `background`, where an image of the window is free: the
    // number of the submission, 0 where none is. `shot`, when it is not null, gets the window's
    // pixels then, which is waited for.
    Result<std::uint64_t> draw_frame(const ImVec4& background, Impasto::Image* shot = nullptr);
    // The device is lost: nothing is waited for any more.
    void lose();

  private:
    Graphics(VkSurfaceKHR surface, Interface& interface)
        : surface_(surface), interface_(interface) {}
    Status make_context(const GraphicsOptions& options);

    VkSurfaceKHR surface_;
    Interface& interface_;
    std::unique_ptr<Device> device_;
    std::unique_ptr<Queue> queue_;
    std::unique_ptr<WindowPass> pass_;
    std::unique_ptr<TextureLayout> texture_layout_;
    std::unique_ptr<Canvas> canvas_;
    std::unique_ptr<Swapchain> swapchain_;
    Impasto::Context context_;
    ImpastoDeviceInfo info_{};
};

}  // namespace impasto::viewer
