// Menus, and the shortcuts that they show.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "viewer/desk.h"
#include "viewer/files.h"
#include "viewer/widgets.h"

namespace impasto::viewer {
namespace {

void set_layout(Desk& desk, Layout layout) {
    desk.view.layout = desk.view.layout == layout ? Layout::kSingle : layout;
}

void set_difference(Desk& desk, float gain) {
    View& view = desk.view;
    view.layout = view.layout == Layout::kDifference && view.gain == gain ? Layout::kSingle
                                                                          : Layout::kDifference;
    view.gain = gain;
}

void set_zoom(Desk& desk, float zoom) {
    desk.view.fit = false;
    desk.view.zoom = zoom;
    desk.view.centre_x = desk.view.centre_y = 0.5f;
}

void scale_zoom(Desk& desk, float by) {
    if (desk.view.fit) {
        desk.view.centre_x = desk.view.centre_y = 0.5f;
    }
    desk.view.fit = false;
    desk.view.zoom = std::clamp(desk.view.zoom * by, 1.0f / 64, 64.0f);
}

bool works(const Desk& desk) { return desk.studio.can_save(); }

void pause_or_start(Desk& desk) {
    const Phase phase = desk.studio.phase();
    if (phase == Phase::kRunning || phase == Phase::kPreparing) {
        desk.studio.pause(!desk.studio.paused());
    } else if (phase != Phase::kEmpty) {
        desk.studio.start();
    }
}

void save_as(Desk& desk) {
    if (works(desk)) {
        open_browser(desk, Browser::Purpose::kSave);
    }
}

void save(Desk& desk) {
    if (!works(desk)) {
        return;
    }
    if (desk.studio.saved_as().empty()) {
        open_browser(desk, Browser::Purpose::kSave);
    } else {
        desk.studio.save(desk.studio.saved_as());
    }
}

void copy_command_line(Desk& desk) {
    const std::string line = desk.studio.command_line();
    ImGui::SetClipboardText(line.c_str());
    desk.messages.say("copied: " + line);
}

void toggle_theme(Desk& desk) {
    Theme& theme = desk.preferences.theme;
    theme = theme == Theme::kDark ? Theme::kLight : Theme::kDark;
    desk.theme_changed = true;
}

constexpr float kGain = 8;  // of a difference that can hardly be seen

constexpr int kControl = GLFW_MOD_CONTROL;
constexpr int kShift = GLFW_MOD_SHIFT;

struct Shortcut {
    int key;
    int mods;
    void (*action)(Desk&);
};

// Shown beside the menus' items below.
constexpr Shortcut kShortcuts[] = {
    {GLFW_KEY_O, kControl, [](Desk& desk) { open_browser(desk, Browser::Purpose::kContent); }},
    {GLFW_KEY_O, kControl | kShift,
     [](Desk& desk) { open_browser(desk, Browser::Purpose::kStyle); }},
    {GLFW_KEY_S, kControl, save},
    {GLFW_KEY_S, kControl | kShift, save_as},
    {GLFW_KEY_Q, kControl, [](Desk& desk) { desk.leaving.wanted = true; }},
    {GLFW_KEY_Z, kControl, [](Desk& desk) { desk.studio.undo(); }},
    {GLFW_KEY_Z, kControl | kShift, [](Desk& desk) { desk.studio.redo(); }},
    {GLFW_KEY_C, kControl | kShift, copy_command_line},
    {GLFW_KEY_SPACE, 0, pause_or_start},
    {GLFW_KEY_PERIOD, 0, [](Desk& desk) { desk.studio.step(); }},
    {GLFW_KEY_R, kControl, [](Desk& desk) { desk.studio.restart(); }},
    {GLFW_KEY_K, 0, [](Desk& desk) { desk.studio.keep_this_moment(); }},
    {GLFW_KEY_F, 0, [](Desk& desk) { desk.view.fit = true; }},
    {GLFW_KEY_1, 0, [](Desk& desk) { set_zoom(desk, 1); }},
    {GLFW_KEY_EQUAL, 0, [](Desk& desk) { scale_zoom(desk, 1.25f); }},
    {GLFW_KEY_MINUS, 0, [](Desk& desk) { scale_zoom(desk, 0.8f); }},
    {GLFW_KEY_N, 0, [](Desk& desk) { desk.preferences.nearest = !desk.preferences.nearest; }},
    {GLFW_KEY_C, 0, [](Desk& desk) { set_layout(desk, Layout::kSplit); }},
    {GLFW_KEY_B, 0, [](Desk& desk) { set_layout(desk, Layout::kSide); }},
    {GLFW_KEY_D, 0, [](Desk& desk) { set_difference(desk, 1); }},
    {GLFW_KEY_D, kShift, [](Desk& desk) { set_difference(desk, kGain); }},
    {GLFW_KEY_T, 0, [](Desk& desk) { set_layout(desk, Layout::kTiled); }},
    {GLFW_KEY_Y, 0, [](Desk& desk) { set_layout(desk, Layout::kStyle); }},
    {GLFW_KEY_M, 0, [](Desk& desk) { desk.memory.shows_messages = !desk.memory.shows_messages; }},
    {GLFW_KEY_F1, 0, [](Desk& desk) { desk.memory.shows_help = !desk.memory.shows_help; }},
    {GLFW_KEY_P, 0, [](Desk& desk) { desk.preferences.show_plots = !desk.preferences.show_plots; }},
    {GLFW_KEY_H, 0,
     [](Desk& desk) { desk.preferences.show_history = !desk.preferences.show_history; }},
};

void file_menu(Desk& desk) {
    Items& items = desk.items;
    if (menu_item(items, "Open content...", "Ctrl+O")) {
        open_browser(desk, Browser::Purpose::kContent);
    }
    if (menu_item(items, "Open style...", "Ctrl+Shift+O")) {
        open_browser(desk, Browser::Purpose::kStyle);
    }
    if (menu_item(items, "Add a style...")) {
        open_browser(desk, Browser::Purpose::kMoreStyle);
    }
    if (menu_item(items, "Open the samples")) {
        desk.studio.open_samples();
    }
    if (ImGui::BeginMenu("Recent", !desk.studio.recent.empty())) {
        for (const std::string& path : std::vector<std::string>(desk.studio.recent)) {
            ImGui::PushID(path.c_str());  // of two folders there may be two of one name
            if (menu_item(items, file_name(path).c_str())) {
                open_recent(desk, path);
            }
            ImGui::PopID();
            tooltip(path);
        }
        ImGui::EndMenu();
    } else {
        items.note("Recent");
    }
    ImGui::Separator();
    if (menu_item(items, "Open settings...")) {
        open_browser(desk, Browser::Purpose::kSettings);
    }
    tooltip("A preset, or a PNG that Impasto saved");
    if (menu_item(items, "Save settings...")) {
        open_browser(desk, Browser::Purpose::kSavePreset);
    }
    tooltip("A preset, for: impasto stylize --preset FILE");
    if (menu_item(items, "Copy as command line", "Ctrl+Shift+C")) {
        copy_command_line(desk);
    }
    tooltip("The same run without a window, for a terminal");
    ImGui::Separator();
    if (menu_item(items, "Save picture", "Ctrl+S", false, works(desk))) {
        save(desk);
    }
    if (menu_item(items, "Save picture as...", "Ctrl+Shift+S", false, works(desk))) {
        save_as(desk);
    }
    ImGui::Separator();
    if (menu_item(items, "Quit", "Ctrl+Q")) {
        desk.leaving.wanted = true;
    }
}

void run_menu(Desk& desk) {
    Items& items = desk.items;
    const Phase phase = desk.studio.phase();
    const bool runs = phase == Phase::kRunning || phase == Phase::kPreparing;
    if (menu_item(items, runs && !desk.studio.paused() ? "Pause painting" : "Start painting",
                  "Space", false, phase != Phase::kEmpty)) {
        pause_or_start(desk);
    }
    if (menu_item(items, "One step", ".", false, desk.studio.can_step())) {
        desk.studio.step();
    }
    if (menu_item(items, "Restart", "Ctrl+R", false, phase != Phase::kEmpty)) {
        desk.studio.restart();
    }
    ImGui::Separator();
    if (menu_item(items, "Keep this moment", "K", false, works(desk))) {
        desk.studio.keep_this_moment();
    }
    const bool has_moments = !desk.studio.history().moments().empty();
    if (menu_item(items, "Undo", "Ctrl+Z", false, has_moments)) {
        desk.studio.undo();
    }
    tooltip("To the moment that this came from, paused there");
    if (menu_item(items, "Redo", "Ctrl+Shift+Z", false, has_moments)) {
        desk.studio.redo();
    }
    tooltip("On to the moment that was painted from here");
}

void view_menu(Desk& desk) {
    Items& items = desk.items;
    View& view = desk.view;
    if (menu_item(items, "Fit", "F", view.fit)) {
        view.fit = true;
    }
    if (menu_item(items, "1:1", "1", !view.fit && view.zoom == 1)) {
        set_zoom(desk, 1);
    }
    if (menu_item(items, "Zoom in", "=")) {
        scale_zoom(desk, 1.25f);
    }
    if (menu_item(items, "Zoom out", "-")) {
        scale_zoom(desk, 0.8f);
    }
    if (menu_item(items, "Nearest", "N", desk.preferences.nearest)) {
        desk.preferences.nearest = !desk.preferences.nearest;
    }
    tooltip("Hard pixels where the picture is enlarged");
    ImGui::Separator();
    struct Choice {
        const char* label;
        const char* key;
        Layout layout;
        float gain = 1;
    };
    constexpr Choice kChoices[] = {{"Result", nullptr, Layout::kSingle},
                                   {"Compare by a split", "C", Layout::kSplit},
                                   {"Content beside it", "B", Layout::kSide},
                                   {"Difference to content", "D", Layout::kDifference},
                                   {"Difference, 8 times", "Shift+D", Layout::kDifference, kGain},
                                   {"Tiled 3x3", "T", Layout::kTiled},
                                   {"Style beside it", "Y", Layout::kStyle}};
    for (const Choice& choice : kChoices) {
        const bool is = view.layout == choice.layout &&
                        (choice.layout != Layout::kDifference || view.gain == choice.gain);
        if (menu_item(items, choice.label, choice.key, is)) {
            view.layout = choice.layout;
            view.gain = choice.gain;
        }
    }
    ImGui::Separator();
    if (menu_item(items, "Plots", "P", desk.preferences.show_plots)) {
        desk.preferences.show_plots = !desk.preferences.show_plots;
    }
    if (menu_item(items, "Moments", "H", desk.preferences.show_history)) {
        desk.preferences.show_history = !desk.preferences.show_history;
    }
    if (menu_item(items, "Messages", "M", desk.memory.shows_messages)) {
        desk.memory.shows_messages = !desk.memory.shows_messages;
    }
    if (menu_item(items, "Light theme", nullptr, desk.preferences.theme == Theme::kLight)) {
        toggle_theme(desk);
    }
}

void device_menu(Desk& desk) {
    for (const ImpastoDeviceInfo& device : desk.devices) {
        const bool current = device.index == desk.graphics.device().index();
        const bool usable = device.unusable[0] == '\0';
        ImGui::PushID(static_cast<int>(device.index));  // two may have one name
        if (menu_item(desk.items, device.name, nullptr, current, usable) && !current) {
            desk.device = std::to_string(device.index);
        }
        ImGui::PopID();
        tooltip(usable ? std::string(device.driver) + "\n" + device.tier : device.unusable);
    }
}

void help_menu(Desk& desk) {
    if (menu_item(desk.items, "Keys and mouse", "F1", desk.memory.shows_help)) {
        desk.memory.shows_help = !desk.memory.shows_help;
    }
}

}  // namespace

void draw_menu(Desk& desk) {
    if (!ImGui::BeginMainMenuBar()) {
        return;
    }
    struct Menu {
        const char* label;
        void (*draw)(Desk&);
    };
    constexpr Menu kMenus[] = {{"File", file_menu},
                               {"Run", run_menu},
                               {"View", view_menu},
                               {"Device", device_menu},
                               {"Help", help_menu}};
    for (const Menu& menu : kMenus) {
        if (begin_menu(desk.items, menu.label)) {
            menu.draw(desk);
            ImGui::EndMenu();
        }
    }
    ImGui::EndMainMenuBar();
}

bool press_key(Desk& desk, int key, int mods) {
    if (desk.browser.purpose != Browser::Purpose::kClosed) {
        desk.browser.escaped = desk.browser.escaped || key == GLFW_KEY_ESCAPE;
        return desk.browser.escaped;
    }
    if (!desk.dropped.empty() || desk.leaving.asks) {
        desk.browser.escaped = key == GLFW_KEY_ESCAPE;
        return desk.browser.escaped;
    }
    if (ImGui::GetIO().WantTextInput || ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup)) {
        return false;
    }
    if (key == GLFW_KEY_ESCAPE && (desk.memory.shows_help || desk.memory.shows_messages)) {
        desk.memory.shows_help = desk.memory.shows_messages = false;
        return true;
    }
    // Whoever goes from item to item by the keyboard presses them with it.
    if (key == GLFW_KEY_SPACE && ImGui::GetIO().NavVisible) {
        return false;
    }
    // On macOS the command key is what Ctrl is elsewhere.
    int wanted = mods & (kControl | kShift | GLFW_MOD_ALT | GLFW_MOD_SUPER);
    if ((wanted & GLFW_MOD_SUPER) != 0) {
        wanted = (wanted & ~GLFW_MOD_SUPER) | kControl;
    }
    for (const Shortcut& shortcut : kShortcuts) {
        if (shortcut.key == key && shortcut.mods == wanted) {
            shortcut.action(desk);
            return true;
        }
    }
    return false;
}

}  // namespace impasto::viewer
