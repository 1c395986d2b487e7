#include "platform/mapped_file.h"

#include <cstdint>
#include <utility>

#include "platform/file_error.h"
#include "platform/paths.h"
#include "platform/windows_headers.h"

#ifndef _WIN32
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace impasto::platform {
namespace {

Error unreadable(const std::filesystem::path& path, const char* why) {
    return {ErrorCode::kInput, "cannot read '" + path_to_utf8(path) + "': " + why};
}

Error unreadable(const std::filesystem::path& path) {
    return file_error(ErrorCode::kInput, "cannot read", path, last_system_error());
}

}  // namespace

MappedFile::~MappedFile() { close(); }

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    if (this != &other) {
        close();
        data_ = std::exchange(other.data_, nullptr);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

#ifdef _WIN32

void MappedFile::close() {
    if (data_ != nullptr) {
        UnmapViewOfFile(data_);
    }
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
    const DWORD attributes = GetFileAttributesW(path.c_str());
    if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
        return unreadable(path, "it is a folder");
    }
    const HANDLE file = CreateFileW(path.c_str(), GENERIC_READ,
                                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                    OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE) {
        return unreadable(path);
    }
    LARGE_INTEGER size{};
    if (!GetFileSizeEx(file, &size) || size.QuadPart == 0) {
        const Error error =
            size.QuadPart == 0 ? unreadable(path, "the file is empty") : unreadable(path);
        CloseHandle(file);
        return error;
    }
    const HANDLE mapping = CreateFileMappingW(file, nullptr, PAGE_READONLY, 0, 0, nullptr);
    const void* data =
        mapping != nullptr ? MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0) : nullptr;
    const int error = last_system_error();
    if (mapping != nullptr) {
        CloseHandle(mapping);  // the view keeps it alive
    }
    CloseHandle(file);
    if (data == nullptr) {
        return file_error(ErrorCode::kInput, "cannot read", path, error);
    }
    MappedFile mapped;
    mapped.data_ = static_cast<const std::byte*>(data);
    mapped.size_ = static_cast<std::size_t>(size.QuadPart);
    return mapped;
}

#else

void MappedFile::close() {
    if (data_ != nullptr) {
        // munmap takes the pointer that mmap gave, which was never const.
        munmap(const_cast<std::byte*>(data_), size_);
    }
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
    // O_NONBLOCK so that a pipe without a writer answers instead of waiting.
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return unreadable(path);
    }
    struct stat status {};
    if (fstat(file, &status) != 0) {
        const Error error = unreadable(path);
        ::close(file);
        return error;
    }
    const char* why = S_ISDIR(status.st_mode)    ? "it is a folder"
                      : !S_ISREG(status.st_mode) ? "it is not a regular file"
                      : status.st_size == 0      ? "the file is empty"
                                                 : nullptr;
    if (why != nullptr || static_cast<std::uintmax_t>(status.st_size) > SIZE_MAX) {
        ::close(file);
        return unreadable(path, why != nullptr ? why : "the file is too large for this machine");
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    void* data = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    const int error = last_system_error();
    ::close(file);
    if (data == MAP_FAILED) {
        return file_error(ErrorCode::kInput, "cannot read", path, error);
    }
    MappedFile mapped;
    mapped.data_ = static_cast<const std::byte*>(data);
    mapped.size_ = size;
    return mapped;
}

#endif

}  // namespace impasto::platform
