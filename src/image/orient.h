// Turning a picture upright.
#pragma once

#include "image/image.h"

namespace impasto {

// Applies an EXIF orientation: the picture as it is meant to be seen, when its pixels were stored
// with orientation (1..8; anything else returns it as it is). 5..8 swap width and height.
Image apply_orientation(Image image, int orientation);

}  // namespace impasto
