#include "settings/command_line.h"

#include <algorithm>

#include "settings/settings_options.h"

namespace impasto::settings {
namespace {

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
}

// " --init=-start.png" where the value would be taken for an option.
std::string option_text(const std::string& dashed, const std::string& value,
                        const std::string& dashed_long) {
    if (value.starts_with('-')) return " " + dashed_long + "=" + shell_quoted(value);
    return " " + dashed + " " + shell_quoted(value);
}

}  // namespace

std::string shell_quoted(std::string_view word) {
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string(word);
    std::string quoted = "'";
    for (const char c : word) {
        // A quote cannot stand in quotes: they end, it comes by itself, they begin again.
        quoted += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return quoted + "'";
}

std::string command_line(const Options& options, const std::string& content,
                         const std::vector<std::string>& styles, const std::string& output) {
    std::vector<std::string> pictures = styles;
    pictures.insert(pictures.begin(), content);
    // CLI11 takes "[a]" for a list.
    const bool marked =
        std::any_of(pictures.begin(), pictures.end(), [](const std::string& picture) {
            return picture.starts_with('-') || picture.starts_with('[');
        });
    std::string named;
    for (const std::string& picture : pictures) named += " " + shell_quoted(picture);

    std::string line = "impasto stylize" + (marked ? std::string() : named);
    if (!output.empty()) line += option_text("-o", output, "--output");
    for (const auto& option : options.all()) {
        if (option->preset != PresetUse::kPicture) continue;
        const std::string value = option->get();
        const std::string dashed = "--" + option->name;
        if (value != option->initial) line += option_text(dashed, value, dashed);
    }
    return line + (marked ? " --" + named : "");
}

std::string command_line(const Settings& settings, const std::string& content,
                         const std::vector<std::string>& styles, const std::string& output) {
    Settings shown;
    Options options;
    declare_settings(options, shown);
    shown = settings;
    return command_line(options, content, styles, output);
}

}  // namespace impasto::settings
