// Names made from a pattern: "out/{stem}-{style}.png".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace impasto::batch {

using Placeholders = std::vector<std::pair<std::string, std::string>>;

// Puts the values in; {{ and }} are braces. kInput for a placeholder that is not among `values`.
Result<std::string> fill(std::string_view pattern, const Placeholders& values);

}  // namespace impasto::batch
