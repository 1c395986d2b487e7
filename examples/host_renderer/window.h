// A GLFW window and its Vulkan surface.
#pragma once

#include <vulkan/vulkan.h>

#include <cstdint>
#include <vector>

struct GLFWwindow;

namespace host {

class Window {
  public:
    Window(uint32_t width, uint32_t height, const char* title);  // throws Failure(kNoDevice)
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    GLFWwindow* get() const { return window_; }
    // That an instance must have for make_surface.
    static std::vector<const char*> instance_extensions();
    VkExtent2D framebuffer() const;  // px; 0 while it is minimised
    // False: it was closed. Takes what the user did since.
    bool poll() const;
    void wait() const;  // until something happens

  private:
    GLFWwindow* window_ = nullptr;
};

// Null without a window.
class Surface {
  public:
    Surface(VkInstance instance, const Window* window);
    ~Surface();
    Surface(const Surface&) = delete;
    Surface& operator=(const Surface&) = delete;
    VkSurfaceKHR get() const { return surface_; }

  private:
    VkInstance instance_;
    VkSurfaceKHR surface_ = VK_NULL_HANDLE;
};

}  // namespace host
