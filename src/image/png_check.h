// A look at a PNG file's structure before anything decodes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace impasto {

struct PngInfo {
    std::int64_t width = 0;           // px
    std::int64_t height = 0;          // px
    int bits = 0;                     // of a sample: 1, 2, 4, 8, 16
    std::span<const std::byte> exif;  // the eXIf chunk, part of the given bytes; may be empty
};

// The signature that a PNG file begins with, and the length of IHDR as a whole chunk after it.
inline constexpr std::size_t kPngSignatureBytes = 8;
inline constexpr std::size_t kPngHeaderChunkBytes = 25;

// The checksum of PNG chunks (ISO 3309's CRC-32) over bytes.
std::uint32_t png_crc(std::span<const std::byte> bytes);

struct PngChunk {
    std::string_view type;            // "IDAT"
    std::span<const std::byte> body;  // part of the given bytes
    std::uint32_t crc = 0;            // as the file has it

    bool is_whole() const;  // whether the CRC is right
};

// The chunk that begins at `at`, which goes on to the next one. kInput, without the file's name,
// where the bytes end before it does.
Result<PngChunk> next_png_chunk(std::span<const std::byte> bytes, std::size_t& at);

// Walks the chunks of bytes (PNG specification, section 5) from the signature to IEND and checks
// every one's CRC, which the decoder does not; a wrong one of a text chunk costs the picture
// nothing and is let pass. What follows IEND is not looked at. Errors (kInput, without the file's
// name): truncated, damaged, or dimensions that the length of the compressed data belies.
Result<PngInfo> check_png(std::span<const std::byte> bytes);

}  // namespace impasto
