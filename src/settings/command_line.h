// The line of a shell that makes a picture again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/options.h"
#include "settings/settings.h"

namespace impasto::settings {

// As one word of a POSIX shell: in single quotes where it holds more than letters, digits and
// _ @ % + = : , . / -
std::string shell_quoted(std::string_view word);

// "impasto stylize CONTENT STYLE... -o OUTPUT --size 1024 ...": with every option that makes a
// picture what it is and has another value than its default. Where it is typed, with these files,
// it gives the same bytes on the same device. Paths stand as they are: relative ones count from the
// folder where the program ran. Without an `output` there is no -o.
std::string command_line(const Options& options, const std::string& content,
                         const std::vector<std::string>& styles, const std::string& output);
std::string command_line(const Settings& settings, const std::string& content,
                         const std::vector<std::string>& styles, const std::string& output);

}  // namespace impasto::settings
