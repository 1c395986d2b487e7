// The command line as UTF-8.
#pragma once

#include <string>
#include <vector>

namespace impasto::platform {

// main's arguments without the program's name. On Windows they are asked for anew, since argv comes
// in a code page that cannot hold every file's name; the console is switched to UTF-8 too.
std::vector<std::string> utf8_arguments(int argc, char** argv);

}  // namespace impasto::platform
