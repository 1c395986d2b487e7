// The file browser, and the question what a dropped picture is for.
#include <algorithm>
#include <array>
#include <cstring>
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
using Purpose = Browser::Purpose;

bool saves(Purpose purpose) { return purpose == Purpose::kSave || purpose == Purpose::kSavePreset; }

const char* title_of(Purpose purpose) {
    switch (purpose) {
        case Purpose::kContent:
            return "Open the content";
        case Purpose::kStyle:
            return "Open a style";
        case Purpose::kMoreStyle:
            return "Add a style";
        case Purpose::kSettings:
            return "Open settings: a preset, or a PNG of Impasto";
        case Purpose::kEncoder:
            return "Open an encoder: safetensors or .pth of VGG19";
        case Purpose::kSave:
            return "Save the picture";
        default:
            return "Save the settings as a preset";
    }
}

bool fits(Purpose purpose, const fs::path& path) {
    switch (purpose) {
        case Purpose::kSettings:
            return is_preset_name(path) || has_ending(path, {".png"});
        case Purpose::kEncoder:
            return has_ending(path, {".safetensors", ".pth"});
        case Purpose::kSavePreset:
            return is_preset_name(path);
        default:
            return is_picture_name(path);
    }
}

void list_folder(Browser& its) {
    const std::string what = its.folder + "#" + std::to_string(static_cast<int>(its.purpose));
    if (its.listed == what) {
        return;
    }
    its.listed = what;
    its.entries.clear();
    std::error_code error;
    for (fs::directory_iterator entry(platform::path_from_utf8(its.folder), error), end;
         !error && entry != end; entry.increment(error)) {
        std::error_code unknown;
        const std::string name = platform::path_to_utf8(entry->path().filename());
        if (name.empty() || name.front() == '.') {
            continue;
        }
        const bool is_folder = entry->is_directory(unknown);
        if (is_folder || fits(its.purpose, entry->path())) {
            its.entries.push_back({name, is_folder});
        }
    }
    std::sort(its.entries.begin(), its.entries.end(), [](const auto& a, const auto& b) {
        return a.is_folder != b.is_folder ? a.is_folder : a.name < b.name;
    });
}

std::string in_folder(const Browser& its, const std::string& name) {
    const fs::path typed = platform::path_from_utf8(name);
    return platform::path_to_utf8(
        typed.is_absolute() ? typed : platform::path_from_utf8(its.folder) / typed);
}

void close(Desk& desk) {
    desk.preferences.last_folder = desk.browser.folder;
    desk.browser.purpose = Purpose::kClosed;
    desk.browser.overwrite.clear();
    ImGui::CloseCurrentPopup();
}

void use(Desk& desk, const std::string& path) {
    Studio& studio = desk.studio;
    switch (desk.browser.purpose) {
        case Purpose::kContent:
            studio.open_as(path, PictureUse::kContent);
            break;
        case Purpose::kStyle:
            studio.open_as(path, PictureUse::kStyle);
            break;
        case Purpose::kMoreStyle:
            studio.open_as(path, PictureUse::kMoreStyle);
            break;
        case Purpose::kSettings:
            studio.open_settings(path);
            break;
        case Purpose::kEncoder:
            studio.settings.weights = path;
            break;
        case Purpose::kSave:
            studio.save(path);
            break;
        case Purpose::kSavePreset:
            studio.save_preset(path);
            break;
        case Purpose::kClosed:
            break;
    }
    close(desk);
}

// The name that was typed or chosen: a folder is entered, a file is used.
void accept(Desk& desk) {
    Browser& its = desk.browser;
    std::string path = in_folder(its, its.name);
    std::error_code error;
    if (its.name.empty()) {
        return;
    }
    if (fs::is_directory(platform::path_from_utf8(path), error)) {
        its.folder = platform::path_to_utf8(fs::canonical(platform::path_from_utf8(path), error));
        its.name.clear();
        return;
    }
    if (saves(its.purpose)) {
        const char* usual = its.purpose == Purpose::kSave ? ".png" : ".json";
        if (!fits(its.purpose, platform::path_from_utf8(path))) {
            path += usual;
        }
        if (fs::exists(platform::path_from_utf8(path), error) && its.overwrite != path) {
            its.overwrite = path;
            return;
        }
    } else if (!fs::is_regular_file(platform::path_from_utf8(path), error)) {
        desk.messages.complain({ErrorCode::kInput, "there is no file '" + path + "'"});
        return;
    }
    use(desk, path);
}

void go_up(Browser& its) {
    const fs::path folder = platform::path_from_utf8(its.folder);
    if (folder.has_parent_path()) {
        its.folder = platform::path_to_utf8(folder.parent_path());
        its.name.clear();
    }
}

void draw_entries(Desk& desk) {
    Browser& its = desk.browser;
    ImGui::BeginChild("entries", {0, -2 * ImGui::GetFrameHeightWithSpacing() - scaled(6)});
    for (const Browser::Entry& entry : std::vector<Browser::Entry>(its.entries)) {
        const std::string shown = entry.is_folder ? entry.name + "/" : entry.name;
        if (ImGui::Selectable(shown.c_str(), its.name == entry.name,
                              ImGuiSelectableFlags_AllowDoubleClick)) {
            its.name = entry.name;
            its.overwrite.clear();
            if (entry.is_folder || ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
                accept(desk);
            }
        }
        desk.items.note(entry.name);
    }
    if (its.entries.empty()) {
        ImGui::TextDisabled("nothing here that could be opened");
    }
    ImGui::EndChild();
}

// Opens the dialog that is begun next, unless it is open.
void open_in_the_middle(const char* title) {
    if (!ImGui::IsPopupOpen(title)) {
        ImGui::OpenPopup(title);
    }
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({size.x / 2, size.y / 2}, ImGuiCond_Always, {0.5f, 0.5f});
}

// A dialog of a few words and buttons; between this, where it says true, and ImGui::EndPopup.
bool begin_question(const char* title) {
    open_in_the_middle(title);
    return ImGui::BeginPopupModal(
        title, nullptr, ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings);
}

void draw_browser(Desk& desk) {
    Browser& its = desk.browser;
    const char* title = title_of(its.purpose);
    open_in_the_middle(title);
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowSize(
        {std::min(scaled(640), size.x * 0.9f), std::min(scaled(460), size.y * 0.9f)});
    bool open = true;
    if (!ImGui::BeginPopupModal(title, &open,
                                ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                                    ImGuiWindowFlags_NoSavedSettings)) {
        if (!open) {  // by the cross in its title
            close(desk);
        }
        return;
    }
    const ImVec2 corner{ImGui::GetWindowPos().x + ImGui::GetWindowWidth(), ImGui::GetWindowPos().y};
    const float title_height = ImGui::GetFrameHeight();
    ImGui::PushClipRect({corner.x - title_height, corner.y}, {corner.x, corner.y + title_height},
                        false);
    desk.items.note_at("close the dialog", {corner.x - title_height, corner.y},
                       {corner.x, corner.y + title_height});
    ImGui::PopClipRect();
    list_folder(its);
    if (button(desk.items, "Up", "The folder above")) {
        go_up(its);
    }
    ImGui::SameLine();
    ImGui::TextUnformatted(its.folder.c_str());
    draw_entries(desk);
    std::array<char, 1024> typed{};
    std::strncpy(typed.data(), its.name.c_str(), typed.size() - 1);
    ImGui::SetNextItemWidth(-1);
    if (ImGui::IsWindowAppearing()) {
        ImGui::SetKeyboardFocusHere();
    }
    const bool entered =
        ImGui::InputText("##name", typed.data(), typed.size(),
                         ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
    desk.items.note("file name");
    if (its.name != typed.data()) {
        its.name = typed.data();
        its.overwrite.clear();
    }
    const char* yes = !its.overwrite.empty() ? "Replace it"
                      : saves(its.purpose)   ? "Save file"
                                             : "Open";
    if (button(desk.items, yes) || entered) {
        accept(desk);
    }
    ImGui::SameLine();
    if (button(desk.items, "Cancel")) {
        open = false;
    }
    if (!its.overwrite.empty()) {
        ImGui::SameLine();
        ImGui::TextUnformatted("There is a file of this name.");
    }
    if (!open || std::exchange(its.escaped, false)) {
        close(desk);
    }
    ImGui::EndPopup();
}

bool is_picture(const std::string& file) {
    const fs::path path = platform::path_from_utf8(file);
    std::error_code error;
    return !fs::is_directory(path, error) && !is_preset_name(path);
}

// What dropped pictures can be for. Of more than one, the first has the use and the others follow.
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

void draw_question(Desk& desk) {
    constexpr const char* kTitle = "Use it as";
    if (!begin_question(kTitle)) {
        return;
    }
    const std::vector<std::string> paths = desk.dropped;
    bool answered = std::exchange(desk.browser.escaped, false);
    if (!std::all_of(paths.begin(), paths.end(), is_picture)) {  // folders and presets are clear
        desk.studio.open(paths);
        answered = true;
    } else {
        const bool one = paths.size() == 1;
        ImGui::TextUnformatted((file_name(paths[0]) +
                                (one ? "" : " and " + std::to_string(paths.size() - 1) + " more"))
                                   .c_str());
        ImGui::Spacing();
        for (const Answer& answer : one ? kOfOne : kOfMore) {
            if (button(desk.items, answer.label, answer.help)) {
                PictureUse use = answer.use;
                for (const std::string& path : paths) {
                    desk.studio.open_as(path, use);
                    use = use == PictureUse::kContent ? PictureUse::kStyle : PictureUse::kMoreStyle;
                }
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
    ImGui::TextUnformatted(
        saved.empty() ? "What was painted is lost when the window closes."
                      : ("It changed since it was saved as " + file_name(saved) + ".").c_str());
    ImGui::Spacing();
    bool answered = std::exchange(desk.browser.escaped, false);  // the window stays
    if (ImGui::IsWindowAppearing()) {
        ImGui::SetKeyboardFocusHere();
    }
    if (button(desk.items, "Save and quit")) {
        desk.leaving.saves = answered = true;
    }
    ImGui::SameLine();
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

}  // namespace

void open_browser(Desk& desk, Browser::Purpose purpose) {
    Browser& its = desk.browser;
    its.purpose = purpose;
    its.escaped = false;
    its.overwrite.clear();
    its.listed.clear();
    its.name.clear();
    std::error_code error;
    fs::path folder = platform::path_from_utf8(desk.preferences.last_folder);
    if (desk.preferences.last_folder.empty() || !fs::is_directory(folder, error)) {
        folder = fs::current_path(error);
    }
    its.folder = platform::path_to_utf8(folder);
    if (purpose == Purpose::kSave && desk.studio.content() && !desk.studio.styles().empty()) {
        const auto stem = [](const Picture& picture) {
            return platform::path_to_utf8(platform::path_from_utf8(picture.path).stem());
        };
        its.name = stem(*desk.studio.content()) + "-" + stem(desk.studio.styles()[0]) + ".png";
    } else if (purpose == Purpose::kSavePreset) {
        its.name = "preset.json";
    }
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
