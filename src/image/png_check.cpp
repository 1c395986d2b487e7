#include "image/png_check.h"

#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "image/png_text.h"

namespace impasto {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kSignature = "\x89PNG\r\n\x1A\n"sv;
constexpr std::size_t kChunkOverhead = 12;  // length, type, CRC

// Deflate makes at most 258 bytes out of two bits: 1032 to 1.
constexpr std::int64_t kDeflateRatioAtMost = 1032;

Error bad(std::string message) { return {ErrorCode::kInput, std::move(message)}; }

Error truncated() {
    return bad("truncated PNG: the file ends before its picture does; copy or download it again");
}

std::uint32_t dword_at(std::span<const std::byte> bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + i]);
    }
    return value;
}

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t n = 0; n < 256; ++n) {
        std::uint32_t c = n;
        for (int k = 0; k < 8; ++k) c = (c & 1U) != 0 ? 0xEDB88320U ^ (c >> 1) : c >> 1;
        table[n] = c;
    }
    return table;
}();

// Samples a pixel by colour type; 0 for a type that does not exist.
int channels_of(int colour_type) {
    switch (colour_type) {
        case 0:
            return 1;  // grey
        case 2:
            return 3;  // RGB
        case 3:
            return 1;  // palette
        case 4:
            return 2;  // grey and alpha
        case 6:
            return 4;  // RGB and alpha
        default:
            return 0;
    }
}

bool bits_allowed(int colour_type, int bits) {
    const bool small = bits == 1 || bits == 2 || bits == 4;
    if (colour_type == 0) return small || bits == 8 || bits == 16;
    if (colour_type == 3) return small || bits == 8;
    return bits == 8 || bits == 16;
}

}  // namespace

std::uint32_t png_crc(std::span<const std::byte> bytes) {
    std::uint32_t c = 0xFFFFFFFFU;
    for (const std::byte b : bytes) {
        c = kCrcTable[(c ^ std::to_integer<std::uint32_t>(b)) & 0xFFU] ^ (c >> 8);
    }
    return c ^ 0xFFFFFFFFU;
}

bool PngChunk::is_whole() const {
    // The type and the body, which follows it.
    const auto* begin = reinterpret_cast<const std::byte*>(type.data());
    return png_crc({begin, type.size() + body.size()}) == crc;
}

Result<PngChunk> next_png_chunk(std::span<const std::byte> bytes, std::size_t& at) {
    if (bytes.size() - at < kChunkOverhead) return truncated();
    const std::size_t length = dword_at(bytes, at);
    if (length > 0x7FFFFFFFU) return bad("damaged PNG: a chunk has an impossible length");
    if (bytes.size() - at - kChunkOverhead < length) return truncated();
    PngChunk chunk;
    chunk.type = {reinterpret_cast<const char*>(&bytes[at + 4]), 4};
    chunk.body = bytes.subspan(at + 8, length);
    chunk.crc = dword_at(bytes, at + 8 + length);
    at += kChunkOverhead + length;
    return chunk;
}

Result<PngInfo> check_png(std::span<const std::byte> bytes) {
    if (bytes.size() < kSignature.size()) return truncated();
    if (std::memcmp(bytes.data(), kSignature.data(), kSignature.size()) != 0) {
        return bad("not a PNG");
    }
    PngInfo info;
    int colour_type = 0;
    std::int64_t compressed = 0;
    std::size_t at = kSignature.size();
    for (bool first = true;; first = false) {
        const auto chunk = next_png_chunk(bytes, at);
        if (!chunk) return chunk.error();
        const std::string_view type = chunk->type;
        const auto body = chunk->body;
        const std::size_t length = body.size();
        if (!is_png_text(type) && !chunk->is_whole()) {
            return bad("damaged PNG: a checksum is wrong; copy or download it again");
        }
        if (first) {
            if (type != "IHDR"sv || length != 13) return bad("damaged PNG: it has no header");
            info.width = dword_at(body, 0);
            info.height = dword_at(body, 4);
            info.bits = std::to_integer<int>(body[8]);
            colour_type = std::to_integer<int>(body[9]);
            if (channels_of(colour_type) == 0 || !bits_allowed(colour_type, info.bits) ||
                info.width == 0 || info.height == 0 || info.width > 0x7FFFFFFF ||
                info.height > 0x7FFFFFFF) {
                return bad("damaged PNG: its header makes no sense");
            }
        } else if (type == "IDAT"sv) {
            compressed += static_cast<std::int64_t>(length);
        } else if (type == "eXIf"sv) {
            info.exif = body;
        } else if (type == "IEND"sv) {
            break;
        }
    }
    // Divided before the products, which stay below 2^56 so.
    const std::int64_t row_bytes = (info.width * channels_of(colour_type) * info.bits + 7) / 8;
    if (row_bytes / kDeflateRatioAtMost * info.height > compressed ||
        row_bytes * (info.height / kDeflateRatioAtMost) > compressed) {
        return bad("damaged PNG: its header says " + std::to_string(info.width) + "x" +
                   std::to_string(info.height) + ", far more than its " +
                   std::to_string(compressed) + " bytes of data can hold");
    }
    return info;
}

}  // namespace impasto
