#include "image/orient.h"

#include <utility>

namespace impasto {
namespace {

// Where the upright picture's pixel (0, 0) lies in the stored one, and the steps through the
// stored plane for one pixel to the right and one down.
struct Walk {
    std::ptrdiff_t start;
    std::ptrdiff_t right;
    std::ptrdiff_t down;
};

Walk walk_for(int orientation, std::ptrdiff_t width, std::ptrdiff_t height) {
    const std::ptrdiff_t last_column = width - 1;
    const std::ptrdiff_t last_row = (height - 1) * width;
    switch (orientation) {
        case 2:
            return {last_column, -1, width};  // mirrored
        case 3:
            return {last_row + last_column, -1, -width};  // upside down
        case 4:
            return {last_row, 1, -width};  // flipped top to bottom
        case 5:
            return {0, width, 1};  // transposed
        case 6:
            return {last_row, -width, 1};  // needs a quarter turn clockwise
        case 7:
            return {last_row + last_column, -width, -1};  // transverse
        default:
            return {last_column, width, -1};  // 8: a quarter turn back
    }
}

void turn_plane(const float* stored, float* upright, int width, int height, const Walk& walk) {
    for (int y = 0; y < height; ++y) {
        std::ptrdiff_t at = walk.start + y * walk.down;
        for (int x = 0; x < width; ++x, at += walk.right) *upright++ = stored[at];
    }
}

}  // namespace

Image apply_orientation(Image image, int orientation) {
    if (orientation < 2 || orientation > 8) return image;
    const Walk walk = walk_for(orientation, image.width, image.height);
    Image upright;
    const bool swaps = orientation >= 5;
    upright.width = swaps ? image.height : image.width;
    upright.height = swaps ? image.width : image.height;
    upright.bits = image.bits;
    upright.grey = image.grey;
    upright.rgb.resize(image.rgb.size());
    upright.alpha.resize(image.alpha.size());
    const std::size_t plane = image.pixels();
    for (std::size_t at = 0; at < image.rgb.size(); at += plane) {
        turn_plane(&image.rgb[at], &upright.rgb[at], upright.width, upright.height, walk);
    }
    if (!image.alpha.empty()) {
        turn_plane(image.alpha.data(), upright.alpha.data(), upright.width, upright.height, walk);
    }
    return upright;
}

}  // namespace impasto
