#include "image/lighting.h"

#include <algorithm>
#include <numeric>

#include "image/resize.h"

namespace impasto {

std::vector<float> coarse_part(std::span<const float> plane, int width, int height) {
    constexpr int kSide = 5;
    const int coarse_width = std::min(width, kSide);
    const int coarse_height = std::min(height, kSide);
    return resize_plane(resize_plane(plane, width, height, coarse_width, coarse_height),
                        coarse_width, coarse_height, width, height);
}

Image without_lighting(Image image) {
    for (std::size_t c = 0; c < image.planes(); ++c) {
        const std::span<float> plane(&image.rgb[c * image.pixels()], image.pixels());
        const auto coarse = coarse_part(plane, image.width, image.height);
        const double sum = std::accumulate(plane.begin(), plane.end(), 0.0);
        const auto mean = static_cast<float>(sum / static_cast<double>(plane.size()));
        for (std::size_t i = 0; i < plane.size(); ++i) {
            plane[i] += mean - coarse[i];
        }
    }
    return image;
}

}  // namespace impasto
