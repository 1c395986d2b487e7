// Everything that goes when the device is lost, or another one is chosen: the device itself, what
// the window draws with, and the library's context on it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "viewer/canvas.h"
#include "viewer/damage.h"
#include "viewer/handles.h"
#include "viewer/interface.h"
#include "viewer/screenshot.h"
#include "viewer/swapchain.h"
#include "viewer/window.h"

namespace impasto::viewer {

struct GraphicsOptions {
    std::string device;     // as impasto's --device
    std::string precision;  // the rest as ImpastoContextOptions has it
    std::string tier;
    std::uint64_t memory_budget = 0;
};

// The window's pixels.
struct Shots {
    Impasto::Image drawn;  // as the user sees them
    bool wants_whole = false;
    Impasto::Image whole;  // where that is wanted: as they are when all of the frame is drawn
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

    // Whether an image of the window is free to be drawn now; never waits for one. Makes the
    // swapchain anew where the window's size or the surface changed: what is in flight is waited
    // for then.
    Result<bool> acquire(const Window& window);
    // Draws what the interface laid out on `background`, after acquire() said yes: what changed
    // since the last call, and nothing, nor is anything presented, where nothing did. The pixels
    // that were drawn. `shots`, when they are not null, are taken in any case and waited for.
    Result<std::uint64_t> draw_frame(const ImVec4& background, Shots* shots = nullptr);
    // The desktop lost what the window shows.
    void refresh() { damage_.forget(); }
    // The interface's fonts are of another size now. Waits for the device.
    Status renew_interface();
    // The device is lost: nothing is waited for any more.
    void lose();

  private:
    Graphics(const Instance& instance, VkSurfaceKHR surface, Interface& interface)
        : instance_(instance), surface_(surface), interface_(interface) {}
    Status make_context(const GraphicsOptions& options);
    Status fit_window(const Window& window);
    Status drop_acquired();
    Rect take_damage(const ImVec4& background);
    Status record_pass(VkCommandBuffer commands, const Swapchain::Frame& frame, const Rect& part);

    const Instance& instance_;
    VkSurfaceKHR surface_;
    Interface& interface_;
    std::unique_ptr<Device> device_;
    std::unique_ptr<Queue> queue_;
    std::unique_ptr<WindowPass> pass_;
    std::unique_ptr<TextureLayout> texture_layout_;
    std::unique_ptr<Canvas> canvas_;
    std::unique_ptr<Swapchain> swapchain_;
    std::optional<Swapchain::Frame> frame_;  // that was acquired
    Damage damage_;
    Rect unseen_;  // changed and not presented
    ImVec4 background_{};
    Impasto::Context context_;
    ImpastoDeviceInfo info_{};
};

}  // namespace impasto::viewer
