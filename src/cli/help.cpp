#include "cli/help.h"

#include <algorithm>

namespace impasto::cli {
namespace {

// Where the explanations begin; longer option names get a line of their own.
constexpr std::size_t kColumn = 28;

// Words of `text` in lines that end before `width`, the first of them starting at column `begun`
// of a line that is already there, the others indented by `indent`.
std::string wrap(const std::string& text, std::size_t begun, std::size_t indent,
                 std::size_t width) {
    std::string wrapped;
    std::size_t column = begun;
    bool first = true;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
        const std::string word = text.substr(at, end - at);
        if (!first && column + 1 + word.size() > width) {
            wrapped += "\n" + std::string(indent, ' ');
            column = indent;
            first = true;
        }
        wrapped += (first ? "" : " ") + word;
        column += word.size() + (first ? 0 : 1);
        first = false;
        if (end < text.size() && text[end] == '\n') {
            wrapped += "\n" + std::string(indent, ' ');
            column = indent;
            first = true;
        }
        at = end + 1;
    }
    return wrapped;
}

std::string entry(const std::string& left, const std::string& help, std::size_t width) {
    std::string text = "  " + left;
    if (text.size() + 2 > kColumn) {
        text += "\n" + std::string(kColumn, ' ');
    } else {
        text.resize(kColumn, ' ');
    }
    return text + wrap(help, kColumn, kColumn, width) + "\n";
}

}  // namespace

std::string command_help(const std::string& path, Command& command, int width) {
    const auto columns = static_cast<std::size_t>(width);
    std::string text = wrap("Usage: " + path + " " + command.usage(), 0, 7, columns) + "\n\n";
    text += wrap(command.description().empty() ? command.summary() : command.description(), 0, 0,
                 columns);
    text += "\n";
    std::string group;
    for (const auto& option : command.options().all()) {
        if (option->hidden) continue;
        if (option->group != group) {
            group = option->group;
            text += "\n" + wrap(group + ":", 0, 2, columns) + "\n";
        }
        const std::string value = option->get ? option->get() : "";
        text += entry(option->left,
                      option->help + (value.empty() ? "" : " [default: " + value + "]"), columns);
    }
    text += entry("-h, --help", "this text", columns);
    if (!command.footer().empty()) text += "\n" + command.footer();
    return text;
}

std::string list_help(const std::vector<HelpLine>& lines, int width) {
    std::string text;
    for (const HelpLine& line : lines) {
        text += entry(line.left, line.help, static_cast<std::size_t>(width));
    }
    return text;
}

}  // namespace impasto::cli
