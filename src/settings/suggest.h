// "did you mean": the known word nearest to one that was mistyped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace impasto::settings {

// "; did you mean 'size'?", or "" where nothing is near enough. `before` goes in front of the word
// that is shown: "--".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         std::string_view before = "");

}  // namespace impasto::settings
