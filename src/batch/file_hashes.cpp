#include "batch/file_hashes.h"

#include <algorithm>
#include <span>
#include <system_error>
#include <vector>

#include "base/sha256.h"
#include "platform/mapped_file.h"
#include "platform/paths.h"

namespace impasto::batch {

namespace fs = std::filesystem;

namespace {

// In the order of their names; nothing where there is anything else.
std::optional<std::vector<fs::path>> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        std::error_code unknown;
        if (!entry->is_regular_file(unknown)) return std::nullopt;
        if (!is_the_desktops(entry->path())) files.push_back(entry->path());
    }
    if (error) return std::nullopt;
    std::sort(files.begin(), files.end());
    return files;
}

void add(FileState& folder, const FileState& file) {
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;  // odd, so that nothing is lost
    folder.bytes += file.bytes;
    folder.modified =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(folder.modified) * kFactor +
                                  static_cast<std::uint64_t>(file.modified));
}

}  // namespace

bool is_the_desktops(const fs::path& file) {
    const std::string name = platform::path_to_utf8(file.filename());
    return name == ".DS_Store" || name == "Thumbs.db" || name == "desktop.ini" ||
           name == ".directory" || name.starts_with("._");
}

std::optional<FileState> look_at(const fs::path& path, Holds what) {
    std::error_code error;
    if (what == Holds::kFolder) {
        const auto files = files_in(path);
        if (!files) return std::nullopt;
        FileState state;
        for (const fs::path& file : *files) {
            const auto one = look_at(file);
            if (!one) return std::nullopt;
            add(state, *one);
        }
        return state;
    }
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    FileState state;
    state.bytes = fs::file_size(path, error);
    if (error) return std::nullopt;
    state.modified =
        static_cast<std::int64_t>(fs::last_write_time(path, error).time_since_epoch().count());
    if (error) return std::nullopt;
    return state;
}

Result<FileState> FileHashes::of_folder(const fs::path& folder) {
    const auto files = files_in(folder);
    if (!files) {
        return Error{ErrorCode::kInput, "cannot read the folder '" +
                                            platform::path_to_utf8(folder) +
                                            "': there are not only files in it"};
    }
    FileState state;
    Sha256 sum;
    for (const fs::path& file : *files) {
        const auto one = get(file);
        if (!one) return one;
        add(state, *one);
        const std::string line = one->sha256 + " " + platform::path_to_utf8(file.filename()) + "\n";
        sum.update(std::as_bytes(std::span(line)));
    }
    state.sha256 = sum.finish();
    return state;
}

Result<FileState> FileHashes::get(const fs::path& path, Holds what) {
    if (what == Holds::kFolder) return of_folder(path);
    const std::optional<FileState> now = look_at(path);
    if (now) {
        const std::lock_guard lock(mutex_);
        const auto known = known_.find(path);
        if (known != known_.end() && known->second.same_times(*now)) return known->second;
    }
    const auto file = platform::MappedFile::open(path);
    if (!file) return file.error();
    FileState state;
    state.sha256 = sha256_hex(file->bytes());
    // The times from before it was read: what changes meanwhile is read again the next time.
    if (now) {
        state.bytes = now->bytes;
        state.modified = now->modified;
        const std::lock_guard lock(mutex_);
        known_[path] = state;
    }
    return state;
}

void FileHashes::believe(const fs::path& path, const FileState& state) {
    const std::lock_guard lock(mutex_);
    known_[path] = state;
}

}  // namespace impasto::batch
