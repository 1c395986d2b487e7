// The picture: zoomed, panned, compared.
#include <algorithm>
#include <array>
#include <cmath>

#include "viewer/desk.h"
#include "viewer/files.h"
#include "viewer/theme.h"
#include "viewer/widgets.h"

namespace impasto::viewer {
namespace {

constexpr float kLeastZoom = 1.0f / 64;
constexpr float kMostZoom = 64;

struct Pane {
    ImVec2 min;
    ImVec2 max;
    float width() const { return max.x - min.x; }
    float height() const { return max.y - min.y; }
    bool holds(ImVec2 at) const {
        return at.x >= min.x && at.x < max.x && at.y >= min.y && at.y < max.y;
    }
};

// What a pane shows, and of what size it counts: result, content and style are zoomed alike.
struct Shown {
    const Texture* first = nullptr;
    const Texture* second = nullptr;
    Compare compare = Compare::kNone;
    bool tiled = false;
};

const Texture* result_or_content(const Desk& desk) {
    const Texture* result = desk.studio.result();
    if (result == nullptr && desk.studio.content()) {
        return desk.studio.content()->texture.get();
    }
    return result;
}

std::vector<Shown> what_is_shown(const Desk& desk) {
    const Studio& studio = desk.studio;
    const Texture* main = result_or_content(desk);
    const Texture* content = studio.content() ? studio.content()->texture.get() : nullptr;
    std::vector<Shown> styles_and_main;
    for (const Picture& style : studio.styles()) {
        styles_and_main.push_back({style.texture.get()});
    }
    styles_and_main.push_back({main});
    switch (desk.view.layout) {
        case Layout::kSplit:
            return {{main, content, Compare::kSplit}};
        case Layout::kSide:
            return {{content}, {main}};
        case Layout::kDifference:
            return {{main, content, Compare::kDifference}};
        case Layout::kTiled:
            return {{main, nullptr, Compare::kNone, true}};
        case Layout::kStyle:
            return styles_and_main;
        default:
            return {{main}};
    }
}

// Panes beside each other: the result's is the last one. Styles share theirs, one below the other.
std::vector<Pane> arranged(const Desk& desk, const Pane& whole, std::size_t count) {
    const float gap = scaled(2);
    const bool stacked = desk.view.layout == Layout::kStyle && count > 1;
    const float width = count == 1 ? whole.width() : (whole.width() - gap) / 2;
    const auto rows = static_cast<float>(stacked ? count - 1 : 1);
    const float height = (whole.height() - gap * (rows - 1)) / rows;
    std::vector<Pane> panes;
    for (std::size_t i = 0; i + 1 < count; ++i) {
        const float y = whole.min.y + static_cast<float>(i) * (height + gap);
        panes.push_back({{whole.min.x, y}, {whole.min.x + width, y + height}});
    }
    panes.push_back({{whole.max.x - width, whole.min.y}, whole.max});
    return panes;
}

// Zoom by which a picture fills a pane.
float fitting(const Pane& pane, const Texture& picture, bool tiled) {
    const float copies = tiled ? 3 : 1;
    return std::min(pane.width() / (copies * static_cast<float>(picture.width())),
                    pane.height() / (copies * static_cast<float>(picture.height())));
}

// In ImGui's units; whole pixels of the framebuffer, so that 1:1 is exact.
CanvasView place(const Desk& desk, const Pane& pane, const Texture& picture, float zoom,
                 const Shown& shown) {
    const View& view = desk.view;
    const float pixel = ImGui::GetIO().DisplayFramebufferScale.x > 0
                            ? 1 / ImGui::GetIO().DisplayFramebufferScale.x
                            : 1;
    CanvasView placed;
    placed.extent = {static_cast<float>(picture.width()) * zoom * pixel,
                     static_cast<float>(picture.height()) * zoom * pixel};
    const auto whole = [&](float at) { return std::round(at / pixel) * pixel; };
    const float x = view.fit ? 0.5f : view.centre_x;
    const float y = view.fit ? 0.5f : view.centre_y;
    placed.origin = {whole((pane.min.x + pane.max.x) / 2 - x * placed.extent.x),
                     whole((pane.min.y + pane.max.y) / 2 - y * placed.extent.y)};
    placed.compare = shown.second != nullptr ? shown.compare : Compare::kNone;
    placed.split = pane.min.x + view.split * pane.width();
    placed.gain = view.gain;
    placed.nearest = desk.preferences.nearest;
    placed.tiled = shown.tiled;
    placed.surround = surround(desk.preferences.theme);
    return placed;
}

void zoom_at(View& view, const CanvasView& placed, ImVec2 cursor, const Pane& pane, float zoom,
             float now) {
    const float wanted = std::clamp(zoom, kLeastZoom, kMostZoom);
    // The picture's point under the cursor stays there.
    const float u = (cursor.x - placed.origin.x) / placed.extent.x;
    const float v = (cursor.y - placed.origin.y) / placed.extent.y;
    const float grown = wanted / now;
    const ImVec2 middle{(pane.min.x + pane.max.x) / 2, (pane.min.y + pane.max.y) / 2};
    view.centre_x = u + (middle.x - cursor.x) / (placed.extent.x * grown);
    view.centre_y = v + (middle.y - cursor.y) / (placed.extent.y * grown);
    view.zoom = wanted;
    view.fit = false;
}

void steer(Desk& desk, const Pane& pane, const CanvasView& placed, float zoom) {
    View& view = desk.view;
    const ImGuiIO& io = ImGui::GetIO();
    const ImVec2 cursor = io.MousePos;
    if (!ImGui::IsItemHovered() && !ImGui::IsItemActive()) {
        return;
    }
    if (!pane.holds(cursor) && !ImGui::IsItemActive()) {
        return;
    }
    if (io.MouseWheel != 0) {
        zoom_at(view, placed, cursor, pane, zoom * std::pow(1.2f, io.MouseWheel), zoom);
    }
    const bool on_split =
        view.layout == Layout::kSplit && std::abs(cursor.x - placed.split) < scaled(8);
    if (ImGui::IsItemActivated()) {
        view.moves_split = on_split;
    }
    if (on_split || (view.moves_split && ImGui::IsItemActive())) {
        ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
    }
    if (!ImGui::IsItemActive()) {
        return;
    }
    if (view.moves_split) {
        view.split = std::clamp((cursor.x - pane.min.x) / std::max(pane.width(), 1.0f), 0.0f, 1.0f);
    } else if (io.MouseDelta.x != 0 || io.MouseDelta.y != 0) {
        if (view.fit) {
            view.fit = false;
            view.zoom = zoom;
            view.centre_x = view.centre_y = 0.5f;
        }
        view.centre_x = std::clamp(view.centre_x - io.MouseDelta.x / placed.extent.x, -1.0f, 2.0f);
        view.centre_y = std::clamp(view.centre_y - io.MouseDelta.y / placed.extent.y, -1.0f, 2.0f);
    }
}

void note_cursor(View& view, const Pane& pane, const CanvasView& placed, const Texture& picture) {
    const ImVec2 cursor = ImGui::GetIO().MousePos;
    const float u = (cursor.x - placed.origin.x) / placed.extent.x;
    const float v = (cursor.y - placed.origin.y) / placed.extent.y;
    if (pane.holds(cursor) && u >= 0 && u < 1 && v >= 0 && v < 1) {
        view.cursor_x = static_cast<int>(u * static_cast<float>(picture.width()));
        view.cursor_y = static_cast<int>(v * static_cast<float>(picture.height()));
    }
}

void draw_pane(Desk& desk, const Pane& pane, const Shown& shown, float zoom, bool last,
               bool steers) {
    const Texture& picture = *shown.first;
    // All panes are zoomed so that their pictures are as large as the result.
    const Texture* main = result_or_content(desk);
    const float relative =
        main != nullptr && desk.view.layout == Layout::kSide
            ? static_cast<float>(main->width()) / static_cast<float>(picture.width())
            : 1;
    const CanvasView placed = place(desk, pane, picture, zoom * relative, shown);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    desk.graphics.canvas().add(list, pane.min, pane.max, placed, picture, shown.second);
    if (placed.compare == Compare::kSplit) {
        list.AddLine({placed.split, pane.min.y}, {placed.split, pane.max.y},
                     IM_COL32(255, 255, 255, 200), scaled(1.5f));
        list.AddCircleFilled({placed.split, (pane.min.y + pane.max.y) / 2}, scaled(6),
                             IM_COL32(255, 255, 255, 220));
    }
    if (last) {
        const float to_pixels = ImGui::GetIO().DisplayFramebufferScale.x;
        desk.view.drawn_x = placed.origin.x * to_pixels;
        desk.view.drawn_y = placed.origin.y * to_pixels;
        desk.view.drawn_width = placed.extent.x * to_pixels;
        desk.view.drawn_height = placed.extent.y * to_pixels;
        note_cursor(desk.view, pane, placed, picture);
    }
    if (steers) {
        steer(desk, pane, placed, zoom);
    }
}

// What was opened last, one below the other.
void draw_recent(Desk& desk, const Pane& whole) {
    constexpr std::size_t kMost = 5;
    const std::vector<std::string> recent = desk.studio.recent;
    for (std::size_t i = 0; i < std::min(recent.size(), kMost); ++i) {
        const std::string name = file_name(recent[i]);
        const float width = ImGui::CalcTextSize(name.c_str()).x;
        const float y = ImGui::GetCursorScreenPos().y + (i == 0 ? scaled(16) : 0);
        ImGui::SetCursorScreenPos({(whole.min.x + whole.max.x - width) / 2, y});
        ImGui::PushID(static_cast<int>(i));
        if (ImGui::Selectable(name.c_str(), false, 0, {width, 0})) {
            open_recent(desk, recent[i]);
        }
        ImGui::PopID();
        desk.items.note("recent " + name);
        tooltip(recent[i]);
    }
}

// An empty start: what to do, and the samples one click away.
void draw_welcome(Desk& desk, const Pane& whole) {
    const bool content = desk.studio.content().has_value();
    const std::array lines{content
                               ? "Now drop a style here: a painting, a texture, or a folder of them"
                               : "Drop a photograph and a painting here",
                           "JPEG or PNG; several paintings are blended"};
    float y = (whole.min.y + whole.max.y) / 2 - scaled(60);
    ImGui::GetWindowDrawList()->AddRectFilled(
        whole.min, whole.max, ImGui::GetColorU32([&] {
            const std::uint32_t rgb = surround(desk.preferences.theme);
            return ImVec4(static_cast<float>(rgb >> 16) / 255,
                          static_cast<float>(rgb >> 8 & 255) / 255,
                          static_cast<float>(rgb & 255) / 255, 1);
        }()));
    for (const char* line : lines) {
        const float width = ImGui::CalcTextSize(line).x;
        ImGui::SetCursorScreenPos({(whole.min.x + whole.max.x - width) / 2, y});
        ImGui::TextUnformatted(line);
        y += ImGui::GetTextLineHeightWithSpacing();
    }
    y += scaled(12);
    const std::array buttons{content ? "Open a style..." : "Open a picture...", "Use the samples"};
    float width = ImGui::GetStyle().ItemSpacing.x;
    for (const char* label : buttons) {
        width += ImGui::CalcTextSize(label).x + 2 * ImGui::GetStyle().FramePadding.x;
    }
    ImGui::SetCursorScreenPos({(whole.min.x + whole.max.x - width) / 2, y});
    if (button(desk.items, buttons[0])) {
        open_browser(desk, content ? Browser::Purpose::kStyle : Browser::Purpose::kContent);
    }
    ImGui::SameLine();
    if (button(desk.items, buttons[1], "A rendered landscape and a pattern of swirls")) {
        desk.studio.open_samples();
    }
    draw_recent(desk, whole);
}

}  // namespace

void draw_canvas(Desk& desk) {
    const ImVec2 min = ImGui::GetCursorScreenPos();
    const ImVec2 size = ImGui::GetContentRegionAvail();
    const Pane whole{min, {min.x + size.x, min.y + size.y}};
    desk.view.cursor_x = desk.view.cursor_y = -1;
    if (size.x < 8 || size.y < 8) {
        return;
    }
    std::vector<Shown> panes = what_is_shown(desk);
    std::erase_if(panes, [](const Shown& shown) { return shown.first == nullptr; });
    if (panes.empty()) {
        draw_welcome(desk, whole);
        return;
    }
    ImGui::InvisibleButton("picture", size);
    desk.items.note("picture");
    const std::vector<Pane> places = arranged(desk, whole, panes.size());
    const Pane& last = places.back();
    const float zoom = desk.view.fit ? fitting(last, *panes.back().first, panes.back().tiled) *
                                           ImGui::GetIO().DisplayFramebufferScale.x
                                     : desk.view.zoom;
    desk.view.zoom = zoom;
    for (std::size_t i = 0; i < panes.size(); ++i) {
        const bool is_last = i + 1 == panes.size();
        // Styles keep a zoom of their own: their sizes say nothing of the result's.
        const bool own = desk.view.layout == Layout::kStyle && !is_last;
        draw_pane(desk, places[i], panes[i],
                  own ? fitting(places[i], *panes[i].first, false) : zoom, is_last, !own);
    }
    if (desk.studio.styles().empty()) {
        const char* text = "Drop a style: a painting or a texture to paint it like";
        const float wide = ImGui::CalcTextSize(text).x + scaled(24);
        const ImVec2 at{(whole.min.x + whole.max.x - wide) / 2, whole.max.y - scaled(48)};
        ImDrawList& list = *ImGui::GetWindowDrawList();
        list.AddRectFilled(at, {at.x + wide, at.y + scaled(30)}, IM_COL32(0, 0, 0, 180), scaled(6));
        list.AddText({at.x + scaled(12), at.y + scaled(6)}, IM_COL32(255, 255, 255, 230), text);
    }
}

}  // namespace impasto::viewer
