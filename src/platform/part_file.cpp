#include "platform/part_file.h"

#include <algorithm>
#include <utility>

#include "platform/file_error.h"
#include "platform/paths.h"
#include "platform/windows_headers.h"

#ifndef _WIN32
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#endif

namespace impasto::platform {
namespace {

Error unwritable(const std::filesystem::path& path) {
    return file_error(ErrorCode::kOutput, "cannot write", path, last_system_error());
}

Error held(const std::filesystem::path& path) {
    return {ErrorCode::kOutput,
            "'" + path_to_utf8(path) + "' is being written by another program; wait for it"};
}

// Bytes given to one write call: some systems refuse more than 2 GiB at once.
constexpr std::size_t kMostBytesAtOnce = std::size_t{1} << 30;

}  // namespace

PartFile::~PartFile() { close(); }

PartFile::PartFile(PartFile&& other) noexcept
    : path_(std::move(other.path_)),
      shown_(std::move(other.shown_)),
      handle_(std::exchange(other.handle_, kClosed)),
      size_(std::exchange(other.size_, 0)) {}

PartFile& PartFile::operator=(PartFile&& other) noexcept {
    if (this != &other) {
        close();
        path_ = std::move(other.path_);
        shown_ = std::move(other.shown_);
        handle_ = std::exchange(other.handle_, kClosed);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

#ifdef _WIN32

namespace {
HANDLE as_handle(std::intptr_t handle) { return reinterpret_cast<HANDLE>(handle); }
}  // namespace

Result<PartFile> PartFile::open(const std::filesystem::path& path,
                                const std::filesystem::path& shown) {
    PartFile part;
    part.path_ = path;
    part.shown_ = shown.empty() ? path : shown;
    // No FILE_SHARE_WRITE: that is the lock.
    const HANDLE file =
        CreateFileW(path.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE,
                    nullptr, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE) {
        return GetLastError() == ERROR_SHARING_VIOLATION ? held(part.shown_)
                                                         : unwritable(part.shown_);
    }
    part.handle_ = reinterpret_cast<std::intptr_t>(file);
    LARGE_INTEGER size{};
    if (!GetFileSizeEx(file, &size) || !SetFilePointerEx(file, {}, nullptr, FILE_END)) {
        return unwritable(part.shown_);
    }
    part.size_ = static_cast<std::uint64_t>(size.QuadPart);
    return part;
}

Status PartFile::append(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        DWORD written = 0;
        const auto count = static_cast<DWORD>(std::min(bytes.size(), kMostBytesAtOnce));
        const BOOL ok = WriteFile(as_handle(handle_), bytes.data(), count, &written, nullptr);
        size_ += written;
        if (!ok) {
            return unwritable(shown_);
        }
        bytes = bytes.subspan(written);
    }
    return {};
}

Status PartFile::truncate(std::uint64_t size) {
    LARGE_INTEGER to{};
    to.QuadPart = static_cast<LONGLONG>(size);
    if (!SetFilePointerEx(as_handle(handle_), to, nullptr, FILE_BEGIN) ||
        !SetEndOfFile(as_handle(handle_))) {
        return unwritable(shown_);
    }
    size_ = size;
    return {};
}

Status PartFile::sync() {
    if (!FlushFileBuffers(as_handle(handle_))) {
        return unwritable(shown_);
    }
    return {};
}

void PartFile::close() {
    if (is_open()) {
        CloseHandle(as_handle(std::exchange(handle_, kClosed)));
    }
}

#else

Result<PartFile> PartFile::open(const std::filesystem::path& path,
                                const std::filesystem::path& shown) {
    PartFile part;
    part.path_ = path;
    part.shown_ = shown.empty() ? path : shown;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file < 0) {
        return unwritable(part.shown_);
    }
    part.handle_ = file;
    // Some network file systems know no locks; only a lock that someone else holds counts.
    if (flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        return held(part.shown_);
    }
    struct stat status {};
    if (fstat(file, &status) != 0 || lseek(file, 0, SEEK_END) < 0) {
        return unwritable(part.shown_);
    }
    part.size_ = static_cast<std::uint64_t>(status.st_size);
    return part;
}

Status PartFile::append(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(static_cast<int>(handle_), bytes.data(),
                                        std::min(bytes.size(), kMostBytesAtOnce));
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            return unwritable(shown_);
        }
        size_ += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Status PartFile::truncate(std::uint64_t size) {
    const int file = static_cast<int>(handle_);
    if (ftruncate(file, static_cast<off_t>(size)) != 0 || lseek(file, 0, SEEK_END) < 0) {
        return unwritable(shown_);
    }
    size_ = size;
    return {};
}

Status PartFile::sync() {
    // Pipes and some odd file systems cannot sync; that is not a failed write.
    if (fsync(static_cast<int>(handle_)) != 0 && errno != EINVAL && errno != ENOTSUP) {
        return unwritable(shown_);
    }
    return {};
}

void PartFile::close() {
    if (is_open()) {
        ::close(static_cast<int>(std::exchange(handle_, kClosed)));
    }
}

#endif

}  // namespace impasto::platform
