// Options: each is declared once, with the variable it sets, and from that come the checks, the
// preset keys, the help with its defaults, and what src/cli hands to its parser.
//
// What a value may be is judged here, so that one from a preset file or a panel is held to the same
// rules as one from the command line, and gets the same messages.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "settings/numbers.h"

namespace impasto::settings {

// What a value is in a preset file. Lists are also taken as text, as on the command line.
enum class ValueKind { kInteger, kNumber, kIntegers, kNumbers, kText, kTextOrInteger };

enum class PresetUse {
    kNone,     // of this run alone: where the result goes, what is shown
    kMachine,  // may stand in a preset; is not written into pictures
    kPicture   // makes the picture what it is
};

struct Option {
    std::string names;  // "-o,--output"; "--" for a positional's line in the help
    std::string name;   // "output"; "" for such a line
    std::string left;   // "-o, --output FILE", as the help shows it
    std::string group;
    std::string help;
    bool hidden = false;  // no line in the help: a preset may hold it, but it says nothing here
    ValueKind kind = ValueKind::kText;
    PresetUse preset = PresetUse::kNone;

    // Of an option with a value. Messages follow "--size: ".
    std::function<Status(std::string_view)> set;
    // The value as text that `set` takes; "" for none.
    std::function<std::string()> get;
    // What of it goes into a picture; where it is missing, all.
    std::function<std::string()> get_public;
    std::string initial;  // what `get` gave when it was declared: the default

    bool* flag = nullptr;                        // of one without a value
    std::vector<std::string>* values = nullptr;  // of one that may be repeated
};

class Options {
  public:
    Options() = default;
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
    void positionals(std::vector<std::string>& values) { positionals_ = &values; }
    // A line of the help about the positionals.
    void describe_positional(std::string left, std::string help);

    const std::vector<std::unique_ptr<Option>>& all() const { return options_; }
    // Where the positionals go; null where there are none.
    std::vector<std::string>* positionals() const { return positionals_; }
    Option* find(std::string_view name) const;
    std::vector<std::string> names() const;

  private:
    Option& append(const std::string& names, const std::string& placeholder, std::string help);

    std::string group_ = "Options";
    std::vector<std::unique_ptr<Option>> options_;  // their addresses stay
    std::vector<std::string>* positionals_ = nullptr;
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

}  // namespace impasto::settings
