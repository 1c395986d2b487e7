// Dear ImGui over the window and the device: fonts, themes, and the two backends, whose
// initialisation differs between ImGui 1.86 (Debian 12) and 1.92.
#pragma once

#include <cstdint>
#include <memory>

#include "viewer/damage.h"
#include "viewer/queue.h"
#include "viewer/swapchain.h"
#include "viewer/window.h"

namespace impasto::viewer {

enum class Theme { kDark, kLight };

class Interface {
  public:
    static Result<std::unique_ptr<Interface>> create(Window& window, Theme theme);
    ~Interface();
    Interface(const Interface&) = delete;
    Interface& operator=(const Interface&) = delete;

    // Makes and destroys what it has on the device. detach() wants the device idle, or lost.
    Status attach(const Instance& instance, const Device& device, const WindowPass& pass,
                  std::uint32_t image_count, Queue& queue);
    void detach();
    bool attached() const { return attached_; }

    void set_theme(Theme theme);
    // The font follows when the window came to a monitor of another scale: then true, and it must
    // be attached anew.
    bool fonts_are_stale() const;

    // ImGui::NewFrame() follows.
    void begin_backends();
    // Ends the frame and lays out what draw() draws.
    void end_frame();
    // Of the frame, what is in `part` of the framebuffer. What failed in the backend since the last
    // call.
    Status draw(VkCommandBuffer commands, const Rect& part);

  private:
    explicit Interface(Window& window) : window_(window) {}
    void make_fonts();

    Window& window_;
    Theme theme_ = Theme::kDark;
    float scale_ = 0;  // of the fonts
    bool attached_ = false;
    VkDevice device_ = VK_NULL_HANDLE;
    DescriptorPool pool_;
};

}  // namespace impasto::viewer
