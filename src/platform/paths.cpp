#include "platform/paths.h"

#include <cstdlib>
#include <system_error>

#include "platform/file_error.h"
#include "platform/windows_headers.h"

namespace impasto::platform {
namespace {

namespace fs = std::filesystem;

#ifdef _WIN32
fs::path folder_from_environment(const wchar_t* name) {
    const wchar_t* value = _wgetenv(name);
    return value != nullptr ? fs::path(value) : fs::path();
}
#else
// The XDG rule: a relative path in these variables is to be ignored.
fs::path folder_from_environment(const char* name) {
    const char* value = std::getenv(name);
    fs::path folder = value != nullptr ? fs::path(value) : fs::path();
    return folder.is_absolute() ? folder : fs::path();
}
#endif

}  // namespace

fs::path path_from_utf8(std::string_view text) {
    return fs::path(std::u8string(text.begin(), text.end()));
}

std::string path_to_utf8(const fs::path& path) {
    const std::u8string text = path.u8string();
    return std::string(text.begin(), text.end());
}

Result<fs::path> user_cache_folder() {
#ifdef _WIN32
    if (const fs::path local = folder_from_environment(L"LOCALAPPDATA"); !local.empty()) {
        return local / "impasto" / "cache";
    }
    return Error{ErrorCode::kOutput, "no cache folder: the variable LOCALAPPDATA is not set"};
#else
#ifndef __APPLE__
    if (const fs::path cache = folder_from_environment("XDG_CACHE_HOME"); !cache.empty()) {
        return cache / "impasto";
    }
#endif
    const fs::path home = folder_from_environment("HOME");
    if (home.empty()) {
        return Error{ErrorCode::kOutput, "no cache folder: the variable HOME is not set"};
    }
#ifdef __APPLE__
    return home / "Library" / "Caches" / "impasto";
#else
    return home / ".cache" / "impasto";
#endif
#endif
}

Status make_folders(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return file_error(ErrorCode::kOutput, "cannot make the folder", folder, error.value());
    }
    return {};
}

Result<std::uint64_t> free_disk_space(const fs::path& path) {
    std::error_code error;
    fs::path at = fs::absolute(path, error);
    while (!error && !fs::exists(at, error) && at.has_parent_path() && at != at.parent_path()) {
        at = at.parent_path();
    }
    const fs::space_info space = fs::space(at, error);
    if (error) {
        return file_error(ErrorCode::kOutput, "cannot tell the free space at", path, error.value());
    }
    return static_cast<std::uint64_t>(space.available);
}

Result<fs::path> follow_links(const fs::path& path) {
    constexpr int kMostLinks = 40;  // as Linux
    fs::path at = path;
    std::error_code error;
    for (int i = 0; i < kMostLinks; ++i) {
        if (!fs::is_symlink(fs::symlink_status(at, error))) {
            return at;
        }
        const fs::path target = fs::read_symlink(at, error);
        if (error) {
            return file_error(ErrorCode::kOutput, "cannot write", path, error.value());
        }
        at = at.parent_path() / target;  // an absolute target takes the place of all
    }
    return Error{ErrorCode::kOutput, "cannot write '" + path_to_utf8(path) +
                                         "': its links lead in a circle; name another file"};
}

Status replace_file(const fs::path& from, const fs::path& to) {
#ifdef _WIN32
    if (MoveFileExW(from.c_str(), to.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) {
        return {};
    }
    return file_error(ErrorCode::kOutput, "cannot write", to, last_system_error());
#else
    std::error_code error;
    fs::rename(from, to, error);
    if (error) {
        return file_error(ErrorCode::kOutput, "cannot write", to, error.value());
    }
    return {};
#endif
}

}  // namespace impasto::platform
