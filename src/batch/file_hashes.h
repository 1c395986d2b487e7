// What files hold, by SHA-256, read once a run however many jobs share them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"

namespace impasto::batch {

struct FileState {
    std::uint64_t bytes = 0;
    std::int64_t modified = 0;  // as the file system counts
    std::string sha256;

    bool same_times(const FileState& other) const {
        return bytes == other.bytes && modified == other.modified;
    }
};

// Size and time alone, without the hash; nothing where there is no regular file.
std::optional<FileState> look_at(const std::filesystem::path& path);

// Thread-safe.
class FileHashes {
  public:
    // The state of `path`, read again only where its size or its time is another than before.
    // kInput.
    Result<FileState> get(const std::filesystem::path& path);
    // Takes an earlier run's word: a file of this size and time is not read.
    void believe(const std::filesystem::path& path, const FileState& state);

  private:
    std::mutex mutex_;
    std::map<std::filesystem::path, FileState> known_;
};

}  // namespace impasto::batch
