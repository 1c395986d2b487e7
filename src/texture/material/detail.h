// What is new in a painted albedo, taken for relief that the other maps follow: light is raised.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "image/image.h"
#include "image/resize.h"

namespace impasto::texture {

// The difference of the two pictures' luma, without what changes slowly (a Gaussian of a 32th of
// the longer side), which is light and colour, in units of its own deviation, so that it reads the
// same whether the paint is bold or faint: (height, width), of mean about 0, in [-3, 3], 0 where
// nothing is covered. What deviates by less than 0.04 is next to nothing, and is not raised to it.
// Both of one size; `covered` as coverage().
// With `regions`, a number a texel, each one's mean is taken out first: islands that lie side by
// side don't reach into each other.
std::vector<float> new_detail(const Image& albedo, const Image& before,
                              const std::vector<float>& covered, Wrap wrap,
                              std::span<const std::int32_t> regions = {});

// At full strength, for a detail of 1: of the height's own deviation, so that strokes read as well
// as what was there and do not drown it. Chosen by looking at renderings of the generated stone.
inline constexpr float kHeightShare = 0.5f;
// The same of roughness, by itself: what lies deep is rougher.
inline constexpr float kRoughnessShare = 0.08f;

// The deviation of a height from 0 to 1, where no map tells.
inline constexpr float kUsualDeviation = 0.2f;
// Of what is covered, all where `covered` is empty.
float deviation(std::span<const float> plane, std::span<const float> covered);

// The depth in px of a height from 0 to 1, where no map tells: a 32th of the longer side.
float usual_depth(int width, int height);

}  // namespace impasto::texture
