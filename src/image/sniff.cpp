#include "image/sniff.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace impasto {
namespace {

using namespace std::string_view_literals;

struct Magic {
    std::size_t offset;
    std::string_view bytes;
    std::string_view name;
};

// The order matters where one magic begins another.
constexpr auto kMagics = std::to_array<Magic>({
    {0, "\xFF\xD8\xFF"sv, "JPEG"},
    {0, "\x89PNG\r\n\x1A\n"sv, "PNG"},
    {8, "WEBP"sv, "WebP"},
    {0, "GIF87a"sv, "GIF"},
    {0, "GIF89a"sv, "GIF"},
    {4, "ftypavif"sv, "AVIF"},
    {4, "ftypavis"sv, "AVIF"},
    {4, "ftyphei"sv, "HEIC"},
    {4, "ftyphev"sv, "HEIC"},
    {4, "ftypmif1"sv, "HEIC"},
    {4, "ftypmsf1"sv, "HEIC"},
    {4, "ftypcrx"sv, "Canon raw"},
    {4, "ftyp"sv, "MP4 video"},
    {0, "II*\0"sv, "TIFF"},
    {0, "MM\0*"sv, "TIFF"},
    {0, "II+\0"sv, "TIFF"},
    {0, "MM\0+"sv, "TIFF"},
    {0, "v/1\x01"sv, "OpenEXR"},
    {0, "#?RADIANCE"sv, "Radiance HDR"},
    {0, "\0\0\0\x0CJXL \r\n"sv, "JPEG XL"},
    {0, "\xFF\x0A"sv, "JPEG XL"},
    {0, "\0\0\0\x0CjP  \r\n"sv, "JPEG 2000"},
    {0, "\xFF\x4F\xFF\x51"sv, "JPEG 2000"},
    {0, "8BPS"sv, "Photoshop"},
    {0, "gimp xcf"sv, "GIMP"},
    {0, "DDS "sv, "DDS"},
    {0, "\xABKTX"sv, "KTX"},
    {0, "qoif"sv, "QOI"},
    {0, "\x8AMNG"sv, "MNG"},
    {0, "%PDF-"sv, "PDF"},
    {0, "%!PS"sv, "PostScript"},
    {0, "PK\x03\x04"sv, "ZIP"},
    {0, "\x1F\x8B"sv, "gzip"},
    {0, "\x1A\x45\xDF\xA3"sv, "Matroska or WebM video"},
    {0,
     "\x7F"
     "ELF"sv,
     "ELF program"},
    {0, "\0\0\1\0"sv, "icon"},
    {0, "P1\n"sv, "PBM"},
    {0, "P2\n"sv, "PGM"},
    {0, "P3\n"sv, "PPM"},
    {0, "P4\n"sv, "PBM"},
    {0, "P5\n"sv, "PGM"},
    {0, "P6\n"sv, "PPM"},
    {0, "PF\n"sv, "PFM"},
    {0, "BM"sv, "BMP"},
});

bool is_text(std::span<const std::byte> bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) {
        const auto c = std::to_integer<std::uint8_t>(b);
        return c >= 0x20 ? c != 0x7F : c == '\t' || c == '\n' || c == '\r';
    });
}

bool contains(std::string_view text, std::string_view what) {
    return text.find(what) != std::string_view::npos;
}

}  // namespace

std::string_view sniff_file(std::span<const std::byte> bytes) {
    const auto start = bytes.first(std::min(bytes.size(), kSniffBytes));
    const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
    for (const Magic& magic : kMagics) {
        if (text.size() >= magic.offset &&
            text.substr(magic.offset, magic.bytes.size()) == magic.bytes) {
            // "BM" alone would take any text that begins so.
            if (magic.name == "BMP"sv && is_text(start)) continue;
            return magic.name;
        }
    }
    if (start.empty() || !is_text(start)) return {};
    if (contains(text, "<svg")) return "SVG";
    if (contains(text, "<html") || contains(text, "<HTML") || contains(text, "<!DOCTYPE html") ||
        contains(text, "<!doctype html")) {
        return "a web page (HTML)";
    }
    if (contains(text, "git-lfs")) return "a Git LFS pointer (fetch the file with git lfs pull)";
    return "text";
}

}  // namespace impasto
