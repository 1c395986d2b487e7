// The scales of a run, coarse to fine (Gatys et al. 2017; Johnson's multi-scale recipe): large
// shapes form where they are cheap, and each finer scale starts from the last.
#pragma once

#include <cstdint>
#include <vector>

namespace impasto::style {

struct Scale {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t iterations = 0;
    std::uint32_t longest() const { return width > height ? width : height; }
};

// width x height scaled so that its longest side is `longest`, the other rounded, at least 1.
Scale fit(std::uint32_t width, std::uint32_t height, std::uint32_t longest);

// Sides double from scale to scale and end at `size`; the first is the one nearest to `first_size`
// (by ratio). Iterations come from the list, whose last entry counts for the rest.
std::vector<Scale> schedule(std::uint32_t content_width, std::uint32_t content_height,
                            std::uint32_t size, std::uint32_t first_size,
                            const std::vector<std::uint32_t>& iterations);

}  // namespace impasto::style
