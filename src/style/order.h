// The long-range order of a texture, found in a picture of it: the shifts by which it looks like
// itself. A woven basket has many, dried mud none.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "image/image.h"
#include "image/resize.h"
#include "nn/autocovariance.h"

namespace impasto::style {

// At most so many shifts are found.
inline constexpr std::uint32_t kMostShifts = 96;

// The shifts, in pixels of a map of (height, width) of the whole picture, at which the
// autocorrelation of its luminance has a peak, strongest first, each with those around it, which
// give the peak its form. Coarse lighting is taken away first. None is longer than half a side of
// the map, nor than half of `most_x` and `most_y`, the sides of the map that is to be like it.
std::vector<nn::Shift> find_shifts(const Image& picture, std::uint32_t width, std::uint32_t height,
                                   std::uint32_t most_x, std::uint32_t most_y);

// What a regular texture repeats by, as fractions of the picture's sides: it looks the same moved
// by (x, y), and by (other_x, other_y) where it repeats in two directions.
struct Lattice {
    bool found = false;
    bool two = false;
    double x = 0;
    double y = 0;
    double other_x = 0;
    double other_y = 0;
    friend bool operator==(const Lattice&, const Lattice&) = default;
};

Lattice find_lattice(const Image& picture);

struct Sides {
    double width = 0;
    double height = 0;
};

// Sides near `style`, at which a picture of a texture repeats so that a whole number of its repeats
// fits `tile` along the axes that wrap: what does not fit would have to break somewhere. `style` as
// it is where the nearest such sides are more than a sixth off.
Sides fit_tile(const Lattice& lattice, const Sides& style, const Sides& tile, Wrap wrap);

}  // namespace impasto::style
