// The strip of moments: a click goes back to one, and the work goes on from there as a branch.
#include <algorithm>

#include "viewer/desk.h"
#include "viewer/files.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

namespace impasto::viewer {
namespace {

std::string painted_with(const Moment& moment) {
    std::string text = "\n";
    for (const Source& style : moment.plan->styles) {
        text += file_name(style.path) + ", ";
    }
    char weights[96];
    static_cast<void>(std::snprintf(weights, sizeof weights, "content %.4g, style %.4g",
                                    static_cast<double>(moment.settings.content_weight),
                                    static_cast<double>(moment.settings.style_weight)));
    return text + weights + (moment.pinned ? "\nkept by you" : "");
}

}  // namespace

void draw_history(Desk& desk) {
    const auto& moments = desk.studio.history().moments();
    if (moments.empty()) {
        ImGui::TextDisabled("Moments are kept here while it is painted; K keeps one now.");
        return;
    }
    const float side = scaled(62);
    std::uint32_t chosen = 0;
    std::uint32_t branch = moments.front().branch;
    for (const Moment& moment : moments) {
        if (&moment != &moments.front()) {
            // A gap where the work went back and on another way.
            ImGui::SameLine(0, moment.branch != branch ? scaled(20) : scaled(6));
        }
        branch = moment.branch;
        ImGui::BeginGroup();
        const std::string label = "moment " + std::to_string(moment.number);
        const ImVec2 min = ImGui::GetCursorScreenPos();
        const ImVec2 max{min.x + side, min.y + side};
        if (ImGui::InvisibleButton(label.c_str(), {side, side})) {
            chosen = moment.number;
        }
        desk.items.note(label);
        ImDrawList& list = *ImGui::GetWindowDrawList();
        if (moment.thumbnail && ImGui::IsItemVisible()) {
            const auto width = static_cast<float>(moment.thumbnail->width());
            const auto height = static_cast<float>(moment.thumbnail->height());
            const float zoom = side / std::max(width, height);
            CanvasView view;
            view.extent = {width * zoom, height * zoom};
            view.origin = {min.x + (side - view.extent.x) / 2, min.y + (side - view.extent.y) / 2};
            view.surround = surround(desk.preferences.theme);
            desk.graphics.canvas().add(list, min, max, view, *moment.thumbnail);
        }
        if (ImGui::IsItemHovered()) {
            list.AddRect(min, max, ImGui::GetColorU32(ImGuiCol_SliderGrab), 0, 0, scaled(2));
        }
        char text[128];
        static_cast<void>(std::snprintf(text, sizeof text, "iteration %u, loss %.4g",
                                        moment.iteration, static_cast<double>(moment.loss)));
        tooltip(text + painted_with(moment) +
                "\n\nClick: back to it, paused, with the settings of then");
        ImGui::TextDisabled("%u", moment.iteration);
        ImGui::EndGroup();
    }
    if (moments.back().number != desk.memory.newest_moment) {
        desk.memory.newest_moment = moments.back().number;
        ImGui::SetScrollHereX(1);
    }
    if (chosen != 0) {
        desk.studio.go_to(chosen);
    }
}

}  // namespace impasto::viewer
