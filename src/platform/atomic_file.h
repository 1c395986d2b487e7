// Writing a file so that its name shows either the old bytes or all of the new ones, never a half:
// into a temporary file beside it, synced, then renamed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "base/result.h"
#include "platform/part_file.h"

namespace impasto::platform {

// "out.png" -> "out.png.4711.tmp": what `path` is called while it is written. The process's number
// keeps two programs that write the same name apart.
std::filesystem::path temporary_name(const std::filesystem::path& path);

class AtomicFile {
  public:
    AtomicFile() = default;
    ~AtomicFile();  // removes the temporary file of what was not committed
    AtomicFile(AtomicFile&& other) noexcept = default;
    AtomicFile& operator=(AtomicFile&& other) noexcept;

    // Begins to write `path`, or what it links to. The folder must exist. kOutput.
    static Result<AtomicFile> open(const std::filesystem::path& path);

    Status write(std::span<const std::byte> bytes);
    // Everything is on the disk and under its name when this returns without an error.
    Status commit();

  private:
    void discard();
    std::filesystem::path path_;
    PartFile file_;
};

// All of the above for bytes that are already there. kOutput.
Status write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);

}  // namespace impasto::platform
