// Where the panels are: a bar of menus, columns left and right, the picture between them, moments
// below it, the status line at the bottom.
//
//     +----------------------- menus -----------------------+
//     | pictures |                                | plots   |
//     |          |            picture             |         |
//     | controls |                                |         |
//     |          |--------------------------------|         |
//     |          |            moments             |         |
//     +---------------------- status -----------------------+
#include <algorithm>

#include "viewer/desk.h"

namespace impasto::viewer {
namespace {

// Without backgrounds: the frame is cleared to their colour, which costs less.
constexpr ImGuiWindowFlags kFixed =
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoBackground |
    ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus;

struct Rect {
    float x, y, width, height;
};

template <typename Draw>
void panel(const char* name, const Rect& at, ImGuiWindowFlags more, Draw draw) {
    ImGui::SetNextWindowPos({at.x, at.y});
    ImGui::SetNextWindowSize({std::max(at.width, 1.0f), std::max(at.height, 1.0f)});
    if (ImGui::Begin(name, nullptr, kFixed | more)) {
        draw();
    }
    ImGui::End();
}

// A bar between two columns that is dragged: changes `width`, in pixels at the usual scale.
void divider(Desk& desk, const char* name, const Rect& at, float& width, float direction) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    panel(name, at, 0, [&] {
        ImGui::InvisibleButton(name, {std::max(at.width, 1.0f), std::max(at.height, 1.0f)});
        desk.items.note(name);
        if (ImGui::IsItemHovered() || ImGui::IsItemActive()) {
            ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
            const ImU32 colour = ImGui::GetColorU32(
                ImGui::IsItemActive() ? ImGuiCol_SeparatorActive : ImGuiCol_SeparatorHovered);
            ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y},
                                                      {at.x + at.width, at.y + at.height}, colour);
        }
        if (ImGui::IsItemActive()) {
            width += direction * ImGui::GetIO().MouseDelta.x / scaled(1);
            width = std::clamp(width, 200.0f, 600.0f);
        }
    });
    ImGui::PopStyleVar();
}

}  // namespace

void draw_panels(Desk& desk) {
    desk.studio.holding = false;
    draw_menu(desk);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, {1, 1});  // dividers are thin
    Preferences& its = desk.preferences;
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const float top = ImGui::GetFrameHeight();
    const float line = ImGui::GetFrameHeight() + scaled(4);
    const float bottom = size.y - line;
    const float gap = scaled(4);
    const float most = widest_column(size.x);
    const float left = std::min(scaled(its.left_width), most);
    const float right = its.show_plots ? std::min(scaled(its.right_width), most) : 0;
    const float strip = its.show_history ? scaled(104) : 0;
    const float middle = size.x - left - right;

    panel("controls", {0, top, left - gap, bottom - top}, 0, [&] {
        draw_pictures(desk);
        draw_controls(desk);
    });
    divider(desk, "left divider", {left - gap, top, gap, bottom - top}, its.left_width, 1);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    panel("canvas", {left, top, middle, bottom - top - strip}, ImGuiWindowFlags_NoScrollWithMouse,
          [&] { draw_canvas(desk); });
    ImGui::PopStyleVar();
    if (its.show_history) {
        panel("moments", {left, bottom - strip, middle, strip},
              ImGuiWindowFlags_HorizontalScrollbar, [&] { draw_history(desk); });
    }
    if (its.show_plots) {
        divider(desk, "right divider", {size.x - right, top, gap, bottom - top}, its.right_width,
                -1);
        panel("plots", {size.x - right + gap, top, right - gap, bottom - top}, 0,
              [&] { draw_plots(desk); });
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {scaled(10), scaled(4)});
    panel("status", {0, bottom, size.x, line}, ImGuiWindowFlags_NoScrollbar,
          [&] { draw_status(desk); });
    ImGui::PopStyleVar();
    ImGui::PopStyleVar();
    draw_notices(desk);
    draw_help(desk);
    draw_dialogs(desk);
}

}  // namespace impasto::viewer
