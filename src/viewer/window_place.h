// Where the window opens: as it was left, on the monitors that are there now.
#pragma once

#include <optional>
#include <span>

namespace impasto::viewer {

struct Point {
    int x = 0;
    int y = 0;

    bool operator==(const Point&) const = default;
};

// A monitor as the desktop has it.
struct Monitor {
    int x = 0;  // of the part that windows may cover, in the desktop's units
    int y = 0;
    int width = 0;
    int height = 0;
    float scale = 1;  // the desktop's units to one of the interface at its usual scale
};

struct WindowPlace {
    int width = 1280;  // of the content, in the interface's units at its usual scale
    int height = 720;
    std::optional<Point>
        at;  // its upper left corner in the desktop's units; where the desktop likes
    bool maximised = false;

    bool operator==(const WindowPlace&) const = default;
};

// The smallest that the interface is laid out for, in its units at its usual scale.
inline constexpr int kLeastWidth = 640;
inline constexpr int kLeastHeight = 400;

// `wanted`, within the monitor that most of it lies on, which is the first one (the main one) where
// it lies on none; then the desktop says where. No monitors: as it is.
WindowPlace fit_to_monitors(const WindowPlace& wanted, std::span<const Monitor> monitors);

}  // namespace impasto::viewer
