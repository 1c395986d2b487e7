// Where a model's triangles lie in an image: UV islands, what of the image they cover, and whether
// it is a tile.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "texture/gltf/model.h"

namespace impasto::gltf {

struct Point {
    double x = 0;
    double y = 0;
    bool operator==(const Point&) const = default;
};

// A triangle in an image: [0, 1] is the image, y down.
struct UvTriangle {
    std::array<Point, 3> uv;
    std::array<std::array<float, 3>, 3> position;  // of its corners in space
    std::uint32_t island = 0;
};

// The triangles that show one image. An island is what is connected by shared UV vertices. One that
// lies beyond [0, 1] but within one period of a wrapped axis is moved (or mirrored) to where it
// shows the same texels; one that does not makes a tile of the image: it repeats.
struct Atlas {
    std::vector<UvTriangle> triangles;
    std::uint32_t islands = 0;
    // Along x or y the sampler repeats and an island shows more than one period, or what lies at
    // one edge touches on the mesh what lies at the other: the image has to go on without a seam.
    std::array<bool, 2> tiles{false, false};
    // All of the image counts: it is a tile, or an island lies outside of it otherwise.
    bool whole = false;
};

// Beyond a period by no more than this, in UV, is rounding.
inline constexpr double kUvTolerance = 1e-3;

// Of all uses of `image`, in whatever slot; primitives without the coordinates that a
// use names show nothing.
Atlas find_islands(const Model& model, std::size_t image);

// Per texel of a width x height image: the island that covers it, -1: none.
struct Coverage {
    int width = 0;
    int height = 0;
    std::vector<std::int32_t> island;

    std::size_t covered() const;
};

// A texel is covered when bilinear filtering anywhere in a triangle reads it: when its square,
// grown by half a texel on each side, meets the triangle (conservative rasterisation). Where
// islands are closer than that, a texel is of the one whose triangle holds its centre, else of the
// first. Of a whole atlas all is covered, by island 0.
Coverage rasterise(const Atlas& atlas, int width, int height);

}  // namespace impasto::gltf
