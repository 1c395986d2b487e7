// What the program needs to know of the terminal it runs in.
#pragma once

#include <cstdio>

namespace impasto::platform {

// Whether `stream` (stdout, stderr) is a terminal that redraws a line on '\r'; false for a pipe, a
// file, and a terminal that calls itself dumb.
bool is_terminal(std::FILE* stream);

// Columns of the terminal behind `stream`; `fallback` where there is none.
int terminal_width(std::FILE* stream, int fallback = 80);

}  // namespace impasto::platform
