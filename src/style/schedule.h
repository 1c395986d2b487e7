// The scales of a run, coarse to fine (Gatys et al. 2017; Johnson's multi-scale recipe): large
// shapes form where they are cheap, and each finer scale starts from the last.
#pragma once

#include <cstdint>
#include <vector>

#include "style/options.h"

namespace impasto::style {

struct Scale {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t iterations = 0;
    std::uint32_t longest() const { return width > height ? width : height; }
};

// What the sides must be multiples of: along an axis that wraps, what the encoder's pools divide.
struct Grid {
    std::uint32_t x = 1;
    std::uint32_t y = 1;
};

// width x height scaled so that its longest side is `longest`, both rounded to the grid, at least
// one step of it.
Scale fit(std::uint32_t width, std::uint32_t height, std::uint32_t longest, Grid grid = {});

// Sides double from scale to scale and end at `size`; the first is the one nearest to `first_size`
// (by ratio), or, of a long and narrow picture, the last whose shorter side is at least `smallest`.
// Iterations come from the list, whose last entry counts for the rest.
std::vector<Scale> schedule(std::uint32_t content_width, std::uint32_t content_height,
                            std::uint32_t size, std::uint32_t first_size,
                            const std::vector<std::uint32_t>& iterations, Grid grid = {},
                            std::uint32_t smallest = 1);

// The grid of a session's scales; its scales, if its longest side is `size`; and the size of the
// picture that comes out, which is off the grid where the asked size is.
Grid grid_of(const ObjectiveOptions& objective);
std::vector<Scale> schedule(const Image& content, const SessionOptions& options,
                            std::uint32_t size);
Scale result_size(const Image& content, const SessionOptions& options);

}  // namespace impasto::style
