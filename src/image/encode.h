// Float images -> the bytes of picture files.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "image/image.h"
#include "image/png_text.h"

namespace impasto {

// How the samples of a file are kept.
struct SampleFormat {
    int bits = 8;       // 8 or 16; JPEG has 8
    bool grey = false;  // one channel: the picture's first, the others are not looked at
};

// PNG: RGB or grey, with alpha when the picture has it. Values are clamped to [0, 1] and rounded to
// the nearest code. Errors (without a file's name): kOutput for a picture with values that are not
// finite, without pixels or beyond kLargestPicture (of 16 bit also beyond 1 GiB of samples);
// kInvalidArgument for a bad note; kOutOfMemory.
Result<std::vector<std::byte>> encode_png(const Image& image, std::span<const PngText> text = {},
                                          SampleFormat format = {});

// JPEG of quality 95, colours at full resolution. JPEG has no alpha: the picture is laid on white,
// as browsers show it on a page. `grey`: its first channel in all three, since stb writes no other
// kind. The errors of encode_png, and kOutput beyond 65535 px a side.
Result<std::vector<std::byte>> encode_jpeg(const Image& image, bool grey = false);

}  // namespace impasto
