// What the command line gave a command. CLI11 splits it and nothing more: what a value may be is
// judged where the option is declared.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "settings/options.h"

// CLI11's header takes seconds to compile; only arguments.cpp, command.cpp and main.cpp see it.
namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace impasto::cli {

class Arguments {
  public:
    Arguments() = default;
    Arguments(const Arguments&) = delete;
    Arguments& operator=(const Arguments&) = delete;

    // Hands what was declared to CLI11: once, when everything is. `options` must outlive this, and
    // this the app.
    void expect(const settings::Options& options, CLI::App& app);
    // More positionals, as they stand: what follows "--" on the command line.
    Status append_positionals(const std::vector<std::string>& more);
    // Sets the options that were given, in the order of declaration.
    Status read() const;

  private:
    struct Given {
        settings::Option* option = nullptr;
        std::string text;
        CLI::Option* parsed = nullptr;
    };
    std::vector<std::unique_ptr<Given>> given_;  // CLI11 writes to their addresses
    std::vector<std::string>* positionals_ = nullptr;
};

}  // namespace impasto::cli
