#include "window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <string>

#include "failure.h"

namespace host {
namespace {

[[noreturn]] void fail(const char* what) {
    const char* why = nullptr;
    glfwGetError(&why);
    throw Failure(kNoDevice, std::string(what) + (why != nullptr ? std::string(": ") + why : "") +
                                 "; --headless needs no window");
}

}  // namespace

Window::Window(uint32_t width, uint32_t height, const char* title) {
    if (glfwInit() == GLFW_FALSE) fail("no window system");
    glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
    window_ = glfwVulkanSupported() == GLFW_TRUE
                  ? glfwCreateWindow(static_cast<int>(width), static_cast<int>(height), title,
                                     nullptr, nullptr)
                  : nullptr;
    if (window_ == nullptr) {
        try {
            fail("no window with Vulkan can be opened");
        } catch (...) {
            glfwTerminate();
            throw;
        }
    }
}

Window::~Window() {
    glfwDestroyWindow(window_);
    glfwTerminate();
}

std::vector<const char*> Window::instance_extensions() {
    uint32_t count = 0;
    const char** names = glfwGetRequiredInstanceExtensions(&count);
    return {names, names + count};
}

VkExtent2D Window::framebuffer() const {
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    return {static_cast<uint32_t>(width), static_cast<uint32_t>(height)};
}

bool Window::poll() const {
    glfwPollEvents();
    return glfwWindowShouldClose(window_) == GLFW_FALSE;
}

void Window::wait() const { glfwWaitEvents(); }

Surface::Surface(VkInstance instance, const Window* window) : instance_(instance) {
    if (window != nullptr &&
        glfwCreateWindowSurface(instance, window->get(), nullptr, &surface_) != VK_SUCCESS) {
        fail("no surface for the window");
    }
}

Surface::~Surface() {
    if (surface_ != VK_NULL_HANDLE) vkDestroySurfaceKHR(instance_, surface_, nullptr);
}

}  // namespace host
