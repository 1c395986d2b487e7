// A picture in memory: planar floats, the layout that the device works on.
#pragma once

#include <cstddef>
#include <vector>

namespace impasto {

struct Image {
    int width = 0;   // px
    int height = 0;  // px
    // A stack: several pictures of one size that belong together, such as the maps of a material.
    int maps = 1;
    // (3 maps, height, width), R then G then B of the first, then of the next; sRGB-encoded,
    // nominally [0, 1]; values outside are kept until the picture is saved, where they are clamped.
    std::vector<float> rgb;
    // (height, width) in [0, 1], not premultiplied; empty when the picture is opaque.
    std::vector<float> alpha;
    // Of the file that it was read from, so that one like it can be written: bits a sample, 8 or
    // 16, and whether it has one channel of colour, which is three equal planes here.
    int bits = 8;
    bool grey = false;

    std::size_t pixels() const {
        return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    }
    std::size_t planes() const { return 3 * static_cast<std::size_t>(maps); }
};

}  // namespace impasto
