#include "viewer/widgets.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

namespace impasto::viewer {
namespace {

// The label above, and the button that resets at the line's end; true when that was pressed.
bool heading(Items& items, const char* label, const std::string& help, bool changed) {
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(label);
    tooltip(help);
    if (!changed) {
        return false;
    }
    const char* text = "reset";
    const float width = ImGui::CalcTextSize(text).x + 2 * ImGui::GetStyle().FramePadding.x;
    ImGui::SameLine(ImGui::GetContentRegionMax().x - width);
    ImGui::PushID(label);
    const bool pressed = ImGui::SmallButton(text);
    ImGui::PopID();
    items.note(std::string("reset ") + label);
    tooltip("Back to the default");
    return pressed;
}

std::string hidden(const char* label) { return std::string("##") + label; }

}  // namespace

void tooltip(const std::string& text) {
    if (text.empty() || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) {
        return;
    }
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(ImGui::GetFontSize() * 24);
    ImGui::TextUnformatted(text.c_str());
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
}

void text_if_it_fits(const char* text, const char* shorter) {
    const bool fits = ImGui::CalcTextSize(text).x <= ImGui::GetContentRegionAvail().x;
    ImGui::TextDisabled("%s", fits ? text : shorter);
    if (!fits) {
        tooltip(text);
    }
}

void beside_if_it_fits(const char* label) {
    const ImGuiStyle& style = ImGui::GetStyle();
    const float width = ImGui::CalcTextSize(label).x + 2 * style.FramePadding.x;
    const float end = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
    if (ImGui::GetItemRectMax().x + style.ItemSpacing.x + width <= end) {
        ImGui::SameLine();
    }
}

bool button(Items& items, const char* label, const std::string& help) {
    const bool pressed = ImGui::Button(label);
    items.note(label);
    tooltip(help);
    return pressed;
}

bool checkbox(Items& items, const char* label, bool& value, const std::string& help) {
    const bool changed = ImGui::Checkbox(label, &value);
    items.note(label);
    tooltip(help);
    return changed;
}

bool radio(Items& items, const char* label, bool active, const std::string& help) {
    const bool pressed = ImGui::RadioButton(label, active);
    items.note(label);
    tooltip(help);
    return pressed;
}

bool slider(Items& items, const char* label, float& value, const SliderRange& range,
            const std::string& help, bool& active) {
    bool changed = false;
    if (heading(items, label, help, value != range.usual)) {
        value = range.usual;
        changed = true;
    }
    ImGui::SetNextItemWidth(-1);
    const ImGuiSliderFlags flags =
        ImGuiSliderFlags_AlwaysClamp | (range.logarithmic ? ImGuiSliderFlags_Logarithmic : 0);
    changed |= ImGui::SliderFloat(hidden(label).c_str(), &value, range.min, range.max, range.format,
                                  flags);
    items.note(label);
    tooltip(help);
    active |= ImGui::IsItemActive();
    return changed;
}

bool slider(Items& items, const char* label, std::uint32_t& value, const CountRange& range,
            const std::string& help, bool& active) {
    bool changed = false;
    if (heading(items, label, help, value != range.usual)) {
        value = range.usual;
        changed = true;
    }
    ImGui::SetNextItemWidth(-1);
    const ImGuiSliderFlags logarithmic =
        range.max / std::max(range.min, 1u) > 50 ? ImGuiSliderFlags_Logarithmic : 0;
    changed |=
        ImGui::SliderScalar(hidden(label).c_str(), ImGuiDataType_U32, &value, &range.min,
                            &range.max, range.format, ImGuiSliderFlags_AlwaysClamp | logarithmic);
    items.note(label);
    tooltip(help);
    active |= ImGui::IsItemActive();
    return changed;
}

bool number(Items& items, const char* label, std::uint64_t& value, std::uint64_t usual,
            const std::string& help) {
    const std::uint64_t before = value;
    if (heading(items, label, help, value != usual)) {
        value = usual;
    }
    const float side = ImGui::GetFrameHeight();
    const float gap = ImGui::GetStyle().ItemInnerSpacing.x;
    std::array<char, 24> text{};  // 20 digits
    std::to_chars(text.data(), text.data() + text.size() - 1, value);
    ImGui::PushID(label);
    ImGui::SetNextItemWidth(-2 * (side + gap));
    const auto digits_only = [](ImGuiInputTextCallbackData* data) {
        return data->EventChar >= '0' && data->EventChar <= '9' ? 0 : 1;
    };
    if (ImGui::InputText("##digits", text.data(), text.size(),
                         ImGuiInputTextFlags_CallbackCharFilter | ImGuiInputTextFlags_AutoSelectAll,
                         digits_only)) {
        const std::string_view typed(text.data());
        std::uint64_t read = 0;
        const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), read);
        if (error == std::errc()) {
            value = read;  // one that is too large changes nothing
        }
    }
    items.note(label);
    tooltip(help);
    for (const auto& [sign, by] : {std::pair{"-", -1}, std::pair{"+", 1}}) {
        ImGui::SameLine(0, gap);
        if (ImGui::Button(sign, {side, 0})) {
            value += static_cast<std::uint64_t>(by);  // around the end, as seeds may
        }
        items.note(std::string(label) + " " + sign);
    }
    ImGui::PopID();
    return value != before;
}

bool choice(Items& items, const char* label, int& index, int usual,
            const std::vector<std::string>& words, const std::string& help) {
    bool changed = false;
    if (heading(items, label, help, index != usual)) {
        index = usual;
        changed = true;
    }
    ImGui::SetNextItemWidth(-1);
    const bool known = index >= 0 && index < static_cast<int>(words.size());
    const bool open = ImGui::BeginCombo(
        hidden(label).c_str(), known ? words[static_cast<std::size_t>(index)].c_str() : "");
    items.note(label);
    tooltip(help);
    if (open) {
        for (int i = 0; i < static_cast<int>(words.size()); ++i) {
            const std::string& word = words[static_cast<std::size_t>(i)];
            if (ImGui::Selectable(word.c_str(), i == index)) {
                changed |= index != i;
                index = i;
            }
            items.note(std::string(label) + "/" + word);
        }
        ImGui::EndCombo();
    }
    return changed;
}

bool menu_item(Items& items, const char* label, const char* shortcut, bool selected, bool enabled) {
    const bool pressed = ImGui::MenuItem(label, shortcut, selected, enabled);
    items.note(label);
    return pressed;
}

void note_cross(Items& items, const std::string& label) {
    const ImVec2 corner{ImGui::GetWindowPos().x + ImGui::GetWindowWidth(), ImGui::GetWindowPos().y};
    const float side = ImGui::GetFrameHeight();
    const ImVec2 min{corner.x - side, corner.y};
    const ImVec2 max{corner.x, corner.y + side};
    ImGui::PushClipRect(min, max, false);
    items.note_at(label, min, max);
    ImGui::PopClipRect();
}

bool begin_menu(Items& items, const char* label) {
    const bool open = ImGui::BeginMenu(label);
    // Inside an open menu the last item is that of the menu's window.
    if (!open) {
        items.note(label);
    }
    return open;
}

bool section(Items& items, const char* label, bool open) {
    const bool shown = ImGui::CollapsingHeader(label, open ? ImGuiTreeNodeFlags_DefaultOpen : 0);
    items.note(label);
    return shown;
}

void open_in_the_middle(const char* title) {
    if (!ImGui::IsPopupOpen(title)) {
        ImGui::OpenPopup(title);
    }
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({size.x / 2, size.y / 2}, ImGuiCond_Always, {0.5f, 0.5f});
}

bool begin_floating(Items& items, const char* title, bool& open, float width, float height) {
    const float unit = ImGui::GetFontSize() / 15;
    const ImVec2 all = ImGui::GetIO().DisplaySize;
    const ImVec2 size{std::min(width * unit, all.x * 0.9f), std::min(height * unit, all.y * 0.9f)};
    ImGui::SetNextWindowSize(size, ImGuiCond_Appearing);
    ImGui::SetNextWindowPos({all.x / 2, all.y / 2}, ImGuiCond_Appearing, {0.5f, 0.5f});
    const bool shown =
        ImGui::Begin(title, &open, ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoCollapse);
    note_cross(items, std::string("close ") + title);
    return shown;
}

void begin_disabled(bool disabled) { ImGui::BeginDisabled(disabled); }
void end_disabled() { ImGui::EndDisabled(); }

}  // namespace impasto::viewer
