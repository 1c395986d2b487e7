// A mesh's edges in space, and where they lie in the image: at several places where it is cut.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "texture/gltf/islands.h"

namespace impasto::gltf {

// Corners in space are one where they are nearer than this share of the bounding box's diagonal.
inline constexpr double kWeldTolerance = 1e-5;
inline constexpr double kSamePlace = 1e-5;  // UV

// An edge in the image, from the corner in space with the smaller number to the other.
struct Side {
    Point from;
    Point to;
};
// By the numbers of their corners, so that they come in the same order every time.
using Edges = std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Side>>;

// Whether an edge of triangles[index] is looked at.
using Chosen = std::function<bool(std::size_t index, const Side& side)>;
// Whether two sides are one.
using Same = std::function<bool(const Side& a, const Side& b)>;

// Edges with the different sides that they have, at most eight.
Edges find_edges(std::span<const UvTriangle> triangles, const Chosen& chosen, const Same& same);

// By how much `b` is `a`, moved; nothing where it is turned or stretched as well.
std::optional<Point> move_between(const Side& a, const Side& b);

}  // namespace impasto::gltf
