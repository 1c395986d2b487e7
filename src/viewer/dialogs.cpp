// Questions: what dropped files are for, and whether to leave with a picture that is not saved.
#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "platform/paths.h"
#include "viewer/desk.h"
#include "viewer/files.h"
#include "viewer/widgets.h"

namespace impasto::viewer {
namespace {

namespace fs = std::filesystem;

// A dialog of a few words and buttons; between this, where it says true, and ImGui::EndPopup.
bool begin_question(const char* title) {
    open_in_the_middle(title);
    return ImGui::BeginPopupModal(
        title, nullptr, ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings);
}

bool is_picture(const std::string& file) {
    const fs::path path = platform::path_from_utf8(file);
    std::error_code error;
    return !fs::is_directory(path, error) && !is_preset_name(path);
}

// What dropped pictures can be for.
struct Answer {
    const char* label;
    const char* help;
    PictureUse use;
};
constexpr std::array<Answer, 3> kOfOne{
    {{"the content", "The picture to paint", PictureUse::kContent},
     {"the style", "In the place of those there are", PictureUse::kStyle},
     {"one more style", "Blended with the others", PictureUse::kMoreStyle}}};
constexpr std::array<Answer, 3> kOfMore{
    {{"content and style", "The first is painted like the others", PictureUse::kContent},
     {"the styles", "Blended, in the place of those there are", PictureUse::kStyle},
     {"more styles", "Blended with the others", PictureUse::kMoreStyle}}};

// The first has this use, the others follow.
void open_all(Studio& studio, const std::vector<std::string>& paths, PictureUse use,
              std::optional<std::size_t> style = {}) {
    for (const std::string& path : paths) {
        studio.open_as(path, use, std::exchange(style, std::nullopt));
        use = use == PictureUse::kContent ? PictureUse::kStyle : PictureUse::kMoreStyle;
    }
}

void draw_question(Desk& desk) {
    constexpr const char* kTitle = "Use it as";
    if (!begin_question(kTitle)) {
        return;
    }
    const std::vector<std::string> paths = desk.dropped;
    bool answered = std::exchange(desk.browser.escaped, false);
    const bool one = paths.size() == 1;
    ImGui::TextUnformatted(
        (file_name(paths[0]) + (one ? "" : " and " + std::to_string(paths.size() - 1) + " more"))
            .c_str());
    ImGui::Spacing();
    for (const Answer& answer : one ? kOfOne : kOfMore) {
        if (button(desk.items, answer.label, answer.help)) {
            open_all(desk.studio, paths, answer.use);
            answered = true;
        }
        ImGui::SameLine();
    }
    if (one) {
        if (button(desk.items, "its settings", "Of a PNG that Impasto saved")) {
            desk.studio.open_settings(paths[0]);
            answered = true;
        }
        ImGui::SameLine();
    }
    if (button(desk.items, "nothing")) {
        answered = true;
    }
    if (answered) {
        desk.dropped.clear();
        ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
}

// Closing with a picture that is not saved.
void draw_leaving(Desk& desk) {
    constexpr const char* kTitle = "The picture is not saved";
    if (!begin_question(kTitle)) {
        return;
    }
    const std::string& saved = desk.studio.saved_as();
    const bool can_save = desk.studio.can_save();
    ImGui::TextUnformatted(
        !can_save ? "What was painted before is among the moments, and is lost with the window."
        : saved.empty() ? "What was painted is lost when the window closes."
                        : ("It changed since it was saved as " + file_name(saved) + ".").c_str());
    ImGui::Spacing();
    bool answered = std::exchange(desk.browser.escaped, false);  // the window stays
    if (ImGui::IsWindowAppearing()) {
        ImGui::SetKeyboardFocusHere();
    }
    if (can_save) {
        if (button(desk.items, "Save and quit")) {
            desk.leaving.saves = answered = true;
        }
        ImGui::SameLine();
    }
    if (button(desk.items, "Discard", "Quit without saving")) {
        desk.leaving.leaves = answered = true;
    }
    ImGui::SameLine();
    if (button(desk.items, "Cancel")) {
        answered = true;
    }
    if (answered) {
        desk.leaving.asks = false;
        ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
    if (desk.leaving.saves && saved.empty()) {
        open_browser(desk, Browser::Purpose::kSave);
    } else if (desk.leaving.saves) {
        desk.studio.save(saved);
    }
}

bool is_over(const Items& items, const std::string& label, ImVec2 at) {
    const auto place = items.find(label);
    return place && at.x >= place->min.x && at.x < place->max.x && at.y >= place->min.y &&
           at.y < place->max.y;
}

}  // namespace

void drop(Studio& studio, const Items& items, const std::vector<std::string>& paths, ImVec2 at,
          std::vector<std::string>& asked) {
    if (!std::all_of(paths.begin(), paths.end(), is_picture)) {  // folders and presets are clear
        studio.open(paths);
        return;
    }
    if (is_over(items, "content", at)) {
        open_all(studio, paths, PictureUse::kContent);
        return;
    }
    if (is_over(items, "Add style", at)) {
        open_all(studio, paths, PictureUse::kMoreStyle);
        return;
    }
    const std::size_t places = std::max<std::size_t>(studio.styles().size(), 1);
    for (std::size_t i = 0; i < places; ++i) {
        if (is_over(items, "style " + std::to_string(i + 1), at)) {
            open_all(studio, paths, PictureUse::kStyle, i);
            return;
        }
    }
    if (studio.content() && !studio.styles().empty()) {
        asked = paths;
    } else {
        studio.open(paths);
    }
}

void open_recent(Desk& desk, const std::string& path) {
    drop(desk.studio, desk.items, {path}, {-1, -1}, desk.dropped);
}

void draw_dialogs(Desk& desk) {
    if (desk.browser.purpose != Browser::Purpose::kClosed) {
        draw_browser(desk);
    } else if (!desk.dropped.empty()) {
        draw_question(desk);
    } else if (desk.leaving.asks) {
        draw_leaving(desk);
    }
}

}  // namespace impasto::viewer
