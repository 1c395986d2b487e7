#include "viewer/theme.h"

#include <imgui.h>

#include "viewer/interface.h"

namespace impasto::viewer {
namespace {

ImVec4 grey(float value, float alpha = 1) { return {value, value, value, alpha}; }

void set_sizes(ImGuiStyle& style) {
    style.WindowPadding = {10, 10};
    style.FramePadding = {8, 4};
    style.ItemSpacing = {8, 6};
    style.ItemInnerSpacing = {6, 4};
    style.IndentSpacing = 14;
    style.ScrollbarSize = 12;
    style.GrabMinSize = 10;
    style.WindowRounding = 0;
    style.ChildRounding = 4;
    style.FrameRounding = 4;
    style.PopupRounding = 4;
    style.ScrollbarRounding = 6;
    style.GrabRounding = 4;
    style.TabRounding = 4;
    style.WindowBorderSize = 0;
    style.FrameBorderSize = 0;
    style.PopupBorderSize = 1;
}

// Neutral greys and one accent, the ochre of the project's pictures.
void set_dark(ImVec4* colours) {
    const ImVec4 accent{0.85f, 0.58f, 0.22f, 1.0f};
    const auto faded = [&](float alpha) { return ImVec4{accent.x, accent.y, accent.z, alpha}; };
    colours[ImGuiCol_Text] = grey(0.90f);
    colours[ImGuiCol_TextDisabled] = grey(0.55f);
    colours[ImGuiCol_WindowBg] = grey(0.13f);
    colours[ImGuiCol_ChildBg] = grey(0.13f, 0);
    colours[ImGuiCol_PopupBg] = grey(0.16f, 0.98f);
    colours[ImGuiCol_Border] = grey(0.28f);
    colours[ImGuiCol_FrameBg] = grey(0.20f);
    colours[ImGuiCol_FrameBgHovered] = grey(0.25f);
    colours[ImGuiCol_FrameBgActive] = grey(0.28f);
    colours[ImGuiCol_MenuBarBg] = grey(0.16f);
    colours[ImGuiCol_TitleBg] = colours[ImGuiCol_TitleBgActive] = grey(0.16f);
    colours[ImGuiCol_Button] = grey(0.24f);
    colours[ImGuiCol_ButtonHovered] = grey(0.31f);
    colours[ImGuiCol_ButtonActive] = faded(0.8f);
    colours[ImGuiCol_Header] = grey(0.21f);
    colours[ImGuiCol_HeaderHovered] = grey(0.27f);
    colours[ImGuiCol_HeaderActive] = faded(0.6f);
    colours[ImGuiCol_Tab] = grey(0.17f);
    colours[ImGuiCol_TabHovered] = grey(0.30f);
    colours[ImGuiCol_TabActive] = grey(0.25f);
    colours[ImGuiCol_CheckMark] = accent;
    colours[ImGuiCol_SliderGrab] = faded(0.85f);
    colours[ImGuiCol_SliderGrabActive] = accent;
    colours[ImGuiCol_PlotLines] = accent;
    colours[ImGuiCol_PlotHistogram] = accent;
    colours[ImGuiCol_SeparatorHovered] = faded(0.6f);
    colours[ImGuiCol_SeparatorActive] = accent;
    colours[ImGuiCol_TextSelectedBg] = faded(0.35f);
    colours[ImGuiCol_NavHighlight] = accent;
    colours[ImGuiCol_ModalWindowDimBg] = grey(0, 0.5f);
}

void set_light(ImVec4* colours) {
    const ImVec4 accent{0.72f, 0.42f, 0.08f, 1.0f};
    const auto faded = [&](float alpha) { return ImVec4{accent.x, accent.y, accent.z, alpha}; };
    colours[ImGuiCol_Text] = grey(0.10f);
    colours[ImGuiCol_TextDisabled] = grey(0.42f);
    colours[ImGuiCol_WindowBg] = grey(0.93f);
    colours[ImGuiCol_ChildBg] = grey(0.93f, 0);
    colours[ImGuiCol_PopupBg] = grey(0.97f, 0.98f);
    colours[ImGuiCol_Border] = grey(0.70f);
    colours[ImGuiCol_FrameBg] = grey(0.83f);
    colours[ImGuiCol_FrameBgHovered] = grey(0.79f);
    colours[ImGuiCol_FrameBgActive] = grey(0.75f);
    colours[ImGuiCol_MenuBarBg] = grey(0.88f);
    colours[ImGuiCol_TitleBg] = colours[ImGuiCol_TitleBgActive] = grey(0.88f);
    colours[ImGuiCol_Button] = grey(0.79f);
    colours[ImGuiCol_ButtonHovered] = grey(0.72f);
    colours[ImGuiCol_ButtonActive] = faded(0.7f);
    colours[ImGuiCol_Header] = grey(0.85f);
    colours[ImGuiCol_HeaderHovered] = grey(0.79f);
    colours[ImGuiCol_HeaderActive] = faded(0.5f);
    colours[ImGuiCol_Tab] = grey(0.86f);
    colours[ImGuiCol_TabHovered] = grey(0.76f);
    colours[ImGuiCol_TabActive] = grey(0.80f);
    colours[ImGuiCol_CheckMark] = accent;
    colours[ImGuiCol_SliderGrab] = faded(0.85f);
    colours[ImGuiCol_SliderGrabActive] = accent;
    colours[ImGuiCol_PlotLines] = accent;
    colours[ImGuiCol_PlotHistogram] = accent;
    colours[ImGuiCol_SeparatorHovered] = faded(0.6f);
    colours[ImGuiCol_SeparatorActive] = accent;
    colours[ImGuiCol_TextSelectedBg] = faded(0.35f);
    colours[ImGuiCol_NavHighlight] = accent;
}

}  // namespace

void apply_theme(Theme theme, float scale) {
    ImGuiStyle& style = ImGui::GetStyle();
    style = ImGuiStyle();
    set_sizes(style);
    if (theme == Theme::kDark) {
        ImGui::StyleColorsDark(&style);
        set_dark(style.Colors);
    } else {
        ImGui::StyleColorsLight(&style);
        set_light(style.Colors);
    }
    style.ScaleAllSizes(scale);
}

std::uint32_t surround(Theme theme) { return theme == Theme::kDark ? 0x1a1a1a : 0xcfcfcf; }

}  // namespace impasto::viewer
