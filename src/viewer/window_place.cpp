#include "viewer/window_place.h"

#include <algorithm>
#include <cmath>

namespace impasto::viewer {
namespace {

int in_desktop_units(int length, const Monitor& monitor) {
    return static_cast<int>(std::lround(static_cast<double>(length) * monitor.scale));
}

// Which share of the window lies on the monitor, of its size there.
double share_on(const Monitor& monitor, const WindowPlace& window) {
    const auto share = [](int at, int length, int first, int available) {
        const double covered =
            std::min(0.0 + at + length, 0.0 + first + available) - std::max<double>(at, first);
        return std::max(covered, 0.0) / std::max(length, 1);
    };
    return share(window.at->x, in_desktop_units(window.width, monitor), monitor.x, monitor.width) *
           share(window.at->y, in_desktop_units(window.height, monitor), monitor.y, monitor.height);
}

// The size that fits, though no smaller than the interface can be.
int fitted(int length, int least, int available, float scale) {
    return std::clamp(static_cast<int>(std::floor(static_cast<float>(available) / scale)), least,
                      std::max(length, least));
}

}  // namespace

WindowPlace fit_to_monitors(const WindowPlace& wanted, std::span<const Monitor> monitors) {
    WindowPlace place = wanted;
    if (monitors.empty()) {
        return place;
    }
    const Monitor* on = &monitors.front();
    if (place.at) {
        double most = 0;
        for (const Monitor& monitor : monitors) {
            if (const double share = share_on(monitor, place); share > most) {
                most = share;
                on = &monitor;
            }
        }
        if (most == 0) {
            place.at.reset();
        }
    }
    const float scale = on->scale > 0 ? on->scale : 1;
    place.width = fitted(place.width, kLeastWidth, on->width, scale);
    place.height = fitted(place.height, kLeastHeight, on->height, scale);
    if (place.at) {
        const auto within = [](int at, int length, int first, int available) {
            return std::clamp(at, first, first + std::max(available - length, 0));
        };
        place.at->x = within(place.at->x, in_desktop_units(place.width, *on), on->x, on->width);
        place.at->y = within(place.at->y, in_desktop_units(place.height, *on), on->y, on->height);
    }
    return place;
}

}  // namespace impasto::viewer
