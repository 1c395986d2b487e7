#include "batch/file_hashes.h"

#include <system_error>

#include "base/sha256.h"
#include "platform/mapped_file.h"

namespace impasto::batch {

namespace fs = std::filesystem;

std::optional<FileState> look_at(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    FileState state;
    state.bytes = fs::file_size(path, error);
    if (error) return std::nullopt;
    state.modified =
        static_cast<std::int64_t>(fs::last_write_time(path, error).time_since_epoch().count());
    if (error) return std::nullopt;
    return state;
}

Result<FileState> FileHashes::get(const fs::path& path) {
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
