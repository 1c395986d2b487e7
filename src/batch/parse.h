// A JSON text as a tree, read strictly.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/result.h"

namespace impasto::batch {

// kInput, with a message that follows "'jobs.json': ": what is no JSON (with the line), nested
// deeper than a file of jobs can be, has a name twice in one object, a number too large for a
// double, or a zero character in a text.
Result<nlohmann::ordered_json> parse_strictly(std::string_view text);

}  // namespace impasto::batch
