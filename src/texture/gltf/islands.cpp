#include "texture/gltf/islands.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <unordered_map>

#include "texture/gltf/edges.h"

namespace impasto::gltf {
namespace {

// Texels looked at for one image: what no atlas takes, and little enough not to hang.
constexpr double kMostTexels = 4e9;

class Sets {
  public:
    explicit Sets(std::size_t count) : parent_(count) {
        std::iota(parent_.begin(), parent_.end(), std::uint32_t{0});
    }
    std::uint32_t find(std::uint32_t at) {
        while (parent_[at] != at) {
            parent_[at] = parent_[parent_[at]];
            at = parent_[at];
        }
        return at;
    }
    void join(std::uint32_t a, std::uint32_t b) { parent_[find(b)] = find(a); }

  private:
    std::vector<std::uint32_t> parent_;
};

struct Hash {
    std::size_t operator()(const Point& p) const {
        const auto mix = [](std::uint64_t h) {
            h ^= h >> 33U;
            h *= 0xff51afd7ed558ccdULL;
            return h ^ h >> 33U;
        };
        return mix(std::bit_cast<std::uint64_t>(p.x) + 31 * mix(std::bit_cast<std::uint64_t>(p.y)));
    }
};

// Triangles of every use, whose islands are numbered from 0.
class Builder {
  public:
    void add(const Primitive& primitive, const TextureUse& use) {
        if (use.set >= primitive.coordinates.size()) return;
        const auto& coordinates = primitive.coordinates[use.set];
        for (std::size_t i = 0; i + 2 < primitive.indices.size(); i += 3) {
            UvTriangle triangle;
            for (std::size_t k = 0; k < 3; ++k) {
                const std::uint32_t at = primitive.indices[i + k];
                const auto uv = use.transform.apply({static_cast<double>(coordinates[at][0]),
                                                     static_cast<double>(coordinates[at][1])});
                // + 0: the two zeros are one.
                triangle.uv[k] = {uv[0] + 0.0, uv[1] + 0.0};
                triangle.position[k] = primitive.positions[at];
            }
            triangles.push_back(triangle);
            wraps.push_back(use.wrap);
        }
    }

    std::vector<UvTriangle> triangles;
    std::vector<std::array<WrapMode, 2>> wraps;  // of each
};

std::uint32_t number_islands(std::vector<UvTriangle>& triangles) {
    std::unordered_map<Point, std::uint32_t, Hash> first;  // triangle with this corner
    first.reserve(triangles.size());
    Sets sets(triangles.size());
    for (std::uint32_t i = 0; i < triangles.size(); ++i) {
        for (const Point& corner : triangles[i].uv) {
            const auto [found, fresh] = first.emplace(corner, i);
            if (!fresh) sets.join(found->second, i);
        }
    }
    std::vector<std::uint32_t> number(triangles.size(), 0);
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < triangles.size(); ++i) {
        if (sets.find(i) == i) number[i] = count++;
    }
    for (std::uint32_t i = 0; i < triangles.size(); ++i) {
        triangles[i].island = number[sets.find(i)];
    }
    return count;
}

struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    WrapMode wrap = WrapMode::kRepeat;
};

// Beyond the image by less, in UV, is an exporter's rounding or a hem, not a tile: 2 texels of 256.
constexpr double kOvershoot = 1.0 / 128;

// How an island moves along an axis: by `shift`, then mirrored.
struct Move {
    double shift = 0;
    bool mirrored = false;
};

double& coordinate(Point& p, std::size_t axis) { return axis == 0 ? p.x : p.y; }

// Where it fits, the move; else what it makes of the atlas.
Move find_move(const Range& range, std::size_t axis, Atlas& atlas) {
    const double period = std::floor(range.low + kOvershoot);
    const bool fits = range.high - period <= 1 + kOvershoot;
    if (fits && (period == 0 || range.wrap != WrapMode::kClamp)) {
        return {-period, range.wrap == WrapMode::kMirror && std::fmod(period, 2.0) != 0.0};
    }
    atlas.whole = true;
    if (range.wrap == WrapMode::kRepeat) atlas.tiles[axis] = true;
    return {};
}

double cross(const Point& a, const Point& b, double x, double y) {
    return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
}

// Calls `take(x, y, inside)` for the texels that the triangle, in texels, covers.
template <typename Take>
void cover(std::array<Point, 3> t, int width, int height, Take&& take) {
    if (cross(t[0], t[1], t[2].x, t[2].y) < 0) std::swap(t[1], t[2]);
    const auto [left, right] = std::minmax({t[0].x, t[1].x, t[2].x});
    const auto [top, bottom] = std::minmax({t[0].y, t[1].y, t[2].y});
    const auto from = [](double v) { return static_cast<int>(std::max(std::ceil(v - 1.5), 0.0)); };
    const auto to = [](double v, int size) {
        return static_cast<int>(std::min(std::floor(v + 0.5), size - 1.0));
    };
    for (int y = from(top); y <= to(bottom, height); ++y) {
        for (int x = from(left); x <= to(right, width); ++x) {
            const double cx = x + 0.5;
            const double cy = y + 0.5;
            bool near = true;
            bool inside = true;
            for (std::size_t k = 0; k < 3 && near; ++k) {
                const Point& a = t[k];
                const Point& b = t[(k + 1) % 3];
                const double side = cross(a, b, cx, cy);
                // How far the edge's function falls within the square of 2 texels around it.
                near = side >= -(std::abs(b.x - a.x) + std::abs(b.y - a.y));
                inside = inside && side >= 0;
            }
            if (near) take(x, y, inside);
        }
    }
}

// Where the mesh closes across a period, as around a cylinder whose shell fills the image from edge
// to edge: what is at one edge touches what is at the other.
void find_closed(Atlas& atlas, std::span<const std::array<WrapMode, 2>> wraps) {
    const auto at = [](double value, double edge) {
        return std::abs(value - edge) <= kUvTolerance;
    };
    const auto along = [](const Point& p, std::size_t axis) { return axis == 0 ? p.x : p.y; };
    const auto on_edge = [&](const Side& side, std::size_t axis, double edge) {
        return at(along(side.from, axis), edge) && at(along(side.to, axis), edge);
    };
    for (std::size_t axis = 0; axis < 2; ++axis) {
        if (atlas.tiles[axis]) continue;
        const auto chosen = [&](std::size_t triangle, const Side& side) {
            return wraps[triangle][axis] == WrapMode::kRepeat &&
                   (on_edge(side, axis, 0) || on_edge(side, axis, 1));
        };
        const auto same = [](const Side& a, const Side& b) {
            const auto move = move_between(a, b);
            return move && std::abs(move->x) < kSamePlace && std::abs(move->y) < kSamePlace;
        };
        for (const auto& [corners, sides] : find_edges(atlas.triangles, chosen, same)) {
            for (const Side& a : sides) {
                for (const Side& b : sides) {
                    const auto move = move_between(a, b);
                    if (move && std::abs(along(*move, axis) - 1) < kSamePlace &&
                        std::abs(along(*move, 1 - axis)) < kSamePlace) {
                        atlas.tiles[axis] = true;
                    }
                }
            }
        }
    }
}

}  // namespace

Atlas find_islands(const Model& model, std::size_t image) {
    Builder builder;
    for (const Primitive& primitive : model.primitives) {
        std::vector<TextureUse> uses;  // the same coordinates count once
        for (const TextureUse& use : model.materials[primitive.material].uses) {
            if (use.image != image || !use.unread.empty()) continue;
            const bool known = std::any_of(uses.begin(), uses.end(), [&](const TextureUse& other) {
                return other.set == use.set && other.wrap == use.wrap &&
                       other.transform == use.transform;
            });
            if (known) continue;
            uses.push_back(use);
            builder.add(primitive, use);
        }
    }
    Atlas atlas;
    atlas.triangles = std::move(builder.triangles);
    atlas.islands = number_islands(atlas.triangles);
    std::vector<std::array<Range, 2>> ranges(atlas.islands);
    for (std::size_t i = 0; i < atlas.triangles.size(); ++i) {
        UvTriangle& triangle = atlas.triangles[i];
        for (std::size_t axis = 0; axis < 2; ++axis) {
            Range& range = ranges[triangle.island][axis];
            range.wrap = builder.wraps[i][axis];
            for (Point& corner : triangle.uv) {
                range.low = std::min(range.low, coordinate(corner, axis));
                range.high = std::max(range.high, coordinate(corner, axis));
            }
        }
    }
    std::vector<std::array<Move, 2>> moves(atlas.islands);
    for (std::uint32_t i = 0; i < atlas.islands; ++i) {
        for (std::size_t axis = 0; axis < 2; ++axis) {
            moves[i][axis] = find_move(ranges[i][axis], axis, atlas);
        }
    }
    for (UvTriangle& triangle : atlas.triangles) {
        for (Point& corner : triangle.uv) {
            for (std::size_t axis = 0; axis < 2; ++axis) {
                const Move& move = moves[triangle.island][axis];
                double& value = coordinate(corner, axis);
                value += move.shift;
                if (move.mirrored) value = 1 - value;
            }
        }
    }
    find_closed(atlas, builder.wraps);
    return atlas;
}

std::size_t Coverage::covered() const {
    return static_cast<std::size_t>(
        std::count_if(island.begin(), island.end(), [](std::int32_t one) { return one >= 0; }));
}

Coverage rasterise(const Atlas& atlas, int width, int height) {
    Coverage coverage{width, height, {}};
    const std::size_t texels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    coverage.island.assign(texels, atlas.whole ? 0 : -1);
    if (atlas.whole) return coverage;
    double work = 0;
    for (const UvTriangle& triangle : atlas.triangles) {
        std::array<Point, 3> t = triangle.uv;
        for (Point& p : t) p = {p.x * width, p.y * height};
        const auto [left, right] = std::minmax({t[0].x, t[1].x, t[2].x});
        const auto [top, bottom] = std::minmax({t[0].y, t[1].y, t[2].y});
        work += (right - left + 2) * (bottom - top + 2);
        if (work > kMostTexels) {
            coverage.island.assign(texels, 0);
            return coverage;
        }
        const auto island = static_cast<std::int32_t>(triangle.island);
        cover(t, width, height, [&](int x, int y, bool inside) {
            std::int32_t& at =
                coverage.island[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                                static_cast<std::size_t>(x)];
            if (inside || at < 0) at = island;
        });
    }
    return coverage;
}

}  // namespace impasto::gltf
