// The options of one command: each is declared once, with the variable it sets, and from that come
// the parsing, the checks, the preset keys and the help with its defaults.
//
// CLI11 splits the command line and nothing more: what a value may be is judged here, so that a
// value from a preset file is held to the same rules and gets the same messages.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/numbers.h"

// CLI11's header takes seconds to compile; only options.cpp, command.cpp and main.cpp see it.
namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace impasto::cli {

// What a value is in a preset file. Lists are also taken as text, as on the command line.
enum class ValueKind { kInteger, kNumber, kIntegers, kNumbers, kText, kTextOrInteger };

enum class PresetUse {
    kNone,     // of this run alone: where the result goes, what is shown
    kMachine,  // may stand in a preset; is not written into pictures
    kPicture   // makes the picture what it is
};

struct Option {
    std::string name;  // "size", for --size
    std::string left;  // "-o, --output FILE", as the help shows it
    std::string group;
    std::string help;
    ValueKind kind = ValueKind::kText;
    PresetUse preset = PresetUse::kNone;
    // Messages follow "--size: ".
    std::function<Status(std::string_view)> set;
    // The value as text that `set` takes; "" for none.
    std::function<std::string()> get;
    std::string given;  // on the command line
    CLI::Option* parsed = nullptr;
};

class Options {
  public:
    explicit Options(CLI::App& app) : app_(app) {}
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;

    // What is declared from now on stands under this heading in the help.
    void group(std::string heading) { group_ = std::move(heading); }

    // `names`: "--size" or "-o,--output"; `placeholder`: "N". The variables must outlive this.
    Option& add(const std::string& names, const std::string& placeholder, ValueKind kind,
                std::string help, std::function<Status(std::string_view)> set,
                std::function<std::string()> get);
    template <typename Unsigned>
    Option& integer(const std::string& names, const std::string& placeholder, IntegerRange range,
                    Unsigned& value, std::string help);
    Option& number(const std::string& names, const std::string& placeholder, NumberRange range,
                   float& value, std::string help);
    Option& text(const std::string& names, const std::string& placeholder, std::string& value,
                 std::string help);
    template <typename Enum>
    Option& choice(const std::string& names,
                   const std::vector<std::pair<std::string, Enum>>& choices, Enum& value,
                   std::string help);
    void flag(const std::string& names, bool& value, std::string help);
    // The same option several times, each with one value.
    void repeated(const std::string& names, const std::string& placeholder,
                  std::vector<std::string>& values, std::string help);
    // What stands on the command line without dashes, in order.
    void positionals(std::vector<std::string>& values);
    // More of these, as they stand: what follows "--" on the command line.
    Status append_positionals(const std::vector<std::string>& values);
    // A line of the help about the positionals.
    void describe_positional(std::string left, std::string help);

    // Sets what the command line gave, in the order of declaration.
    Status read_command_line();

    const std::vector<std::unique_ptr<Option>>& all() const { return options_; }
    Option* find(std::string_view name) const;
    std::vector<std::string> names() const;

  private:
    Option& append(const std::string& names, const std::string& placeholder, std::string help);

    CLI::App& app_;
    std::string group_ = "Options";
    std::vector<std::unique_ptr<Option>> options_;     // their addresses stay
    std::vector<std::string>* positionals_ = nullptr;  // where they go
};

// "max, avg or min"
std::string or_list(const std::vector<std::string>& words);

template <typename Unsigned>
Option& Options::integer(const std::string& names, const std::string& placeholder,
                         IntegerRange range, Unsigned& value, std::string help) {
    return add(
        names, placeholder, ValueKind::kInteger, std::move(help),
        [&value, range](std::string_view given) -> Status {
            const auto number = parse_integer(given, range);
            if (!number) return number.error();
            value = static_cast<Unsigned>(*number);
            return {};
        },
        [&value] { return std::to_string(value); });
}

template <typename Enum>
Option& Options::choice(const std::string& names,
                        const std::vector<std::pair<std::string, Enum>>& choices, Enum& value,
                        std::string help) {
    std::vector<std::string> words;
    std::string placeholder;
    for (const auto& [word, meaning] : choices) {
        words.push_back(word);
        placeholder += (placeholder.empty() ? "" : "|") + word;
    }
    return add(
        names, placeholder, ValueKind::kText, std::move(help),
        [&value, choices, words](std::string_view given) -> Status {
            for (const auto& [word, meaning] : choices) {
                if (word == given) {
                    value = meaning;
                    return {};
                }
            }
            return Error{ErrorCode::kInvalidArgument,
                         "'" + std::string(given) + "' is not one of " + or_list(words)};
        },
        [&value, choices] {
            for (const auto& [word, meaning] : choices) {
                if (meaning == value) return word;
            }
            return std::string();
        });
}

}  // namespace impasto::cli
