// What is new in a painted albedo, taken for relief that the other maps follow: light is raised.
#pragma once

#include <vector>

#include "image/image.h"
#include "image/resize.h"

namespace impasto::texture {

// The difference of the two pictures' luma, without what changes slowly (a Gaussian of a 32th of
// the longer side), which is light and colour: (height, width), in about [-1, 1], 0 where nothing
// is covered. Both of one size; `covered` as coverage().
std::vector<float> new_detail(const Image& albedo, const Image& before,
                              const std::vector<float>& covered, Wrap wrap);

// Of the height's range, for a step from black to white at full strength: strokes stand out clearly
// and do not drown what was there. Chosen by looking at renderings of the generated stone.
inline constexpr float kHeightShare = 0.25f;
// The same of the roughness, which gets less: what lies deep is rougher.
inline constexpr float kRoughnessShare = 0.25f;

// The depth in px of a height from 0 to 1, where no map tells: a 32th of the longer side.
float usual_depth(int width, int height);

}  // namespace impasto::texture
