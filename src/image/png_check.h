// A look at a PNG file's structure before anything decodes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

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

// Walks the chunks of bytes (PNG specification, section 5) from the signature to IEND and checks
// every one's CRC, which the decoder does not. What follows IEND is not looked at.
// Errors (kInput, without the file's name): truncated, damaged, or dimensions that the length of
// the compressed data belies.
Result<PngInfo> check_png(std::span<const std::byte> bytes);

}  // namespace impasto
