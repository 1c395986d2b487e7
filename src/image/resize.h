// Resampling on the CPU, for what never goes to the device.
#pragma once

#include <span>
#include <vector>

#include "image/image.h"

namespace impasto {

// The axes along which a picture repeats: what lies beyond one edge is what lies at the other.
struct Wrap {
    bool x = false;
    bool y = false;
    bool any() const { return x || y; }
    friend bool operator==(const Wrap&, const Wrap&) = default;
};

// Resamples plane, (height, width), to (new_height, new_width); all four at least 1.
// Catmull-Rom's cubic (Keys 1981, a = -0.5) in each axis; when shrinking its support widens by the
// factor, so nothing aliases; at an edge that does not wrap the weights that fall inside
// are renormalised. Pillow's
// BICUBIC is the same filter. Sums in double. A cubic overshoots: results can leave the range of
// the input by about a tenth of a step.
std::vector<float> resize_plane(std::span<const float> plane, int width, int height, int new_width,
                                int new_height, Wrap wrap = {});

// Resamples a picture, both sizes at least 1. Where there is alpha, colours are weighed by it, so
// that what a transparent pixel hides does not bleed into its neighbours; alpha stays in [0, 1].
Image resize_image(const Image& image, int new_width, int new_height, Wrap wrap = {});

}  // namespace impasto
