// Which pixels count, and for which style: weights of pixels at the sizes of pictures and of the
// encoder's maps.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "image/resize.h"
#include "nn/border.h"
#include "nn/shape.h"

namespace impasto::style {

// (height, width), weights in [0, 1]. Empty: every pixel counts.
struct Mask {
    int width = 0;
    int height = 0;
    std::vector<float> weights;
    bool empty() const { return weights.empty(); }
    friend bool operator==(const Mask&, const Mask&) = default;
};

struct Masks {
    Mask picture;
    Mask blend;                // 0: the first style's region, 1: the second's
    std::vector<Mask> styles;  // none, or one a style
};

// (height, width) of a mask; all 1 for an empty one.
std::vector<float> weights_at(const Mask& mask, std::uint32_t width, std::uint32_t height,
                              Wrap wrap);

// Of a region (0 or 1) of a picture of this size: its mask times the region's share.
std::vector<float> region_weights(const Masks& masks, std::size_t region, std::uint32_t width,
                                  std::uint32_t height, Wrap wrap);

// What a map of shape `to` has of weights of shape `from` (no channels counted): the mean of the
// pixels that the pools between took together, 2x2 at a time; an odd last row or column is left out
// or completed by itself, as `borders` make the pools do.
std::vector<float> pooled_weights(std::vector<float> weights, nn::Shape from, const nn::Shape& to,
                                  nn::Borders borders);

// Sets the outermost `rim` rows and columns to 0, where at least half of each side is left.
void clear_rim(std::span<float> weights, std::uint32_t width, std::uint32_t height,
               std::uint32_t rim);

double sum_of(std::span<const float> weights);

}  // namespace impasto::style
