#include "style/schedule.h"

#include <algorithm>
#include <cmath>

#include "encoder/plan.h"

namespace impasto::style {

Scale fit(std::uint32_t width, std::uint32_t height, std::uint32_t longest, Grid grid) {
    const double ratio = static_cast<double>(longest) / std::max(width, height);
    const auto side = [&](std::uint32_t n, std::uint32_t step) {
        const auto steps = static_cast<std::uint32_t>(std::lround(n * ratio / step));
        return step * std::max<std::uint32_t>(1, steps);
    };
    return {side(width, grid.x), side(height, grid.y), 0};
}

std::vector<Scale> schedule(std::uint32_t content_width, std::uint32_t content_height,
                            std::uint32_t size, std::uint32_t first_size,
                            const std::vector<std::uint32_t>& iterations, Grid grid,
                            std::uint32_t smallest) {
    std::vector<Scale> scales;
    double side = size;
    scales.push_back(fit(content_width, content_height, size, grid));
    // Another halving comes nearer to first_size as long as side > sqrt(2) first_size.
    while (side > first_size * std::sqrt(2.0)) {
        side /= 2;
        const auto longest = static_cast<std::uint32_t>(std::lround(side));
        const Scale coarser = fit(content_width, content_height, std::max(1u, longest), grid);
        if (std::min(coarser.width, coarser.height) < smallest) {
            break;
        }
        scales.push_back(coarser);
    }
    std::reverse(scales.begin(), scales.end());
    for (std::size_t i = 0; i < scales.size(); ++i) {
        scales[i].iterations = iterations[std::min(i, iterations.size() - 1)];
    }
    return scales;
}

Grid grid_of(const ObjectiveOptions& objective) {
    const std::uint32_t divided = encoder::Plan::smallest_side(objective.depth());
    return {objective.wrap.x ? divided : 1, objective.wrap.y ? divided : 1};
}

std::vector<Scale> schedule(const Image& content, const SessionOptions& options,
                            std::uint32_t size) {
    return schedule(static_cast<std::uint32_t>(content.width),
                    static_cast<std::uint32_t>(content.height), size, options.first_size,
                    options.iterations, grid_of(options.objective),
                    encoder::Plan::smallest_side(options.objective.depth()));
}

Scale result_size(const Image& content, const SessionOptions& options) {
    return fit(static_cast<std::uint32_t>(content.width),
               static_cast<std::uint32_t>(content.height), options.size);
}

}  // namespace impasto::style
