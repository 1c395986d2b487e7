#include "cli/command.h"

#include <CLI/CLI.hpp>

namespace impasto::cli {

Command::Command(CLI::App& parent, const std::string& name, std::string usage, std::string summary)
    : app_(*parent.add_subcommand(name)), usage_(std::move(usage)), summary_(std::move(summary)) {}

}  // namespace impasto::cli
