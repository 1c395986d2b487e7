// The line at the bottom: what is going on, on which device, with which encoder.
#include <cinttypes>
#include <cstdio>
#include <string>
#include <vector>

#include "platform/paths.h"
#include "viewer/desk.h"
#include "viewer/widgets.h"

namespace impasto::viewer {
namespace {

std::string formatted(const char* format, double value) {
    char text[64];
    static_cast<void>(std::snprintf(text, sizeof text, format, value));
    return text;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) {
        text += "  |  " + parts[i];
    }
    return text;
}

constexpr std::size_t kFirst = 3;  // parts that matter most

float width_of(const std::string& text) { return ImGui::CalcTextSize(text.c_str()).x; }

}  // namespace

void draw_status(Desk& desk) {
    const Studio& studio = desk.studio;
    // What can be missed comes last, and goes first where the window is narrow.
    std::vector<std::string> parts{studio.status()};
    if (const Painting* painting = studio.painting(); painting != nullptr) {
        const ImpastoProgress& now = painting->progress();
        const auto& scales = painting->scales();
        // Counted as moments are: over every plan that led here.
        parts.push_back("iteration " + std::to_string(studio.iterations()) + " of " +
                        std::to_string(studio.iterations_in_all()));
        if (now.scale < scales.size()) {
            const ImpastoScale& scale = scales[now.scale];
            parts.push_back(std::to_string(scale.width) + "x" + std::to_string(scale.height) +
                            " px (scale " + std::to_string(now.scale + 1) + " of " +
                            std::to_string(scales.size()) + ")");
        }
        const double rate = studio.iterations_per_second();
        if (rate > 0) {
            parts.push_back(rate >= 1 ? formatted("%.1f it/s", rate)
                                      : formatted("%.1f s/it", 1 / rate));
        }
        if (now.total_iterations > 0) {
            parts.push_back("loss " + formatted("%.4g", static_cast<double>(now.losses.total)));
        }
    }
    if (studio.content()) {
        parts.push_back(formatted("%.0f %%", 100.0 * static_cast<double>(desk.view.zoom)));
    }
    if (desk.view.cursor_x >= 0) {
        parts.push_back("(" + std::to_string(desk.view.cursor_x) + ", " +
                        std::to_string(desk.view.cursor_y) + ")");
    }
    const ImpastoDeviceInfo& device = desk.graphics.info();
    // What is known best goes first: the tier, then the last of what is going on, then the device.
    std::vector<std::string> right{studio.settings.weights, device.name, device.tier};
    if (const auto stem = platform::path_from_utf8(right[0]).stem(); !stem.empty()) {
        right[0] = platform::path_to_utf8(stem);
    }
    const auto room = [&] {
        const float taken = right.empty() ? 0 : width_of(joined(right)) + scaled(24);
        return ImGui::GetWindowWidth() - taken - ImGui::GetCursorPosX() - scaled(10);
    };
    const auto fits = [&] { return width_of(joined(parts)) <= room(); };
    if (!fits()) {
        right.pop_back();
    }
    while (!fits() && parts.size() > kFirst) {
        parts.pop_back();
    }
    while (!fits() && !right.empty()) {
        right.pop_back();
    }
    while (!fits() && parts.size() > 1) {
        parts.pop_back();
    }
    ImGui::TextUnformatted(joined(parts).c_str());
    if (!right.empty()) {
        const std::string text = joined(right);
        ImGui::SameLine(ImGui::GetWindowWidth() - width_of(text) - scaled(10));
        ImGui::TextDisabled("%s", text.c_str());
        tooltip(joined({studio.settings.weights, device.name, device.tier}));
        desk.items.note("device and encoder");
    }
}

}  // namespace impasto::viewer
