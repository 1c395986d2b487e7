// What the panels share: the work, how it is looked at, and what the window is asked to do. Each
// panel is a function of its own file that draws itself, once a frame.
#pragma once

#include <imgui.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "viewer/canvas.h"
#include "viewer/items.h"
#include "viewer/messages.h"
#include "viewer/preferences.h"
#include "viewer/studio.h"

namespace impasto::viewer {

enum class Layout {
    kSingle,  // the result alone
    kSplit,   // content and result across a line
    kSide,    // content and result side by side
    kDifference,
    kTiled,  // the result 3x3
    kStyle   // the result with the style beside it
};

// How the picture is looked at.
struct View {
    Layout layout = Layout::kSingle;
    bool fit = true;        // else zoom and centre
    float zoom = 1;         // px of the window for one of the picture
    float centre_x = 0.5f;  // the picture's point in the pane's middle, as shares of its sides
    float centre_y = 0.5f;
    float split = 0.5f;        // share of the pane
    float gain = 1;            // of the difference
    bool moves_split = false;  // the line was taken hold of
    // For the status line: the picture's pixel under the cursor; -1: none.
    int cursor_x = -1;
    int cursor_y = -1;
    // Where the (right) picture was drawn last, in px of the window's framebuffer.
    float drawn_x = 0, drawn_y = 0, drawn_width = 0, drawn_height = 0;
};

// What panels remember from frame to frame.
struct PanelMemory {
    std::map<std::string, double> kernel_seconds;  // of an iteration, by kernel
    double kernels_asked = -1;                     // when, by ImGui::GetTime()
    std::uint32_t newest_moment = 0;               // that the strip was scrolled to
    bool shows_messages = false;                   // the list of them
    bool shows_help = false;                       // keys and mouse
};

// The window's own file browser; browser.cpp.
struct Browser {
    enum class Purpose {
        kClosed,
        kContent,
        kStyle,
        kMoreStyle,
        kSettings,
        kEncoder,
        kSave,
        kSavePreset
    };
    Purpose purpose = Purpose::kClosed;
    std::optional<std::size_t> style;  // of kStyle: the one that is replaced, else all of them
    std::string folder;
    std::string name;               // that is typed, or chosen from the list
    std::vector<std::string> more;  // styles chosen beside it, with Ctrl
    std::string unreadable;         // why the folder cannot be listed
    bool escaped = false;           // the key was pressed
    std::string overwrite;          // a file that would be replaced: asked about
    struct Entry {
        std::string name;
        bool is_folder;
    };
    std::vector<Entry> entries;
    std::string listed;  // the folder and purpose that `entries` show
};

// Closing the window while the picture is not saved, which is asked about (dialogs.cpp).
struct Leaving {
    bool wanted = false;  // by a key, a menu, the window's frame: not dealt with yet
    bool asks = false;    // the question is on the screen
    bool saves = false;   // it was answered so: leave as soon as the picture is written
    bool leaves = false;  // it was answered so: at once
};

struct Desk {
    Studio& studio;
    Items& items;
    Messages& messages;
    Preferences& preferences;
    Graphics& graphics;
    View& view;
    PanelMemory& memory;
    Browser& browser;
    std::vector<std::string>& dropped;  // files whose use is asked for (dialogs.cpp)
    Leaving& leaving;
    const std::vector<ImpastoDeviceInfo>& devices;
    // Asked of the window.
    bool theme_changed = false;
    std::string device;  // another one to work on; "": as it is
};

// In pixels of the interface, from those at the usual scale.
inline float scaled(float pixels) { return pixels * ImGui::GetFontSize() / 15.0f; }

// Of the columns at the sides: a narrow window keeps room for the picture.
inline float widest_column(float window) { return std::max(0.35f * window, scaled(200)); }

// ---- The panels

void draw_menu(Desk& desk);      // menu.cpp; with the keys beside the items
void draw_pictures(Desk& desk);  // pictures_panel.cpp: content and styles
void draw_controls(Desk& desk);  // controls_panel.cpp
void draw_canvas(Desk& desk);    // canvas_panel.cpp
void draw_plots(Desk& desk);     // plots_panel.cpp
void draw_history(Desk& desk);   // history_panel.cpp
void draw_status(Desk& desk);    // status_bar.cpp
void draw_notices(Desk& desk);   // notices.cpp; with the list of all of them
void draw_help(Desk& desk);      // help_panel.cpp: keys and mouse
void draw_dialogs(Desk& desk);   // dialogs.cpp: what a drop is used for, leaving; and the browser
void draw_browser(Desk& desk);   // browser.cpp
// `style`: of Purpose::kStyle, the one that is replaced, instead of all.
void open_browser(Desk& desk, Browser::Purpose purpose, std::optional<std::size_t> style = {});

// Files that were dropped at a place of the window (dialogs.cpp): over the content, a style or the
// button that adds one they are that; elsewhere, where both are there already, `asked` gets them
// and a dialog asks.
void drop(Studio& studio, const Items& items, const std::vector<std::string>& paths, ImVec2 at,
          std::vector<std::string>& asked);

// As if it were dropped beside everything.
void open_recent(Desk& desk, const std::string& path);

// All of them, laid out over the window (layout.cpp).
void draw_panels(Desk& desk);

// What a key does (menu.cpp): `key` as GLFW_KEY_*, `mods` as GLFW_MOD_*. Whether it did something.
bool press_key(Desk& desk, int key, int mods);

}  // namespace impasto::viewer
