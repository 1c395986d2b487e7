// The file browser: pictures, settings and encoders are opened, pictures and presets saved.
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

bool takes_several(Purpose purpose) {
    return purpose == Purpose::kStyle || purpose == Purpose::kMoreStyle;
}

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
    its.more.clear();
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
    its.unreadable = error ? "this folder cannot be read: " + error.message() : "";
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
    const Browser& its = desk.browser;
    switch (its.purpose) {
        case Purpose::kContent:
            studio.open_as(path, PictureUse::kContent);
            break;
        case Purpose::kStyle:
            studio.open_as(path, PictureUse::kStyle, its.style);
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
    for (const std::string& name : its.more) {
        studio.open_as(in_folder(its, name), PictureUse::kMoreStyle);
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

// Adds a picture to those that are chosen, or takes it from them.
void toggle(Browser& its, const std::string& name) {
    const auto found = std::find(its.more.begin(), its.more.end(), name);
    if (found != its.more.end()) {
        its.more.erase(found);
    } else if (its.name.empty()) {
        its.name = name;
    } else if (its.name != name) {
        its.more.push_back(name);
    } else {
        its.name.clear();
        if (!its.more.empty()) {
            its.name = its.more.front();
            its.more.erase(its.more.begin());
        }
    }
}

void draw_entries(Desk& desk) {
    Browser& its = desk.browser;
    ImGui::BeginChild("entries", {0, -2 * ImGui::GetFrameHeightWithSpacing() - scaled(6)});
    for (const Browser::Entry& entry : std::vector<Browser::Entry>(its.entries)) {
        const std::string shown = entry.is_folder ? entry.name + "/" : entry.name;
        const bool chosen = its.name == entry.name || std::find(its.more.begin(), its.more.end(),
                                                                entry.name) != its.more.end();
        if (!ImGui::Selectable(shown.c_str(), chosen, ImGuiSelectableFlags_AllowDoubleClick)) {
            // not clicked
        } else if (takes_several(its.purpose) && !entry.is_folder && ImGui::GetIO().KeyCtrl) {
            toggle(its, entry.name);
        } else {
            its.name = entry.name;
            its.more.clear();
            its.overwrite.clear();
            if (entry.is_folder || ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
                accept(desk);
            }
        }
        desk.items.note(entry.name);
    }
    if (!its.unreadable.empty()) {
        ImGui::TextWrapped("%s", its.unreadable.c_str());
    } else if (its.entries.empty()) {
        ImGui::TextDisabled("nothing here that could be opened");
    }
    ImGui::EndChild();
}

}  // namespace

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
    note_cross(desk.items, "close the dialog");
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
        its.more.clear();
        its.overwrite.clear();
    }
    const std::string yes = !its.overwrite.empty() ? "Replace it"
                            : saves(its.purpose)   ? "Save file"
                            : its.more.empty()     ? "Open"
                                                   : "Open " + std::to_string(its.more.size() + 1);
    if (button(desk.items, yes.c_str()) || entered) {
        accept(desk);
    }
    ImGui::SameLine();
    if (button(desk.items, "Cancel")) {
        open = false;
    }
    if (!its.overwrite.empty()) {
        ImGui::SameLine();
        ImGui::TextUnformatted("There is a file of this name.");
    } else if (takes_several(its.purpose)) {
        ImGui::SameLine();
        ImGui::TextDisabled("Ctrl and a click choose several");
    }
    if (!open || std::exchange(its.escaped, false)) {
        close(desk);
    }
    ImGui::EndPopup();
}

void open_browser(Desk& desk, Browser::Purpose purpose, std::optional<std::size_t> style) {
    Browser& its = desk.browser;
    its.purpose = purpose;
    its.style = style;
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

}  // namespace impasto::viewer
