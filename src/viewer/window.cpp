#include "viewer/window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>

namespace impasto::viewer {
namespace {

Error no_window(const std::string& what) {
    const char* why = nullptr;
    glfwGetError(&why);
    return {ErrorCode::kNoDevice,
            what + (why != nullptr ? std::string(" (") + why + ")" : "") +
                "; without a desktop use impasto stylize CONTENT STYLE -o OUT.png"};
}

Window* of(GLFWwindow* window) { return static_cast<Window*>(glfwGetWindowUserPointer(window)); }

void happened(GLFWwindow* window) {
    if (of(window)->on_event) {
        of(window)->on_event();
    }
}

// GLFW names keys by where they are on an American keyboard; letters count as what is written on
// them.
int as_written(int key, int code) {
    const char* name = key >= GLFW_KEY_APOSTROPHE && key <= GLFW_KEY_GRAVE_ACCENT
                           ? glfwGetKeyName(key, code)
                           : nullptr;
    const bool is_letter = name != nullptr && name[0] >= 'a' && name[0] <= 'z' && name[1] == '\0';
    return is_letter ? name[0] - 'a' + GLFW_KEY_A : key;
}

// Set before ImGui's, which calls these in turn.
void listen(GLFWwindow* window) {
    glfwSetKeyCallback(window, [](GLFWwindow* to, int key, int code, int action, int mods) {
        happened(to);
        // What is held is pressed once, but for zooming.
        const bool again =
            action == GLFW_REPEAT && (key == GLFW_KEY_EQUAL || key == GLFW_KEY_MINUS);
        if ((action == GLFW_PRESS || again) && of(to)->on_key) {
            of(to)->on_key(as_written(key, code), mods);
        }
    });
    glfwSetCharCallback(window, [](GLFWwindow* to, unsigned) { happened(to); });
    glfwSetMouseButtonCallback(window, [](GLFWwindow* to, int, int, int) { happened(to); });
    glfwSetCursorPosCallback(window, [](GLFWwindow* to, double, double) { happened(to); });
    glfwSetCursorEnterCallback(window, [](GLFWwindow* to, int) { happened(to); });
    glfwSetScrollCallback(window, [](GLFWwindow* to, double, double) { happened(to); });
    glfwSetWindowFocusCallback(window, [](GLFWwindow* to, int) { happened(to); });
    glfwSetWindowRefreshCallback(window, [](GLFWwindow* to) {
        happened(to);
        if (of(to)->on_refresh) {
            of(to)->on_refresh();
        }
    });
    glfwSetFramebufferSizeCallback(window, [](GLFWwindow* to, int, int) { happened(to); });
    glfwSetDropCallback(window, [](GLFWwindow* to, int count, const char** paths) {
        happened(to);
        if (of(to)->on_drop) {
            of(to)->on_drop({paths, paths + count});
        }
    });
}

}  // namespace

Result<std::unique_ptr<Window>> Window::create(int width, int height) {
    if (glfwInit() == GLFW_FALSE) {
        return no_window("there is no desktop to open a window on");
    }
    if (glfwVulkanSupported() == GLFW_FALSE) {
        const Error error = no_window("there is no Vulkan driver that draws into windows");
        glfwTerminate();
        return error;
    }
    glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
    GLFWwindow* handle = glfwCreateWindow(width, height, "Impasto", nullptr, nullptr);
    if (handle == nullptr) {
        const Error error = no_window("no window could be opened");
        glfwTerminate();
        return error;
    }
    glfwSetWindowSizeLimits(handle, 640, 400, GLFW_DONT_CARE, GLFW_DONT_CARE);
    std::unique_ptr<Window> self(new Window(handle));
    glfwSetWindowUserPointer(handle, self.get());
    listen(handle);
    return self;
}

Window::~Window() {
    glfwDestroyWindow(window_);
    glfwTerminate();
}

std::vector<const char*> Window::instance_extensions() {
    std::uint32_t count = 0;
    const char** names = glfwGetRequiredInstanceExtensions(&count);
    return {names, names + count};
}

Result<VkSurfaceKHR> Window::make_surface(VkInstance instance) const {
    VkSurfaceKHR surface = VK_NULL_HANDLE;
    if (glfwCreateWindowSurface(instance, window_, nullptr, &surface) != VK_SUCCESS) {
        return no_window("the window cannot be drawn into with Vulkan");
    }
    return surface;
}

VkExtent2D Window::framebuffer() const {
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    return {static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height)};
}

float Window::scale() const {
    float x = 1;
    float y = 1;
    glfwGetWindowContentScale(window_, &x, &y);
    return std::max(x, y);
}

float Window::pixel_ratio() const {
    const int width = size().first;
    return width > 0 ? static_cast<float>(framebuffer().width) / static_cast<float>(width) : 1.0f;
}

bool Window::minimised() const {
    const VkExtent2D now = framebuffer();
    return glfwGetWindowAttrib(window_, GLFW_ICONIFIED) == GLFW_TRUE || now.width == 0 ||
           now.height == 0;
}

bool Window::wants_to_close() const { return glfwWindowShouldClose(window_) == GLFW_TRUE; }
void Window::close() { glfwSetWindowShouldClose(window_, GLFW_TRUE); }

void Window::keep_open() { glfwSetWindowShouldClose(window_, GLFW_FALSE); }

void Window::set_title(const std::string& title) {
    if (title != title_) {
        title_ = title;
        glfwSetWindowTitle(window_, title.c_str());
    }
}

void Window::resize(int width, int height) { glfwSetWindowSize(window_, width, height); }
void Window::minimise() { glfwIconifyWindow(window_); }
void Window::restore() { glfwRestoreWindow(window_); }

std::pair<int, int> Window::size() const {
    int width = 0;
    int height = 0;
    glfwGetWindowSize(window_, &width, &height);
    return {width, height};
}

void Window::poll() { glfwPollEvents(); }
void Window::wait(double seconds) { glfwWaitEventsTimeout(std::max(seconds, 1e-4)); }

}  // namespace impasto::viewer
