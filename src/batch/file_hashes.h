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

enum class Holds { kFile, kFolder };

// Of a file that a desktop leaves in the folders it shows (".DS_Store", "Thumbs.db"): it is
// nobody's.
bool is_the_desktops(const std::filesystem::path& file);

// Size and time alone, without the hash; nothing where there is no regular file. Of a folder, the
// sum of its files' sizes and a mixture of their times, without the desktop's; nothing where it
// holds anything else.
std::optional<FileState> look_at(const std::filesystem::path& path, Holds what = Holds::kFile);

// Thread-safe.
class FileHashes {
  public:
    // The state of `path`, read again only where its size or its time is another than before. The
    // hash of a folder is over the names and the hashes of its files. kInput.
    Result<FileState> get(const std::filesystem::path& path, Holds what = Holds::kFile);
    // Takes an earlier run's word: a file of this size and time is not read.
    void believe(const std::filesystem::path& path, const FileState& state);

  private:
    Result<FileState> of_folder(const std::filesystem::path& folder);

    std::mutex mutex_;
    std::map<std::filesystem::path, FileState> known_;
};

}  // namespace impasto::batch
