#include "platform/file_error.h"

#include <cerrno>
#include <string>
#include <system_error>

#include "platform/paths.h"
#include "platform/windows_headers.h"

namespace impasto::platform {
namespace {

std::string reason(int system_error) {
    const std::error_code error(system_error, std::system_category());
    if (error == std::errc::no_such_file_or_directory) {
        return "no such file or folder";
    }
    if (error == std::errc::is_a_directory) {
        return "it is a folder";
    }
    if (error == std::errc::not_a_directory) {
        return "a part of the path is a file, not a folder";
    }
    if (error == std::errc::permission_denied || error == std::errc::operation_not_permitted) {
        return "permission denied";
    }
    if (error == std::errc::read_only_file_system) {
        return "the file system is read-only";
    }
    if (error == std::errc::no_space_on_device) {
        return "the disk is full; free some space or choose another folder";
    }
#if defined(EDQUOT) && !defined(_WIN32)
    if (system_error == EDQUOT) {
        return "the disk quota is used up; free some space or choose another folder";
    }
#endif
    return error.message();
}

}  // namespace

int last_system_error() {
#ifdef _WIN32
    return static_cast<int>(GetLastError());
#else
    return errno;
#endif
}

Error file_error(ErrorCode code, const char* doing, const std::filesystem::path& path,
                 int system_error) {
    return {code, std::string(doing) + " '" + path_to_utf8(path) + "': " + reason(system_error)};
}

}  // namespace impasto::platform
