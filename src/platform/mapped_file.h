// A whole file as read-only memory, paged in as it is touched.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "base/result.h"

namespace impasto::platform {

class MappedFile {
  public:
    MappedFile() = default;
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;

    // Maps the regular file `path`. kInput for what is missing, unreadable, a folder, a pipe or
    // empty. Another program that shortens the file while it is mapped ends this one (SIGBUS), as
    // with every mapped file; Impasto itself only ever replaces files whole.
    static Result<MappedFile> open(const std::filesystem::path& path);

    std::span<const std::byte> bytes() const { return {data_, size_}; }

  private:
    void close();
    const std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace impasto::platform
