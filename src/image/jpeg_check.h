// A look at a JPEG file's structure before anything decodes it.
#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"

namespace impasto {

struct JpegInfo {
    int width = 0;   // px
    int height = 0;  // px
    int components = 0;
    std::span<const std::byte>
        exif;  // the TIFF block of APP1, part of the given bytes; may be empty
};

// Walks the markers of bytes (ITU-T T.81, annex B) from SOI to EOI, through the entropy-coded data
// of every scan. The decoder fills what a truncated file lacks with grey and says nothing, which is
// why this asks for EOI. What follows EOI is not looked at: cameras and phones put previews there.
// Errors (kInput, without the file's name): truncated, damaged, a kind that is not decoded
// (lossless, arithmetic, 12 bit, CMYK without Adobe's note), or dimensions that the file's length
// belies.
Result<JpegInfo> check_jpeg(std::span<const std::byte> bytes);

}  // namespace impasto
