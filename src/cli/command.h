// One subcommand: its options, its help, and what it does.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"
#include "settings/options.h"

namespace impasto::cli {

class Command {
  public:
    // `usage`: what follows the name. `summary`: one line for the list of commands.
    Command(CLI::App& parent, const std::string& name, std::string usage, std::string summary);
    virtual ~Command() = default;
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;

    // The command line was split; nothing of it was judged yet. An Error of kind kCancelled ends
    // the program as interrupted.
    virtual Status run() = 0;

    CLI::App& app() { return app_; }
    settings::Options& options() { return options_; }
    // Expects what the options are, once all are declared.
    void expect_arguments() { arguments_.expect(options_, app_); }
    Arguments& arguments() { return arguments_; }
    const std::string& usage() const { return usage_; }
    const std::string& summary() const { return summary_; }
    // What stands in the help above and below the options.
    const std::string& description() const { return description_; }
    const std::string& footer() const { return footer_; }

  protected:
    void describe(std::string description, std::string footer) {
        description_ = std::move(description);
        footer_ = std::move(footer);
    }

  private:
    CLI::App& app_;
    settings::Options options_;
    Arguments arguments_;
    std::string usage_;
    std::string summary_;
    std::string description_;
    std::string footer_;
};

using Commands = std::vector<std::unique_ptr<Command>>;

void add_stylize(CLI::App& program, Commands& commands);
void add_texture(CLI::App& program, Commands& commands);
void add_material(CLI::App& program, Commands& commands);
void add_view(CLI::App& program, Commands& commands);
void add_gltf(CLI::App& program, Commands& commands);
void add_probe(CLI::App& program, Commands& commands);
void add_devices(CLI::App& program, Commands& commands);
void add_doctor(CLI::App& program, Commands& commands);
void add_batch(CLI::App& program, Commands& commands);
void add_bench(CLI::App& program, Commands& commands);
void add_weights(CLI::App& program, Commands& commands);

}  // namespace impasto::cli
