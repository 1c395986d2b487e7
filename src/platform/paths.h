// File names and the user's folders. Text is UTF-8 everywhere in Impasto; std::filesystem::path
// turns it into what the platform wants, so every path of a caller comes in through here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace impasto::platform {

std::filesystem::path path_from_utf8(std::string_view text);
std::string path_to_utf8(const std::filesystem::path& path);

// Whether the name ends so, in capitals or not; `wanted` in small letters, with the dot.
bool has_extension(const std::filesystem::path& path, std::string_view wanted);

// Whether the name is a picture's: it ends in .png, .jpg or .jpeg, in any case.
bool is_picture_name(const std::filesystem::path& path);

// Where Impasto keeps what it can fetch or make again: weights and pipeline caches.
// $XDG_CACHE_HOME/impasto or ~/.cache/impasto on Linux and other Unixes, ~/Library/Caches/impasto
// on macOS, %LOCALAPPDATA%\impasto\cache on Windows. Nothing is created.
// kOutput where the environment names no home at all.
Result<std::filesystem::path> user_cache_folder();

// Where a program keeps what its user set: $XDG_CONFIG_HOME/impasto or ~/.config/impasto,
// ~/Library/Application Support/impasto, %APPDATA%\impasto. As user_cache_folder() else.
Result<std::filesystem::path> user_settings_folder();

// The folder that the running program lies in. kInput where the system does not tell.
Result<std::filesystem::path> program_folder();

// Makes `folder` and its parents where they are missing. kOutput.
Status make_folders(const std::filesystem::path& folder);

// Bytes a user may still write on the disk that holds `path` (or its nearest existing parent).
Result<std::uint64_t> free_disk_space(const std::filesystem::path& path);

// What writing to `path` reaches: its links followed, the last of which may lead to nothing yet.
// kOutput where links lead in a circle.
Result<std::filesystem::path> follow_links(const std::filesystem::path& path);

// Puts `from` in the place of `to` in one step, also where `to` exists. Same folder. kOutput.
Status replace_file(const std::filesystem::path& from, const std::filesystem::path& to);

// Gives the folder `from` the name `to`, which nothing may have but an empty folder. Same parent.
// kOutput.
Status rename_folder(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace impasto::platform
