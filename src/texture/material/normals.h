// Normal maps as vectors, and as the slopes of a height.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "image/resize.h"

namespace impasto::texture {

// All planes are (height, width), all normals (3, height, width) encoded as n / 2 + 1/2, their
// green up (OpenGL) where nothing else is said.

// Turns green around: between OpenGL's and Direct3D's normals.
void flip_green(std::span<float> normals);

// Whether these are unit vectors out of the surface, with the tolerance that lossy files and mips
// need: of the covered texels (of all where `covered` is empty) nine in ten have a length within
// 0.25 of 1 and point outwards.
bool is_normal_map(std::span<const float> normals, std::span<const float> covered);

// Central differences a px, to the right and down; one-sided at an edge that does not wrap. With
// `regions`, a number a texel, only texels of the same one are compared: one-sided at its edge.
struct Slopes {
    std::vector<float> x;
    std::vector<float> y;
};
Slopes slopes_of(std::span<const float> plane, int width, int height, Wrap wrap = {},
                 std::span<const std::int32_t> regions = {});

// The normals of a height of `depth` px from 0 to 1.
std::vector<float> normals_of_height(std::span<const float> plane, int width, int height,
                                     float depth, Wrap wrap = {});

// How a height and a normal map belong together: the depth in px for which the height has these
// normals, by least squares, and how the two correlate, each along x and along y (-1 to 1; below 0
// along y: green is turned around).
struct Relief {
    float depth = 0.0f;
    float x = 0.0f;
    float y = 0.0f;
};
Relief relief_of(std::span<const float> plane, std::span<const float> normals, int width,
                 int height);

// The normal `detail` laid over `base`, both unit vectors out of the surface: that of the sum of
// the two heights, since the slopes add up ("partial derivative blending", Barre-Brisebois and
// Hill, Blending in Detail, 2012; its reoriented mapping turns steep normals into the surface, and
// is no longer that of any height). A flat detail changes nothing, and detail on a flat base is the
// detail. One that is steeper than 84 degrees counts as that.
std::array<float, 3> blended(const std::array<float, 3>& base, const std::array<float, 3>& detail);

// Lays a relief of these slopes and of `depth` px from 0 to 1 over all `normals`, as above.
void lay_over(std::span<float> normals, const Slopes& slopes, float depth);

}  // namespace impasto::texture
