// PNG of 16 bit, which stb_image_write does not write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace impasto {

// A file of `channels` samples a pixel (1 grey, 2 with alpha, 3 RGB, 4 with alpha), each of two
// bytes, the higher first; `samples` has all rows without gaps. Rows are filtered by the heuristic
// of the PNG specification (12.8: the least sum of absolute differences) and compressed by stb's
// deflate. kOutput beyond 1 GiB of samples; kOutOfMemory.
Result<std::vector<std::byte>> encode_png_16(int width, int height, int channels,
                                             std::span<const std::uint8_t> samples);

}  // namespace impasto
