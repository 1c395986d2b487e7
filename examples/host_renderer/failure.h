// What ends the program: one line for the user and an exit code. Everything that must be released
// has a destructor, so an exception from anywhere leaves nothing behind.
#pragma once

#include <stdexcept>
#include <string>

namespace host {

// The codes are those of the impasto program, which are ImpastoResult's with the sign turned.
enum ExitCode {
    kBug = 1,       // or a driver's
    kUsage = 2,     // an option is unknown or out of its range
    kInput = 3,     // a file is missing, damaged, or without what is needed of it
    kOutput = 4,    // a file cannot be written
    kNoDevice = 6,  // no Vulkan device or window that would do
    kOutOfMemory = 7,
    kDeviceLost = 8,
};

struct Failure : std::runtime_error {
    Failure(int code, const std::string& line) : std::runtime_error(line), exit_code(code) {}
    int exit_code;
};

}  // namespace host
