// A file that is written front to back, can be left half done and taken up again later, and is
// held by one process at a time. Downloads go into one; AtomicFile writes through one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "base/result.h"

namespace impasto::platform {

class PartFile {
  public:
    PartFile() = default;
    ~PartFile();
    PartFile(PartFile&& other) noexcept;
    PartFile& operator=(PartFile&& other) noexcept;

    // Opens `path` for appending, makes it where it is missing, and locks it until closed.
    // Messages name `shown`, where it is given. kOutput; says so where another process holds it.
    static Result<PartFile> open(const std::filesystem::path& path,
                                 const std::filesystem::path& shown = {});

    bool is_open() const { return handle_ != kClosed; }
    const std::filesystem::path& path() const { return path_; }
    std::uint64_t size() const { return size_; }

    // Adds to the end. On an error (a full disk) size() is what did get written.
    Status append(std::span<const std::byte> bytes);
    // Cuts to `size` bytes, which is at most size().
    Status truncate(std::uint64_t size);
    // Waits until the bytes are on the disk, so that a rename after it never shows half a file.
    Status sync();
    void close();

  private:
    static constexpr std::intptr_t kClosed = -1;
    std::filesystem::path path_;
    std::filesystem::path shown_;
    std::intptr_t handle_ = kClosed;  // a descriptor, or a HANDLE on Windows
    std::uint64_t size_ = 0;
};

}  // namespace impasto::platform
