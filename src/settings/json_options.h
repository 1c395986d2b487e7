// Options' values as they stand in JSON: in presets and in a batch's jobs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "settings/options.h"

namespace impasto::settings {

// What a value of this kind must be, for a message: "a whole number or a list of them".
const char* expected(ValueKind kind);

// A value for a message, cut to a line; lists of lists, which may be deep, only by their kind.
std::string shown(const nlohmann::ordered_json& value);

// A text, or a list of at least one, none of them empty; nothing for anything else.
std::optional<std::vector<std::string>> texts_of(const nlohmann::ordered_json& value);

// What an option with a value, a flag or one that may be repeated holds: a text that `set` takes, a
// truth value, a list of texts.
nlohmann::ordered_json json_of(const Option& option);

// Sets an option from a value of JSON, held to the same rules as one from the command line. A flag
// takes true or false, one that may be repeated a text or a list of them.
// kInput: the wrong type, or out of its range; the message begins with the option's name.
Status set_from_json(Option& option, const nlohmann::ordered_json& value);

}  // namespace impasto::settings
