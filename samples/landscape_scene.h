// The land, the light and the sky of the landscape. Lengths are metres, more or less: x to the
// right, y up, z away from the viewer; the water lies at y = 0. Colours are linear light.
#pragma once

#include "noise.h"

namespace samples {

// Metres to the nearest water's edge, negative on the water.
float shore_distance(float x, float z);

// The ground's height, below 0 under water.
float ground_height(float x, float z);

// The colour of the ground at a point, lit, in the air between it and the viewer.
Vec3 ground_color(float x, float z);

// The sky, in the direction (x, slope, 1).
Vec3 sky_color(float x, float slope);

// What the air does to a colour at distance z in the direction x.
Vec3 through_air(Vec3 color, float x, float z);

// Light on a surface of that normal, where the sun reaches it by the share `sunlit`.
Vec3 light_on(Vec3 normal, float sunlit);

}  // namespace samples
