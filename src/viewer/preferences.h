// What the viewer remembers between runs: recent files, the window's size, the layout, the theme.
// A JSON file in the user's settings folder; one that is missing or damaged counts as empty.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "viewer/interface.h"
#include "viewer/window_place.h"

namespace impasto::viewer {

struct Preferences {
    std::vector<std::string> recent;  // newest first
    std::string last_folder;          // of the file browser
    WindowPlace window;
    float left_width = 300;  // of the columns, in the interface's units at its usual scale
    float right_width = 280;
    bool show_plots = true;
    bool show_history = true;
    Theme theme = Theme::kDark;
    bool nearest = false;

    bool operator==(const Preferences&) const = default;
};

// `file` empty: the user's. Values out of their range are set right.
Preferences load_preferences(const std::filesystem::path& file);
Status save_preferences(const Preferences& preferences, const std::filesystem::path& file);
// kOutput where the environment names no home.
Result<std::filesystem::path> preferences_file();

}  // namespace impasto::viewer
