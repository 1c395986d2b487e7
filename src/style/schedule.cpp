#include "style/schedule.h"

#include <algorithm>
#include <cmath>

namespace impasto::style {

Scale fit(std::uint32_t width, std::uint32_t height, std::uint32_t longest) {
    const double ratio = static_cast<double>(longest) / std::max(width, height);
    const auto side = [&](std::uint32_t n) {
        return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(std::lround(n * ratio)));
    };
    return {side(width), side(height), 0};
}

std::vector<Scale> schedule(std::uint32_t content_width, std::uint32_t content_height,
                            std::uint32_t size, std::uint32_t first_size,
                            const std::vector<std::uint32_t>& iterations) {
    std::vector<Scale> scales;
    double side = size;
    scales.push_back(fit(content_width, content_height, size));
    // Another halving comes nearer to first_size as long as side > sqrt(2) first_size.
    while (side > first_size * std::sqrt(2.0)) {
        side /= 2;
        scales.push_back(
            fit(content_width, content_height,
                std::max<std::uint32_t>(1, static_cast<std::uint32_t>(std::lround(side)))));
    }
    std::reverse(scales.begin(), scales.end());
    for (std::size_t i = 0; i < scales.size(); ++i) {
        scales[i].iterations = iterations[std::min(i, iterations.size() - 1)];
    }
    return scales;
}

}  // namespace impasto::style
