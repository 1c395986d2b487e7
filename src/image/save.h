// Float images -> picture files.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "base/result.h"
#include "image/encode.h"
#include "image/image.h"

namespace impasto {

// Writes image to path in the format that its extension names, in any case: .png (alpha kept,
// with the notes in text) or .jpg and .jpeg (quality 95, alpha laid on white, no notes). The
// file appears whole or not at all, and an older one of that name stays until then. Errors, each
// naming the file: kOutput (another extension, no such folder, not writable, disk full, values that
// are not finite), kInvalidArgument (a bad note), kOutOfMemory.
// `format` may ask for a PNG of 16 bit and for grey; kInvalidArgument for a JPEG of 16 bit.
Status save_image(const std::filesystem::path& path, const Image& image,
                  std::span<const PngText> text = {}, SampleFormat format = {});

// The bytes that save_image would write there, for who writes several files at once. Its errors,
// but those of the disk.
Result<std::vector<std::byte>> encode_for(const std::filesystem::path& path, const Image& image,
                                          std::span<const PngText> text = {},
                                          SampleFormat format = {});

// Whether save_image could write path as far as can be told beforehand: its extension, its folder,
// its permissions. For asking before a long run; leaves nothing behind and an older file as it is.
Status check_writable(const std::filesystem::path& path);

}  // namespace impasto
