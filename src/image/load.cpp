#include "image/load.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "image/exif_orientation.h"
#include "image/jpeg_check.h"
#include "image/orient.h"
#include "image/png_check.h"
#include "image/sniff.h"
#include "image/stb.h"
#include "platform/paths.h"

namespace impasto {
namespace {

// What stb_image can be given.
constexpr std::size_t kLargestFile = std::numeric_limits<int>::max();

Error bad(std::string_view name, std::string_view message) {
    return {ErrorCode::kInput, "cannot read '" + std::string(name) + "': " + std::string(message)};
}

Error out_of_memory(std::string_view name) {
    return {ErrorCode::kOutOfMemory,
            "cannot read '" + std::string(name) + "': not enough memory for this picture"};
}

Error not_a_picture(std::span<const std::byte> start, std::string_view name) {
    const std::string_view found = sniff_file(start);
    if (found.empty()) return bad(name, "not a picture; JPEG and PNG files are read");
    return bad(name,
               "it is " + std::string(found) + ", which is not read; convert it to PNG or JPEG");
}

struct StbFree {
    void operator()(void* pixels) const { stb::free(pixels); }
};

// Interleaved codes of channels samples a pixel (1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha)
// -> planes.
template <typename Code>
Image to_planes(const Code* codes, int width, int height, int channels) {
    constexpr auto kWhite = static_cast<float>(std::numeric_limits<Code>::max());
    Image image;
    image.width = width;
    image.height = height;
    image.bits = std::numeric_limits<Code>::digits;
    image.grey = channels < 3;
    const std::size_t pixels = image.pixels();
    const auto step = static_cast<std::size_t>(channels);
    image.rgb.resize(3 * pixels);
    for (std::size_t c = 0; c < 3; ++c) {
        const std::size_t from = channels >= 3 ? c : 0;
        float* plane = &image.rgb[c * pixels];
        for (std::size_t i = 0; i < pixels; ++i) {
            plane[i] = static_cast<float>(codes[i * step + from]) / kWhite;
        }
    }
    if (channels == 3 || channels == 1) return image;
    const Code* alpha = codes + step - 1;
    bool opaque = true;
    for (std::size_t i = 0; opaque && i < pixels; ++i) {
        opaque = alpha[i * step] == std::numeric_limits<Code>::max();
    }
    if (opaque) return image;
    image.alpha.resize(pixels);
    for (std::size_t i = 0; i < pixels; ++i) {
        image.alpha[i] = static_cast<float>(alpha[i * step]) / kWhite;
    }
    return image;
}

template <typename Code>
Result<Image> decode(std::span<const std::byte> bytes, std::string_view name, std::int64_t pixels) {
    int width = 0;
    int height = 0;
    int channels = 0;
    std::unique_ptr<Code, StbFree> codes;
    if constexpr (sizeof(Code) == 2) {
        codes.reset(stb::load_16(bytes, width, height, channels));
    } else {
        codes.reset(stb::load(bytes, width, height, channels));
    }
    if (!codes) {
        const std::string_view reason = stb::failure_reason();
        if (reason == "outofmem") return out_of_memory(name);
        return bad(name, "damaged picture (" + std::string(reason) +
                             "); copy or download it again, or save it anew in an image editor");
    }
    // The checks read the same header; were they to differ, neither should be believed.
    if (std::int64_t{width} * height != pixels) return bad(name, "damaged picture (two sizes)");
    return to_planes(codes.get(), width, height, channels);
}

Result<Image> load_checked(std::span<const std::byte> bytes, std::string_view name,
                           std::int64_t width, std::int64_t height, bool wide,
                           std::span<const std::byte> exif) {
    // Both are below 2^31.
    if (width * height > kLargestPicture) {
        return bad(name, "a picture of " + std::to_string(width) + "x" + std::to_string(height) +
                             " is too large; at most " + std::to_string(kLargestPicture >> 20) +
                             " megapixels are read, so make it smaller first");
    }
    auto image = wide ? decode<std::uint16_t>(bytes, name, width * height)
                      : decode<std::uint8_t>(bytes, name, width * height);
    if (!image) return image;
    return apply_orientation(*std::move(image), exif_orientation(exif));
}

// The whole file; its beginning is judged first, so that no film or disk image is read through.
Result<std::vector<std::byte>> read_picture_file(const std::filesystem::path& path,
                                                 std::string_view name) {
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    if (!std::filesystem::exists(status)) {
        return bad(name, "no such file");
    }
    if (std::filesystem::is_directory(status)) {
        return bad(name, "it is a folder; name a JPEG or PNG file in it");
    }
    // Opening a pipe would wait for whoever writes into it.
    if (!std::filesystem::is_regular_file(status)) {
        return bad(name, "it is not a regular file; save the picture to one first");
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) return bad(name, "cannot be opened; check that you may read it");
    std::vector<std::byte> bytes;
    std::size_t chunk = kSniffBytes;
    while (true) {
        const std::size_t at = bytes.size();
        bytes.resize(at + chunk);
        file.read(reinterpret_cast<char*>(bytes.data() + at), static_cast<std::streamsize>(chunk));
        const auto got = static_cast<std::size_t>(file.gcount());
        bytes.resize(at + got);
        if (file.bad()) return bad(name, "cannot be read to its end; check the disk");
        if (at == 0) {
            if (got == 0) return bad(name, "the file is empty");
            const std::string_view found = sniff_file(bytes);
            if (found != "JPEG" && found != "PNG") return not_a_picture(bytes, name);
        }
        if (got < chunk) return bytes;
        if (bytes.size() > kLargestFile) return bad(name, "the file is too large; 2 GiB at most");
        chunk = std::max(std::size_t{1} << 16, bytes.size());
    }
}

Result<Image> load_unguarded(std::span<const std::byte> bytes, std::string_view name,
                             std::vector<PngText>* texts) {
    if (texts != nullptr) texts->clear();
    if (bytes.empty()) return bad(name, "the file is empty");
    if (bytes.size() > kLargestFile) return bad(name, "the file is too large; 2 GiB at most");
    const std::string_view found = sniff_file(bytes);
    if (found == "JPEG") {
        const auto info = check_jpeg(bytes);
        if (!info) return bad(name, info.error().message);
        return load_checked(bytes, name, info->width, info->height, false, info->exif);
    }
    if (found == "PNG") {
        const auto info = check_png(bytes);
        if (!info) return bad(name, info.error().message);
        if (texts != nullptr) *texts = read_png_texts(bytes);
        return load_checked(bytes, name, info->width, info->height, info->bits == 16, info->exif);
    }
    return not_a_picture(bytes, name);
}

}  // namespace

Result<Image> load_image_from_memory(std::span<const std::byte> bytes, std::string_view name,
                                     std::vector<PngText>* texts) {
    try {
        return load_unguarded(bytes, name, texts);
    } catch (const std::bad_alloc&) {
        return out_of_memory(name);
    }
}

Result<Image> load_image(const std::filesystem::path& path, std::vector<PngText>* texts) {
    const std::string name = platform::path_to_utf8(path);
    try {
        const auto bytes = read_picture_file(path, name);
        if (!bytes) return bytes.error();
        return load_unguarded(*bytes, name, texts);
    } catch (const std::bad_alloc&) {
        return out_of_memory(name);
    }
}

}  // namespace impasto
