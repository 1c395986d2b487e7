// The line at the bottom: what is going on, on which device, with which encoder.
#include <cinttypes>
#include <cstdio>

#include "viewer/desk.h"
#include "viewer/files.h"

namespace impasto::viewer {
namespace {

std::string formatted(const char* format, double value) {
    char text[64];
    static_cast<void>(std::snprintf(text, sizeof text, format, value));
    return text;
}

}  // namespace

void draw_status(Desk& desk) {
    const Studio& studio = desk.studio;
    std::string left = studio.status();
    if (const Painting* painting = studio.painting(); painting != nullptr) {
        const ImpastoProgress& now = painting->progress();
        const auto& scales = painting->scales();
        // Counted as moments are: over every plan that led here.
        left += "  |  iteration " + std::to_string(studio.iterations()) + " of " +
                std::to_string(studio.iterations_in_all());
        if (now.scale < scales.size()) {
            const ImpastoScale& scale = scales[now.scale];
            left += "  |  " + std::to_string(scale.width) + "x" + std::to_string(scale.height) +
                    " px (scale " + std::to_string(now.scale + 1) + " of " +
                    std::to_string(scales.size()) + ")";
        }
        const double rate = studio.iterations_per_second();
        if (rate > 0) {
            left += "  |  " +
                    (rate >= 1 ? formatted("%.1f it/s", rate) : formatted("%.1f s/it", 1 / rate));
        }
        if (now.total_iterations > 0) {
            left += "  |  loss " + formatted("%.4g", static_cast<double>(now.losses.total));
        }
    }
    if (desk.view.cursor_x >= 0) {
        left += "  |  (" + std::to_string(desk.view.cursor_x) + ", " +
                std::to_string(desk.view.cursor_y) + ")";
    }
    if (studio.content()) {
        left += "  |  " + formatted("%.0f %%", 100.0 * static_cast<double>(desk.view.zoom));
    }
    ImGui::TextUnformatted(left.c_str());

    const ImpastoDeviceInfo& device = desk.graphics.info();
    const std::string right =
        file_name(studio.settings.weights) + "  |  " + device.name + "  |  " + device.tier;
    const float width = ImGui::CalcTextSize(right.c_str()).x;
    const float used = ImGui::GetItemRectMax().x - ImGui::GetWindowPos().x + scaled(24);
    const float at = ImGui::GetWindowWidth() - width - scaled(10);
    if (at > used) {
        ImGui::SameLine(at);
        ImGui::TextDisabled("%s", right.c_str());
    }
}

}  // namespace impasto::viewer
