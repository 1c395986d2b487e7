#include "platform/atomic_file.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include "platform/file_error.h"
#include "platform/paths.h"
#include "platform/windows_headers.h"

#ifdef _WIN32
#include <process.h>
#else
#include <fcntl.h>
#include <unistd.h>
#endif

namespace impasto::platform {
namespace {

namespace fs = std::filesystem;

// The renamed entry itself survives a power cut only once its folder is on the disk.
void sync_folder([[maybe_unused]] const fs::path& folder) {
#ifndef _WIN32
    const char* const here = folder.empty() ? "." : folder.c_str();
    const int handle = ::open(here, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle >= 0) {
        (void)fsync(handle);
        ::close(handle);
    }
#endif
}

}  // namespace

fs::path temporary_name(const fs::path& path) {
#ifdef _WIN32
    const int process = _getpid();
#else
    const int process = getpid();
#endif
    fs::path name = path;
    name += "." + std::to_string(process) + ".tmp";
    return name;
}

AtomicFile::~AtomicFile() { discard(); }

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
    if (this != &other) {
        discard();
        path_ = std::move(other.path_);
        file_ = std::move(other.file_);
    }
    return *this;
}

// Allocates nothing: it runs when there is no memory left, too.
void AtomicFile::discard() {
    if (file_.is_open()) {
        file_.close();
        std::error_code ignored;
        fs::remove(file_.path(), ignored);
    }
}

Result<AtomicFile> AtomicFile::open(const fs::path& path) {
    // A link stays one, as with programs that write in place.
    const auto target = follow_links(path);
    if (!target) {
        return target.error();
    }
    std::error_code error;
    if (fs::is_directory(*target, error)) {
        return Error{ErrorCode::kOutput,
                     "cannot write '" + path_to_utf8(path) + "': it is a folder"};
    }
    const fs::path folder = target->parent_path();
    if (!folder.empty() && !fs::is_directory(folder, error)) {
        return Error{ErrorCode::kOutput, "cannot write '" + path_to_utf8(path) + "': the folder '" +
                                             path_to_utf8(folder) + "' does not exist"};
    }
    AtomicFile file;
    file.path_ = *target;
    auto part = PartFile::open(temporary_name(*target), path);
    if (!part) {
        return part.error();
    }
    file.file_ = *std::move(part);
    IMPASTO_TRY(file.file_.truncate(0));  // a leftover of a process that had our number
    return file;
}

Status AtomicFile::write(std::span<const std::byte> bytes) { return file_.append(bytes); }

Status AtomicFile::commit() {
    IMPASTO_TRY(file_.sync());
    const fs::path folder = path_.parent_path();
    file_.close();
    struct Leftover {
        const fs::path& path;
        bool there = true;
        ~Leftover() {
            if (there) {
                std::error_code ignored;
                fs::remove(path, ignored);
            }
        }
    } leftover{file_.path()};
    IMPASTO_TRY(replace_file(file_.path(), path_));
    leftover.there = false;
    sync_folder(folder);
    return {};
}

Status write_file(const fs::path& path, std::span<const std::byte> bytes) {
    auto file = AtomicFile::open(path);
    if (!file) {
        return file.error();
    }
    IMPASTO_TRY(file->write(bytes));
    return file->commit();
}

}  // namespace impasto::platform
