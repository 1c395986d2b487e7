// Content and styles: what they are, others in their place.
#include <algorithm>
#include <string>

#include "viewer/desk.h"
#include "viewer/files.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

namespace impasto::viewer {
namespace {

constexpr float kThumbnail = 72;

// A square that shows the picture; true when it was clicked.
bool thumbnail(Desk& desk, const char* label, const Picture* picture, const std::string& help) {
    const float side = scaled(kThumbnail);
    const ImVec2 min = ImGui::GetCursorScreenPos();
    const ImVec2 max{min.x + side, min.y + side};
    const bool clicked = ImGui::InvisibleButton(label, {side, side});
    desk.items.note(label);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (picture != nullptr && picture->texture && ImGui::IsItemVisible()) {
        const Texture& texture = *picture->texture;
        const auto width = static_cast<float>(texture.width());
        const auto height = static_cast<float>(texture.height());
        const float zoom = side / std::max(width, height);
        CanvasView view;
        view.extent = {width * zoom, height * zoom};
        view.origin = {min.x + (side - view.extent.x) / 2, min.y + (side - view.extent.y) / 2};
        view.surround = surround(desk.preferences.theme);
        desk.graphics.canvas().add(list, min, max, view, texture);
    } else {
        list.AddRectFilled(min, max, ImGui::GetColorU32(ImGuiCol_FrameBg), scaled(4));
        const ImVec2 plus = ImGui::CalcTextSize("+");
        list.AddText({(min.x + max.x - plus.x) / 2, (min.y + max.y - plus.y) / 2},
                     ImGui::GetColorU32(ImGuiCol_TextDisabled), "+");
    }
    if (ImGui::IsItemHovered()) {
        list.AddRect(min, max, ImGui::GetColorU32(ImGuiCol_SliderGrab), scaled(3), 0, scaled(2));
    }
    tooltip(help);
    return clicked;
}

std::string describe(const Picture& picture) {
    return picture.path + "\n" + std::to_string(impasto_image_width(picture.image.get())) + " x " +
           std::to_string(impasto_image_height(picture.image.get())) + " px";
}

void draw_styles(Desk& desk) {
    Studio& studio = desk.studio;
    const float side = scaled(kThumbnail);
    std::size_t removed = studio.styles().size();
    for (std::size_t i = 0; i < studio.styles().size(); ++i) {
        const Picture& style = studio.styles()[i];
        const std::string label = "style " + std::to_string(i + 1);
        if (i > 0) {
            const float right = ImGui::GetItemRectMax().x + ImGui::GetStyle().ItemSpacing.x + side;
            if (right < ImGui::GetWindowPos().x + ImGui::GetContentRegionMax().x) {
                ImGui::SameLine();
            }
        }
        if (thumbnail(desk, label.c_str(), &style,
                      describe(style) + "\n\nClick for another one, right click to remove it")) {
            open_browser(desk, Browser::Purpose::kStyle, i);
        }
        if (ImGui::IsItemClicked(ImGuiMouseButton_Right)) {
            removed = i;
        }
    }
    if (removed < studio.styles().size()) {
        studio.remove_style(removed);
    }
}

void draw_shelf(Desk& desk) {
    Studio& studio = desk.studio;
    if (studio.shelf().empty() || !section(desk.items, "Folder of styles", true)) {
        return;
    }
    ImGui::BeginChild("shelf", {0, scaled(110)});
    for (const std::string& path : std::vector<std::string>(studio.shelf())) {
        const bool current = std::any_of(studio.styles().begin(), studio.styles().end(),
                                         [&](const Picture& style) { return style.path == path; });
        const std::string name = file_name(path);
        if (ImGui::Selectable(name.c_str(), current)) {
            studio.open_as(path,
                           ImGui::GetIO().KeyCtrl ? PictureUse::kMoreStyle : PictureUse::kStyle);
        }
        desk.items.note(name);
        tooltip(path + "\n\nCtrl and a click add it to the others");
    }
    ImGui::EndChild();
    if (button(desk.items, "Close the folder", "Its list goes; the styles that were chosen stay")) {
        studio.close_shelf();
    }
}

}  // namespace

void draw_pictures(Desk& desk) {
    Studio& studio = desk.studio;
    const Picture* content = studio.content() ? &*studio.content() : nullptr;
    ImGui::BeginGroup();
    ImGui::TextDisabled("Content");
    if (thumbnail(desk, "content", content,
                  content != nullptr ? describe(*content) + "\n\nClick for another one"
                                     : "The picture to paint: drop it, or click")) {
        open_browser(desk, Browser::Purpose::kContent);
    }
    ImGui::EndGroup();
    ImGui::SameLine();
    ImGui::BeginGroup();
    ImGui::TextDisabled(studio.styles().size() > 1 ? "Styles" : "Style");
    if (studio.styles().empty()) {
        if (thumbnail(desk, "style 1", nullptr,
                      "What to paint it like: drop one, several or a folder, or click")) {
            open_browser(desk, Browser::Purpose::kStyle);
        }
    } else {
        draw_styles(desk);
    }
    ImGui::EndGroup();
    if (!studio.styles().empty()) {
        if (button(desk.items, "Add style", "Several styles are blended by weight")) {
            open_browser(desk, Browser::Purpose::kMoreStyle);
        }
    }
    draw_shelf(desk);
    ImGui::Spacing();
}

}  // namespace impasto::viewer
