// What the program's exit code says, so that a script can tell a bad picture from a lost device.
#pragma once

#include <string>

#include "base/result.h"
#include "platform/interrupt.h"

namespace impasto::cli {

// 128 and the signal's number, as shells report it.
inline constexpr int kExitInterrupted = 130;
inline constexpr int kExitTerminated = 143;

// Errors exit with their kind's number, which is ImpastoResult's with the sign turned.
inline int exit_code(ErrorCode code) {
    if (code != ErrorCode::kCancelled) return static_cast<int>(code);
    return platform::terminated() ? kExitTerminated : kExitInterrupted;
}

inline std::string stopped_by() {
    return platform::terminated() ? "stopped by SIGTERM" : "stopped by Ctrl-C";
}

inline constexpr const char* kExitCodesHelp =
    "Exit codes:\n"
    "  0    success\n"
    "  1    a bug in Impasto or a driver; 'doctor': an operation is wrong on this device\n"
    "  2    an option is unknown or out of its range\n"
    "  3    a file to read is missing, damaged or not what it should be\n"
    "  4    a file cannot be written (folder missing, no permission, disk full)\n"
    "  5    a weights file is damaged, or lacks a layer that was asked for\n"
    "  6    no Vulkan driver, or no device that fits\n"
    "  7    out of device or host memory; the message names a size that fits\n"
    "  8    the driver gave the device up\n"
    "  9    a download failed\n"
    "  130  stopped by Ctrl-C\n"
    "  143  stopped by SIGTERM\n";

}  // namespace impasto::cli
