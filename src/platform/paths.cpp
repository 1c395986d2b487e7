#include "platform/paths.h"

#include <cstdlib>
#include <system_error>

#include "platform/file_error.h"
#include "platform/windows_headers.h"

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

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

#ifdef _WIN32
Result<fs::path> folder_below(const wchar_t* variable, const std::string& shown,
                              const fs::path& name, const std::string& what) {
    const fs::path base = folder_from_environment(variable);
    if (base.empty()) {
        return Error{ErrorCode::kOutput,
                     "no " + what + " folder: the variable " + shown + " is not set"};
    }
    return base / name;
}
#else
// `variable` may be null.
Result<fs::path> folder_of_home(const char* variable, const fs::path& below_home,
                                const std::string& what) {
    if (variable != nullptr) {
        if (const fs::path base = folder_from_environment(variable); !base.empty()) {
            return base / "impasto";
        }
    }
    const fs::path home = folder_from_environment("HOME");
    if (home.empty()) {
        return Error{ErrorCode::kOutput, "no " + what + " folder: the variable HOME is not set"};
    }
    return home / below_home / "impasto";
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

bool has_extension(const fs::path& path, std::string_view wanted) {
    std::string extension = path_to_utf8(path.extension());
    for (char& c : extension) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return extension == wanted;
}

bool is_picture_name(const fs::path& path) {
    return has_extension(path, ".png") || has_extension(path, ".jpg") ||
           has_extension(path, ".jpeg");
}

Result<fs::path> user_cache_folder() {
#ifdef _WIN32
    return folder_below(L"LOCALAPPDATA", "LOCALAPPDATA", fs::path("impasto") / "cache", "cache");
#elif defined(__APPLE__)
    return folder_of_home(nullptr, fs::path("Library") / "Caches", "cache");
#else
    return folder_of_home("XDG_CACHE_HOME", ".cache", "cache");
#endif
}

Result<fs::path> user_settings_folder() {
#ifdef _WIN32
    return folder_below(L"APPDATA", "APPDATA", "impasto", "settings");
#elif defined(__APPLE__)
    return folder_of_home(nullptr, fs::path("Library") / "Application Support", "settings");
#else
    return folder_of_home("XDG_CONFIG_HOME", ".config", "settings");
#endif
}

Result<fs::path> program_folder() {
#ifdef _WIN32
    std::wstring name(32768, L'\0');
    const DWORD size = GetModuleFileNameW(nullptr, name.data(), static_cast<DWORD>(name.size()));
    name.resize(size);
    const fs::path program(name);
#elif defined(__APPLE__)
    std::string name(4096, '\0');
    auto size = static_cast<std::uint32_t>(name.size());
    const fs::path program =
        _NSGetExecutablePath(name.data(), &size) == 0 ? fs::path(name.c_str()) : fs::path();
#else
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
#endif
    if (program.empty()) {
        return Error{ErrorCode::kInput, "the system does not tell where this program lies"};
    }
    return program.parent_path();
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

Status rename_folder(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (error) {
        return file_error(ErrorCode::kOutput, "cannot write", to, error.value());
    }
    return {};
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
