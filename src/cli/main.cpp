// The impasto program: finds the command, hands it its part of the command line, and turns what it
// returns into one line and an exit code.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/exit_codes.h"
#include "cli/help.h"
#include "cli/output.h"
#include "impasto/impasto.h"
#include "platform/arguments.h"
#include "platform/terminal.h"
#include "settings/suggest.h"

namespace impasto::cli {
namespace {

constexpr const char* kDescription =
    "Impasto paints a picture in the style of others (neural style transfer), on any Vulkan "
    "device.";

constexpr const char* kExamples =
    "Examples:\n"
    "  impasto stylize photo.jpg painting.jpg -o result.png\n"
    "  impasto stylize photo.jpg painting.jpg --size 1024 --weights vgg19\n"
    "  impasto view photo.jpg painting.jpg\n"
    "  impasto weights fetch vgg19\n"
    "\n"
    "'impasto COMMAND --help' explains a command and all of its options.\n"
    "\n";

std::string version_text() {
    const std::uint32_t version = impasto_version();
    return "impasto " + std::to_string(version >> 22) + "." +
           std::to_string((version >> 12) & 0x3ffu) + "." + std::to_string(version & 0xfffu) + "\n";
}

// Lines longer than this are hard to read, however wide the terminal is.
int help_width() { return std::clamp(platform::terminal_width(stdout) - 1, 60, 99); }

class Program {
  public:
    Program() {
        // CLI11 splits; help, checks and messages are ours, the same with every version of it.
        program_.set_help_flag();
        program_.require_subcommand(0, 1);
        add_stylize(program_, commands_);
        add_texture(program_, commands_);
        add_material(program_, commands_);
        add_batch(program_, commands_);
        add_view(program_, commands_);
        add_gltf(program_, commands_);
        add_probe(program_, commands_);
        add_devices(program_, commands_);
        add_doctor(program_, commands_);
        add_bench(program_, commands_);
        weights_.set_help_flag();
        weights_.require_subcommand(0, 1);
        add_weights(weights_, commands_);
        set_up(program_);
        set_up(weights_);
        program_.add_flag("--version", version_);
        for (const auto& command : commands_) {
            command->expect_arguments();
            set_up(command->app());
        }
    }

    int run(std::vector<std::string> arguments);

  private:
    void set_up(CLI::App& app) {
        app.set_help_flag();
        app.allow_extras();
        app.allow_windows_style_options(false);
        app.add_flag("-h,--help", help_);
    }
    std::string path_of(Command& command) const;
    std::string group_help(const CLI::App& group) const;
    Status check_extras(CLI::App& app, const std::string& path, std::vector<std::string> known);
    Status run_group(CLI::App& group);
    Command* parsed_command();
    Status dispatch(std::vector<std::string> arguments);

    CLI::App program_;
    CLI::App& weights_ = *program_.add_subcommand("weights");
    Commands commands_;
    bool help_ = false;
    bool version_ = false;
};

std::string Program::path_of(Command& command) const {
    CLI::App& app = command.app();
    return (app.get_parent() == &weights_ ? "impasto weights " : "impasto ") + app.get_name();
}

std::string Program::group_help(const CLI::App& group) const {
    std::vector<HelpLine> lines;
    for (const auto& command : commands_) {
        if (command->app().get_parent() == &group) {
            lines.push_back({command->app().get_name(), command->summary()});
        }
    }
    if (&group == &weights_) {
        return "Usage: impasto weights COMMAND [options]\n\n"
               "The encoders' weights: what there is, what a file holds, fetching and converting.\n"
               "\nCommands:\n" +
               list_help(lines, help_width());
    }
    lines.push_back({"weights", "list, inspect, fetch and convert encoders' weights"});
    return "Usage: impasto COMMAND [options]\n\n" + std::string(kDescription) + "\n\nCommands:\n" +
           list_help(lines, help_width()) + "\nOptions:\n" +
           list_help(
               {{"-h, --help", "this text; also after a command"}, {"--version", "the version"}},
               help_width()) +
           "\n" + kExamples + kExitCodesHelp;
}

Status Program::check_extras(CLI::App& app, const std::string& path,
                             std::vector<std::string> known) {
    const std::vector<std::string> extras = app.remaining();
    if (extras.empty()) return {};
    const auto option = std::find_if(extras.begin(), extras.end(), [](const std::string& extra) {
        return extra.size() > 1 && extra.starts_with('-');
    });
    if (option == extras.end()) {
        return Error{ErrorCode::kInvalidArgument,
                     "unexpected argument '" + extras.front() + "'; see '" + path + " --help'"};
    }
    known.emplace_back("help");
    const std::string name = option->substr(0, option->find('='));
    std::string suggestion;
    if (name.starts_with("--")) suggestion = settings::did_you_mean(name.substr(2), known, "--");
    return Error{ErrorCode::kInvalidArgument,
                 "unknown option '" + name + "'" +
                     (suggestion.empty() ? "; see '" + path + " --help'" : suggestion)};
}

// No command was given to `group`, or an unknown one.
Status Program::run_group(CLI::App& group) {
    if (version_) return print(version_text());
    if (help_) return print(group_help(group));
    const std::vector<std::string> extras = group.remaining();
    const std::string path = &group == &weights_ ? "impasto weights" : "impasto";
    if (extras.empty()) {
        note(group_help(group));
        return Error{ErrorCode::kInvalidArgument, "no command was given"};
    }
    if (extras.front().starts_with('-')) return check_extras(group, path, {"version"});
    std::vector<std::string> known{"weights"};
    for (const auto& command : commands_) {
        if (command->app().get_parent() == &group) known.push_back(command->app().get_name());
    }
    std::string suggestion = settings::did_you_mean(extras.front(), known);
    if (suggestion.empty() && extras.size() > 1 && &group == &program_) {
        suggestion = "; to paint a picture: impasto stylize CONTENT STYLE";
    }
    return Error{ErrorCode::kInvalidArgument,
                 "unknown command '" + extras.front() + "'" +
                     (suggestion.empty() ? "; see '" + path + " --help'" : suggestion)};
}

Command* Program::parsed_command() {
    for (const auto& command : commands_) {
        if (command->app().parsed()) return command.get();
    }
    return nullptr;
}

Status Program::dispatch(std::vector<std::string> arguments) {
    // What follows "--" is no option, whatever it looks like. CLI11 would report the mark itself
    // among what it does not know.
    const auto mark = std::find(arguments.begin(), arguments.end(), "--");
    const bool marked = mark != arguments.end();
    const std::vector<std::string> plain(marked ? mark + 1 : mark, arguments.end());
    arguments.erase(mark, arguments.end());
    std::string problem;
    try {
        std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
        program_.parse(std::move(arguments));
    } catch (const CLI::ArgumentMismatch& error) {
        // "--size: 1 required TEXT missing"
        const std::string text = error.what();
        problem = text.substr(0, text.find(':')) + " needs a value";
    } catch (const CLI::ParseError& error) {
        problem = error.what();
        std::replace(problem.begin(), problem.end(), '\n', ' ');
    }
    Command* command = parsed_command();
    const std::string path = command != nullptr ? path_of(*command) : "impasto";
    if (!problem.empty()) {
        return Error{ErrorCode::kInvalidArgument, problem + "; see '" + path + " --help'"};
    }
    if (command == nullptr) return run_group(weights_.parsed() ? weights_ : program_);
    if (help_) return print(command_help(path, *command, help_width()));
    IMPASTO_TRY(check_extras(command->app(), path, command->options().names()));
    IMPASTO_TRY(command->arguments().append_positionals(plain));
    return command->run();
}

int Program::run(std::vector<std::string> arguments) {
    const Status status = dispatch(std::move(arguments));
    if (status) return 0;
    complain(status.error().message);
    return exit_code(status.error().code);
}

}  // namespace
}  // namespace impasto::cli

int main(int argc, char** argv) {
    using impasto::ErrorCode;
    using impasto::cli::complain;
    try {
        return impasto::cli::Program().run(impasto::platform::utf8_arguments(argc, argv));
    } catch (const std::bad_alloc&) {
        complain("not enough memory");
        return impasto::cli::exit_code(ErrorCode::kOutOfMemory);
    } catch (const std::exception& error) {
        complain(std::string("a bug in Impasto, please report it: ") + error.what());
        return impasto::cli::exit_code(ErrorCode::kInternal);
    }
}
