// The desktop's window: GLFW, and what happens in it.
#pragma once

#include <vulkan/vulkan.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "viewer/window_place.h"

struct GLFWwindow;

namespace impasto::viewer {

class Window {
  public:
    // As near to `wanted` as the monitors let it be. kNoDevice where no window can be opened: the
    // message names what works without one.
    static Result<std::unique_ptr<Window>> create(const WindowPlace& wanted);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    // Files that were dropped, in UTF-8, and where: in the window's units.
    std::function<void(const std::vector<std::string>&, float x, float y)> on_drop;
    // Something happened that a frame should show.
    std::function<void()> on_event;

    // What the window shows was lost, and must be drawn again.
    std::function<void()> on_refresh;

    // A key that went down, or repeats where it zooms: GLFW_KEY_*, GLFW_MOD_*.
    std::function<void(int key, int mods)> on_key;

    GLFWwindow* get() const { return window_; }
    static std::vector<const char*> instance_extensions();
    Result<VkSurfaceKHR> make_surface(VkInstance instance) const;
    VkExtent2D framebuffer() const;  // px; 0x0 while it is minimised
    // Px of the framebuffer to one of the interface at its usual size.
    float scale() const;
    // To be opened with again; nothing where it fills a monitor or none.
    std::optional<WindowPlace> place() const;
    // Of the framebuffer to the window's units: 2 on macOS' Retina, 1 elsewhere.
    float pixel_ratio() const;
    bool minimised() const;
    bool maximised() const;
    bool wants_to_close() const;
    void close();
    void keep_open();  // though it was to be closed
    void set_title(const std::string& title);
    const std::string& title() const { return title_; }
    void resize(int width, int height);
    void minimise();
    void restore();
    // Brings it before the user, who minimised or covered it.
    void ask_for_attention();
    std::pair<int, int> size() const;  // in the desktop's units

    void poll();
    // Until something happens, or so many seconds are over.
    void wait(double seconds);

  private:
    explicit Window(GLFWwindow* window) : window_(window) {}
    float unit_scale() const;  // the desktop's units to one of the interface at its usual scale
    GLFWwindow* window_;
    std::string title_;
};

}  // namespace impasto::viewer
