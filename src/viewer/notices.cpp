// Errors and news, over the picture's lower corner: news go by themselves, errors when they are
// clicked. And the list of all that was said.
#include <algorithm>

#include "viewer/desk.h"
#include "viewer/widgets.h"

namespace impasto::viewer {
namespace {

using Seconds = std::chrono::duration<double>;

std::string ago(double seconds) {
    const auto whole = static_cast<long>(seconds);
    return whole < 60     ? std::to_string(whole) + " s ago"
           : whole < 3600 ? std::to_string(whole / 60) + " min ago"
                          : std::to_string(whole / 3600) + " h ago";
}

void draw_list(Desk& desk) {
    bool& open = desk.memory.shows_messages;
    if (begin_floating(desk.items, "Messages", open, 620, 360)) {
        const auto& all = desk.messages.all();
        if (button(desk.items, "Copy all", "As text, to send it to somebody")) {
            std::string text;
            for (const Notice& notice : all) {
                text += notice.text + "\n";
            }
            ImGui::SetClipboardText(text.c_str());
        }
        ImGui::BeginChild("all messages");
        if (all.empty()) {
            ImGui::TextDisabled("Nothing was said yet.");
        }
        const auto now = std::chrono::steady_clock::now();
        for (auto notice = all.rbegin(); notice != all.rend(); ++notice) {  // newest first
            ImGui::TextDisabled("%s", ago(Seconds(now - notice->since).count()).c_str());
            ImGui::SameLine(scaled(90));
            ImGui::PushTextWrapPos(0);
            if (notice->is_error) {
                ImGui::TextColored(ImVec4(0.86f, 0.36f, 0.30f, 1), "%s", notice->text.c_str());
            } else {
                ImGui::TextUnformatted(notice->text.c_str());
            }
            ImGui::PopTextWrapPos();
        }
        ImGui::EndChild();
    }
    ImGui::End();
}

}  // namespace

void draw_notices(Desk& desk) {
    constexpr double kNewsSeconds = 4;
    constexpr std::size_t kMost = 4;
    const auto now = std::chrono::steady_clock::now();
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    // Over the picture, as wide as it is.
    const float left = std::min(scaled(desk.preferences.left_width), widest_column(size.x));
    const float right = desk.preferences.show_plots
                            ? std::min(scaled(desk.preferences.right_width), widest_column(size.x))
                            : 0;
    float bottom = size.y - scaled(desk.preferences.show_history ? 148 : 44);
    std::size_t shown = 0;
    if (desk.memory.shows_messages) {
        draw_list(desk);
        return;  // all of them are there
    }
    auto& all = desk.messages.all();
    for (std::size_t i = all.size(); i-- > 0 && shown < kMost;) {
        Notice& notice = all[i];
        if (notice.dismissed ||
            (!notice.is_error && Seconds(now - notice.since).count() > kNewsSeconds)) {
            continue;
        }
        ++shown;
        const float wrap = std::clamp(size.x - left - right - scaled(48), scaled(120), scaled(420));
        const float height =
            ImGui::CalcTextSize(notice.text.c_str(), nullptr, false, wrap).y + scaled(20);
        ImGui::SetNextWindowPos({size.x - right - wrap - scaled(36), bottom - height});
        ImGui::SetNextWindowSize({wrap + scaled(24), height});
        ImGui::SetNextWindowBgAlpha(0.92f);
        ImGui::PushStyleColor(ImGuiCol_WindowBg, notice.is_error ? ImVec4(0.45f, 0.10f, 0.08f, 1)
                                                                 : ImVec4(0.12f, 0.30f, 0.16f, 1));
        ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, scaled(5));
        const std::string name = "notice " + std::to_string(i);
        if (ImGui::Begin(name.c_str(), nullptr,
                         ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                             ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                             ImGuiWindowFlags_NoFocusOnAppearing)) {
            ImGui::PushStyleColor(ImGuiCol_Text, ImVec4(1, 1, 1, 1));
            ImGui::PushTextWrapPos(0);
            ImGui::TextUnformatted(notice.text.c_str());
            ImGui::PopTextWrapPos();
            ImGui::PopStyleColor();
            if (ImGui::IsWindowHovered()) {
                ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
                ImGui::SetTooltip("Click: away with it. M: all messages");
            }
            if (ImGui::IsWindowHovered() && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
                notice.dismissed = true;
            }
        }
        ImGui::End();
        ImGui::PopStyleVar();
        ImGui::PopStyleColor();
        bottom -= height + scaled(6);
    }
}

}  // namespace impasto::viewer
