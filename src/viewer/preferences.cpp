#include "viewer/preferences.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <type_traits>

#include "platform/atomic_file.h"
#include "platform/mapped_file.h"
#include "platform/paths.h"

namespace impasto::viewer {
namespace {

using Json = nlohmann::ordered_json;

// Keeps the value that is there where the file's is of another type. Numbers are brought into
// their range, which may be beyond what T holds.
template <typename T>
void take(const Json& from, const char* key, T& to, double least = 0, double most = 0) {
    const auto found = from.find(key);
    if (found == from.end()) {
        return;
    }
    if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
        if (found->is_number()) {
            to = static_cast<T>(std::clamp(found->get<double>(), least, most));
        }
        return;
    }
    try {
        to = found->get<T>();
    } catch (const Json::exception&) {
    }
}

}  // namespace

Result<std::filesystem::path> preferences_file() {
    const auto folder = platform::user_settings_folder();
    if (!folder) {
        return folder.error();
    }
    return *folder / "viewer.json";
}

Preferences load_preferences(const std::filesystem::path& file) {
    Preferences to;
    const auto mapped = platform::MappedFile::open(file);
    if (!mapped) {
        return to;
    }
    const auto bytes = mapped->bytes();
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    const Json from = Json::parse(text, text + bytes.size(), nullptr, false);
    if (!from.is_object()) {
        return to;
    }
    take(from, "recent", to.recent);
    take(from, "last_folder", to.last_folder);
    take(from, "width", to.window.width, kLeastWidth, 7680);
    take(from, "height", to.window.height, kLeastHeight, 4320);
    take(from, "maximised", to.window.maximised);
    if (from.contains("x") && from.contains("y")) {
        to.window.at.emplace();
        take(from, "x", to.window.at->x, -65536, 65536);
        take(from, "y", to.window.at->y, -65536, 65536);
    }
    take(from, "left_width", to.left_width, 200, 600);
    take(from, "right_width", to.right_width, 200, 600);
    take(from, "show_plots", to.show_plots);
    take(from, "show_history", to.show_history);
    take(from, "nearest", to.nearest);
    std::string theme = "dark";
    take(from, "theme", theme);
    to.theme = theme == "light" ? Theme::kLight : Theme::kDark;
    return to;
}

Status save_preferences(const Preferences& from, const std::filesystem::path& file) {
    Json to;
    to["recent"] = from.recent;
    to["last_folder"] = from.last_folder;
    to["width"] = from.window.width;
    to["height"] = from.window.height;
    to["maximised"] = from.window.maximised;
    if (from.window.at) {
        to["x"] = from.window.at->x;
        to["y"] = from.window.at->y;
    }
    to["left_width"] = from.left_width;
    to["right_width"] = from.right_width;
    to["show_plots"] = from.show_plots;
    to["show_history"] = from.show_history;
    to["theme"] = from.theme == Theme::kLight ? "light" : "dark";
    to["nearest"] = from.nearest;
    const std::string text = to.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
    if (file.has_parent_path()) {
        IMPASTO_TRY(platform::make_folders(file.parent_path()));
    }
    return platform::write_file(file, std::as_bytes(std::span(text)));
}

}  // namespace impasto::viewer
