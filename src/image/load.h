// Picture files -> float images.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "image/image.h"
#include "image/png_text.h"

namespace impasto {

// The largest picture that is read, in pixels: more than any camera makes, and little enough that
// no header can ask for more memory than a computer has.
inline constexpr std::int64_t kLargestPicture = std::int64_t{1} << 28;

// Reads a JPEG (baseline or progressive, 8 bit; grey, YCbCr, RGB, Adobe's CMYK) or PNG (every kind)
// file. Values are code / 255, or code / 65535 of 16 bit files, in the file's own encoding, taken
// for sRGB (embedded colour profiles and gamma notes are not applied). Grey is repeated into three
// channels, and Image::bits and ::grey tell what the file has; alpha is kept, and dropped where it
// is opaque throughout; EXIF's orientation is applied. Errors, each naming the file: kInput
// (missing, a folder, empty, unreadable, not JPEG or PNG, truncated, damaged, more than
// kLargestPicture pixels), kOutOfMemory. `texts` become a PNG's notes (image/png_text.h), none of a
// JPEG's, where they are asked for.
Result<Image> load_image(const std::filesystem::path& path, std::vector<PngText>* texts = nullptr);

// The same from a file's bytes in memory; name stands for the file in messages.
Result<Image> load_image_from_memory(std::span<const std::byte> bytes, std::string_view name,
                                     std::vector<PngText>* texts = nullptr);

}  // namespace impasto
