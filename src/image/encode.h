// Float images -> the bytes of picture files.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/image.h"

namespace impasto {

// A note inside a PNG file, as "Software" or "Comment" (PNG specification, 11.3.4): key is 1..79
// printable ASCII characters; value is UTF-8 without zeros.
struct PngText {
    std::string key;
    std::string value;
};

// PNG of 8 bit: RGB, or RGBA when the picture has alpha. Values are clamped to [0, 1] and rounded
// to the nearest code. Errors (without a file's name): kOutput for a picture with values that are
// not finite, without pixels or beyond kLargestPicture; kInvalidArgument for a bad note;
// kOutOfMemory.
Result<std::vector<std::byte>> encode_png(const Image& image, std::span<const PngText> text = {});

// JPEG of quality 95, colours at full resolution. JPEG has no alpha: the picture is laid on white,
// as browsers show it on a page. The errors of encode_png, and kOutput beyond 65535 px a side.
Result<std::vector<std::byte>> encode_jpeg(const Image& image);

}  // namespace impasto
