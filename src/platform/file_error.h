// The operating system's last error about a file as an Error with one clear line.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace impasto::platform {

// The last error of the calling thread: errno, or GetLastError() on Windows. Take it right after
// the failed call.
int last_system_error();

// "cannot read 'x.pth': no such file". `doing` is a verb phrase such as "cannot read".
// A full disk and a missing permission get a hint about what to do.
Error file_error(ErrorCode code, const char* doing, const std::filesystem::path& path,
                 int system_error);

}  // namespace impasto::platform
