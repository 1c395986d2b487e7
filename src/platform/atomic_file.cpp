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

// The process's number keeps two programs that write the same name apart.
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

// The renamed entry itself survives a power cut only once its folder is on the disk.
void sync_folder([[maybe_unused]] const fs::path& folder) {
#ifndef _WIN32
    const fs::path here = folder.empty() ? fs::path(".") : folder;
    const int handle = ::open(here.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle >= 0) {
        (void)fsync(handle);
        ::close(handle);
    }
#endif
}

}  // namespace

AtomicFile::~AtomicFile() { discard(); }

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
    if (this != &other) {
        discard();
        path_ = std::move(other.path_);
        file_ = std::move(other.file_);
    }
    return *this;
}

void AtomicFile::discard() {
    if (file_.is_open()) {
        const fs::path temporary = file_.path();
        file_.close();
        std::error_code ignored;
        fs::remove(temporary, ignored);
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
    auto part = PartFile::open(temporary_name(*target), path);
    if (!part) {
        return part.error();
    }
    AtomicFile file;
    file.path_ = *target;
    file.file_ = *std::move(part);
    IMPASTO_TRY(file.file_.truncate(0));  // a leftover of a process that had our number
    return file;
}

Status AtomicFile::write(std::span<const std::byte> bytes) { return file_.append(bytes); }

Status AtomicFile::commit() {
    IMPASTO_TRY(file_.sync());
    const fs::path temporary = file_.path();
    file_.close();
    if (auto moved = replace_file(temporary, path_); !moved) {
        std::error_code ignored;
        fs::remove(temporary, ignored);
        return moved.error();
    }
    sync_folder(path_.parent_path());
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
