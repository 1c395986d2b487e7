// Keeping the photo's colours: style transfer in luminance alone.
#pragma once

#include "base/result.h"
#include "image/image.h"

namespace impasto {

// The luminance of result with the chrominance of content ("color independent style transfer",
// Gatys et al. 2016, section 5.2; neural-style's -original_colors). Luminance is BT.601's luma Y =
// 0.299 R + 0.587 G + 0.114 B of the encoded values, as in YIQ and YCbCr, which give the same
// picture: every channel of content moves by the difference of the two lumas. Where that leaves
// [0, 1] the colour fades towards grey of the same luminance, which keeps the strokes that clipping
// the channels would flatten. Alpha is content's.
// Error: kInvalidArgument when the two differ in size.
Result<Image> keep_content_colors(const Image& result, const Image& content);

}  // namespace impasto
