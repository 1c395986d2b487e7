// Float images -> the bytes of picture files.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "image/image.h"
#include "image/png_text.h"

namespace impasto {

// PNG of 8 bit: RGB, or RGBA when the picture has alpha. Values are clamped to [0, 1] and rounded
// to the nearest code. Errors (without a file's name): kOutput for a picture with values that are
// not finite, without pixels or beyond kLargestPicture; kInvalidArgument for a bad note;
// kOutOfMemory.
Result<std::vector<std::byte>> encode_png(const Image& image, std::span<const PngText> text = {});

// JPEG of quality 95, colours at full resolution. JPEG has no alpha: the picture is laid on white,
// as browsers show it on a page. The errors of encode_png, and kOutput beyond 65535 px a side.
Result<std::vector<std::byte>> encode_jpeg(const Image& image);

}  // namespace impasto
