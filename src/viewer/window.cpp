#include "viewer/window.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

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

// GLFW names keys by where they are on an American keyboard; letters, signs and those of the keypad
// count as what is written on them.
int as_written(int key, int code) {
    const char* name = key >= GLFW_KEY_APOSTROPHE && key <= GLFW_KEY_GRAVE_ACCENT
                           ? glfwGetKeyName(key, code)
                           : nullptr;
    if (key == GLFW_KEY_KP_ADD || key == GLFW_KEY_KP_SUBTRACT) {
        return key == GLFW_KEY_KP_ADD ? GLFW_KEY_EQUAL : GLFW_KEY_MINUS;
    }
    if (name == nullptr || name[0] == '\0' || name[1] != '\0') {
        return key;
    }
    switch (name[0]) {
        case '+':
        case '=':
            return GLFW_KEY_EQUAL;
        case '-':
            return GLFW_KEY_MINUS;
        case '.':
            return GLFW_KEY_PERIOD;
        default:
            return name[0] >= 'a' && name[0] <= 'z' ? name[0] - 'a' + GLFW_KEY_A : key;
    }
}

// Set before ImGui's, which calls these in turn.
void listen(GLFWwindow* window) {
    glfwSetKeyCallback(window, [](GLFWwindow* to, int key, int code, int action, int mods) {
        happened(to);
        // What is held is pressed once, but for zooming.
        const int written = as_written(key, code);
        const bool again =
            action == GLFW_REPEAT && (written == GLFW_KEY_EQUAL || written == GLFW_KEY_MINUS);
        if ((action == GLFW_PRESS || again) && of(to)->on_key) {
            of(to)->on_key(written, mods);
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
            double x = -1;
            double y = -1;
            glfwGetCursorPos(to, &x, &y);
            of(to)->on_drop({paths, paths + count}, static_cast<float>(x), static_cast<float>(y));
        }
    });
}

// The desktop's units to one of the interface at its usual scale, on this monitor.
float unit_scale_of(GLFWmonitor* monitor) {
#ifdef __APPLE__
    static_cast<void>(monitor);
    return 1;  // it scales windows by itself
#else
    float x = 1;
    float y = 1;
    glfwGetMonitorContentScale(monitor, &x, &y);
    return std::max(x, y);
#endif
}

// The main one first.
std::vector<Monitor> list_monitors() {
    int count = 0;
    GLFWmonitor** found = glfwGetMonitors(&count);
    std::vector<Monitor> monitors;
    for (int i = 0; i < count; ++i) {
        Monitor monitor;
        glfwGetMonitorWorkarea(found[i], &monitor.x, &monitor.y, &monitor.width, &monitor.height);
        monitor.scale = unit_scale_of(found[i]);
        if (monitor.width > 0 && monitor.height > 0) {
            monitors.push_back(monitor);
        }
    }
    return monitors;
}

}  // namespace

Result<std::unique_ptr<Window>> Window::create(const WindowPlace& wanted) {
    if (glfwInit() == GLFW_FALSE) {
        return no_window("there is no desktop to open a window on");
    }
    if (glfwVulkanSupported() == GLFW_FALSE) {
        const Error error = no_window("there is no Vulkan driver that draws into windows");
        glfwTerminate();
        return error;
    }
    const std::vector<Monitor> monitors = list_monitors();
    const WindowPlace place = fit_to_monitors(wanted, monitors);
    glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
    // Sizes are given at the usual scale, and follow the monitor's where desktops leave that to
    // their programs.
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    glfwWindowHint(GLFW_MAXIMIZED, wanted.maximised ? GLFW_TRUE : GLFW_FALSE);
    glfwWindowHint(GLFW_VISIBLE, place.at ? GLFW_FALSE : GLFW_TRUE);
    GLFWwindow* handle = glfwCreateWindow(place.width, place.height, "Impasto", nullptr, nullptr);
    if (handle == nullptr) {
        const Error error = no_window("no window could be opened");
        glfwTerminate();
        return error;
    }
    std::unique_ptr<Window> self(new Window(handle));
    const float units = self->unit_scale();
    const auto scaled = [&](int length) {
        return static_cast<int>(std::lround(static_cast<float>(length) * units));
    };
    glfwSetWindowSizeLimits(handle, scaled(kLeastWidth), scaled(kLeastHeight), GLFW_DONT_CARE,
                            GLFW_DONT_CARE);
    if (place.at) {
        glfwSetWindowPos(handle, place.at->x, place.at->y);  // but where no program may say so
        glfwShowWindow(handle);
    }
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

float Window::unit_scale() const { return scale() / pixel_ratio(); }

bool Window::maximised() const { return glfwGetWindowAttrib(window_, GLFW_MAXIMIZED) == GLFW_TRUE; }

std::optional<WindowPlace> Window::place() const {
    if (minimised() || maximised()) {
        return std::nullopt;
    }
    const auto usual = [units = unit_scale()](int length) {
        return static_cast<int>(std::lround(static_cast<float>(length) / units));
    };
    const auto [width, height] = size();
    WindowPlace place{usual(width), usual(height), Point{}};
    static_cast<void>(glfwGetError(nullptr));
    glfwGetWindowPos(window_, &place.at->x, &place.at->y);
    if (glfwGetError(nullptr) != GLFW_NO_ERROR) {
        place.at.reset();  // Wayland tells nobody
    }
    return place;
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

void Window::ask_for_attention() {
    if (glfwGetWindowAttrib(window_, GLFW_ICONIFIED) == GLFW_TRUE) {
        glfwRestoreWindow(window_);
    }
    glfwRequestWindowAttention(window_);
}

std::pair<int, int> Window::size() const {
    int width = 0;
    int height = 0;
    glfwGetWindowSize(window_, &width, &height);
    return {width, height};
}

void Window::poll() { glfwPollEvents(); }
void Window::wait(double seconds) { glfwWaitEventsTimeout(std::max(seconds, 1e-4)); }

}  // namespace impasto::viewer
