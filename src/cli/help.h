// The text of --help, made from what the commands declared.
#pragma once

#include <string>

#include "cli/command.h"

namespace impasto::cli {

// `path`: "impasto stylize".
std::string command_help(const std::string& path, Command& command, int width);

// Help of the program or of a group of commands ("impasto weights"): one line a command.
struct HelpLine {
    std::string left;
    std::string help;
};
std::string list_help(const std::vector<HelpLine>& lines, int width);

}  // namespace impasto::cli
