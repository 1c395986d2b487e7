// What goes to stdout and stderr besides progress: results, notes, tables, units.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace impasto::cli {

// Results, on stdout. kOutput when they cannot be written (a full disk behind a '>').
Status print(std::string_view text);

// One line for people, on stderr.
void note(std::string_view line);

// "impasto: line" on stderr: errors, and what must be said even with --quiet.
void complain(std::string_view line);

using TableRow = std::vector<std::string>;
// Columns as wide as they need, two spaces between, none at the ends of lines; the first row is the
// heading, underlined.
std::string table(const std::vector<TableRow>& rows);

// "80.1 MB"
std::string bytes_text(std::uint64_t bytes);
// "12 s", "3:07", "1:02:03"
std::string duration_text(double seconds);

}  // namespace impasto::cli
