#include "batch/outputs.h"

#include <map>
#include <set>
#include <string_view>
#include <system_error>

#include "batch/file_hashes.h"
#include "platform/atomic_file.h"
#include "platform/part_file.h"
#include "platform/paths.h"

namespace impasto::batch {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigits = 16;
constexpr std::string_view kPart = ".part";

bool of(std::string_view text, std::string_view characters) {
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

// The name of the output that a part belongs to; "" for what is none.
std::string output_of_part(std::string_view name) {
    const std::size_t part = name.rfind(kPart);
    if (part == std::string_view::npos || part < kDigits + 2) return "";
    const std::string_view extension = name.substr(part + kPart.size());
    const std::string_view output = name.substr(0, part - kDigits - 1);
    if (name[part - kDigits - 1] != '.' || !output.ends_with(extension) ||
        !of(name.substr(part - kDigits, kDigits), "0123456789abcdef")) {
        return "";
    }
    return std::string(output);
}

// "out.png.1234.tmp" -> "out.png"; "" for what is not a temporary file.
std::string without_tmp(std::string_view name) {
    constexpr std::string_view kTmp = ".tmp";
    if (!name.ends_with(kTmp)) return "";
    name.remove_suffix(kTmp.size());
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || !of(name.substr(dot + 1), "0123456789")) return "";
    return std::string(name.substr(0, dot));
}

// Of files alone: what has folders in it was not made here.
void remove_folder(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        std::error_code unknown;
        if (entry->is_directory(unknown)) return;
        files.push_back(entry->path());
    }
    for (const fs::path& file : files) fs::remove(file, error);
    fs::remove(folder, error);
}

// Whether an output may take the place of what is there: nothing, or a folder of files of which
// `ours(name)` is true. kOutput.
template <typename Ours>
Status check_replaceable(const fs::path& output, Ours&& ours) {
    const auto refused = [&](const std::string& why) {
        return Error{ErrorCode::kOutput,
                     "cannot write '" + platform::path_to_utf8(output) + "': " + why};
    };
    std::error_code error;
    if (!fs::exists(output, error)) return {};
    if (!fs::is_directory(output, error)) return refused("there is a file of that name");
    fs::directory_iterator entry(output, error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        const fs::path name = entry->path().filename();
        std::error_code unknown;
        const bool replaced = is_the_desktops(name) || ours(name);
        if (entry->is_regular_file(unknown) && replaced) continue;
        return refused("there is '" + platform::path_to_utf8(name) +
                       "' in that folder, which is none of the maps; name a folder of its own");
    }
    return error ? Status(refused("the folder there cannot be read: " + error.message()))
                 : Status();
}

// "a.mip3.png" -> "a.png"; others as they are. (texture/material/save_material.cpp names them.)
fs::path without_mip(const fs::path& name) {
    const fs::path stem = name.stem();
    const std::string mip = platform::path_to_utf8(stem.extension());
    constexpr std::string_view kMip = ".mip";
    if (!mip.starts_with(kMip) || !of(std::string_view(mip).substr(kMip.size()), "0123456789")) {
        return name;
    }
    fs::path whole = stem.stem();
    whole += name.extension();
    return whole;
}

Status replace_folder(const fs::path& part, const fs::path& output, bool known) {
    std::error_code error;
    if (!fs::exists(output, error)) return platform::rename_folder(part, output);
    IMPASTO_TRY(check_replaceable(output, [&](const fs::path& name) {
        return known || fs::is_regular_file(part / without_mip(name), error);
    }));
    const fs::path old = platform::temporary_name(output);
    remove_folder(old);
    IMPASTO_TRY(platform::rename_folder(output, old));
    if (Status status = platform::rename_folder(part, output); !status) {
        (void)platform::rename_folder(old, output);
        return status;
    }
    remove_folder(old);
    return {};
}

void remove_unless_held(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(fs::symlink_status(path, error))) {
        remove_folder(path);
        return;
    }
    // A process that writes it holds it.
    const auto file = platform::PartFile::open(path);
    std::error_code ignored;
    if (file) fs::remove(path, ignored);
}

void clean(const fs::path& folder, const std::set<std::string>& outputs) {
    std::vector<fs::path> stale;
    std::error_code error;
    fs::directory_iterator entry(folder.empty() ? fs::path(".") : folder, error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        const std::string name = platform::path_to_utf8(entry->path().filename());
        const std::string written = without_tmp(name);
        const std::string output = output_of_part(written.empty() ? name : written);
        if (!outputs.contains(output) && !outputs.contains(written)) continue;
        stale.push_back(folder / entry->path().filename());
    }
    for (const fs::path& path : stale) {
        // replace_folder was cut off between its two renames.
        const fs::path output =
            folder / platform::path_from_utf8(without_tmp(platform::path_to_utf8(path.filename())));
        if (fs::is_directory(path, error) &&
            outputs.contains(platform::path_to_utf8(output.filename())) &&
            !fs::exists(output, error)) {
            (void)platform::rename_folder(path, output);
            continue;
        }
        remove_unless_held(path);
    }
}

}  // namespace

fs::path part_name(const fs::path& output, const std::string& fingerprint) {
    fs::path name = output.filename();
    name += "." + fingerprint.substr(0, kDigits) + std::string(kPart);
    name += output.extension();
    return output.parent_path() / name;
}

Status check_file(const fs::path& output) {
    std::error_code error;
    if (!fs::is_directory(output, error)) return {};
    return Error{ErrorCode::kOutput, "cannot write '" + platform::path_to_utf8(output) +
                                         "': there is a folder of that name"};
}

Status check_folder(const fs::path& output, bool known,
                    const std::function<bool(const std::string&)>& written) {
    return check_replaceable(output, [&](const fs::path& name) {
        return known || written(platform::path_to_utf8(name));
    });
}

Status publish(const fs::path& part, const fs::path& output, bool known) {
    std::error_code error;
    if (fs::is_directory(part, error)) return replace_folder(part, output, known);
    return platform::replace_file(part, output);
}

bool is_unfinished(std::string_view name) {
    return !output_of_part(name).empty() || !without_tmp(name).empty();
}

void remove_stale(const std::vector<fs::path>& outputs) {
    std::map<fs::path, std::set<std::string>> folders;
    for (const fs::path& output : outputs) {
        folders[output.parent_path()].insert(platform::path_to_utf8(output.filename()));
    }
    for (const auto& [folder, names] : folders) clean(folder, names);
}

}  // namespace impasto::batch
