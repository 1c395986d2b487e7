#include "image/save.h"

#include <algorithm>
#include <string>
#include <system_error>

#include "platform/atomic_file.h"
#include "platform/paths.h"

namespace impasto {
namespace {

enum class Format { kPng, kJpeg };

Error bad(ErrorCode code, const std::filesystem::path& path, const std::string& message) {
    return {code, "cannot write '" + platform::path_to_utf8(path) + "': " + message};
}

Result<Format> format_of(const std::filesystem::path& path) {
    std::string extension = platform::path_to_utf8(path.extension());
    std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (extension == ".png") return Format::kPng;
    if (extension == ".jpg" || extension == ".jpeg") return Format::kJpeg;
    return bad(ErrorCode::kOutput, path,
               (extension.empty() ? "its name has no extension"
                                  : "'" + extension + "' is not a format that is written") +
                   "; name it .png, .jpg or .jpeg");
}

// A device or a pipe would be replaced by a file of its name.
Status check_target(const std::filesystem::path& path) {
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
        !std::filesystem::is_directory(status)) {
        return bad(ErrorCode::kOutput, path, "it is not a regular file; name another one");
    }
    return {};
}

}  // namespace

Result<std::vector<std::byte>> encode_for(const std::filesystem::path& path, const Image& image,
                                          std::span<const PngText> text,
                                          SampleFormat sample_format) {
    const auto format = format_of(path);
    if (!format) return format.error();
    if (sample_format.bits != 8 && sample_format.bits != 16) {
        return bad(ErrorCode::kInvalidArgument, path, "8 or 16 bits a sample are written");
    }
    if (*format == Format::kJpeg && sample_format.bits == 16) {
        return bad(ErrorCode::kInvalidArgument, path, "JPEG has 8 bits a sample; name it .png");
    }
    auto bytes = *format == Format::kPng ? encode_png(image, text, sample_format)
                                         : encode_jpeg(image, sample_format.grey);
    if (!bytes) return bad(bytes.error().code, path, bytes.error().message);
    return bytes;
}

Status save_image(const std::filesystem::path& path, const Image& image,
                  std::span<const PngText> text, SampleFormat format) {
    const auto known = format_of(path);
    if (!known) return known.error();
    IMPASTO_TRY(check_target(path));
    const auto bytes = encode_for(path, image, text, format);
    if (!bytes) return bytes.error();
    return platform::write_file(path, *bytes);
}

Status check_writable(const std::filesystem::path& path) {
    const auto format = format_of(path);
    if (!format) return format.error();
    IMPASTO_TRY(check_target(path));
    // Never committed: its destructor takes the temporary file away again.
    const auto file = platform::AtomicFile::open(path);
    if (!file) return file.error();
    return {};
}

}  // namespace impasto
