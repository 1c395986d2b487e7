#include "texture/gltf/edges.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace impasto::gltf {
namespace {

constexpr std::size_t kMostSidesOfAnEdge = 8;

using Position = std::array<float, 3>;

// Numbers positions so that those nearer than a tolerance get the same number: a grid of cells
// of twice the tolerance, of which the eight around a position can hold such a neighbour.
class Weld {
  public:
    explicit Weld(double tolerance) : tolerance_(std::max(tolerance, 1e-30)) {}

    std::uint32_t number(const Position& position) {
        std::array<std::int64_t, 3> cell{};
        std::array<std::int64_t, 3> side{};
        for (std::size_t i = 0; i < 3; ++i) {
            const double at = static_cast<double>(position[i]) / (2 * tolerance_);
            const double floor = std::floor(at);
            cell[i] = static_cast<std::int64_t>(std::clamp(floor, -9e15, 9e15));
            side[i] = at - floor < 0.5 ? -1 : 1;
        }
        for (unsigned corner = 0; corner < 8; ++corner) {
            std::array<std::int64_t, 3> at = cell;
            for (unsigned i = 0; i < 3; ++i) {
                if ((corner >> i & 1U) != 0) at[i] += side[i];
            }
            const auto found = cells_.find(key(at));
            if (found == cells_.end()) continue;
            for (const std::uint32_t one : found->second) {
                if (near(positions_[one], position)) return one;
            }
        }
        const auto fresh = static_cast<std::uint32_t>(positions_.size());
        positions_.push_back(position);
        cells_[key(cell)].push_back(fresh);
        return fresh;
    }

  private:
    static std::uint64_t key(const std::array<std::int64_t, 3>& cell) {
        std::uint64_t hash = 1469598103934665603ULL;
        for (const std::int64_t one : cell) {
            hash = (hash ^ static_cast<std::uint64_t>(one)) * 0x9E3779B97F4A7C15ULL;
            hash ^= hash >> 29U;
        }
        return hash;
    }
    bool near(const Position& a, const Position& b) const {
        double sum = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
            sum += d * d;
        }
        return sum <= tolerance_ * tolerance_;
    }

    double tolerance_;
    std::vector<Position> positions_;
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> cells_;
};

double diagonal(std::span<const UvTriangle> triangles) {
    std::array<double, 3> low{};
    std::array<double, 3> high{};
    low.fill(std::numeric_limits<double>::infinity());
    high.fill(-std::numeric_limits<double>::infinity());
    for (const UvTriangle& triangle : triangles) {
        for (const Position& position : triangle.position) {
            for (std::size_t i = 0; i < 3; ++i) {
                low[i] = std::min(low[i], static_cast<double>(position[i]));
                high[i] = std::max(high[i], static_cast<double>(position[i]));
            }
        }
    }
    double sum = 0;
    for (std::size_t i = 0; i < 3; ++i) sum += (high[i] - low[i]) * (high[i] - low[i]);
    return std::sqrt(sum);
}

}  // namespace

Edges find_edges(std::span<const UvTriangle> triangles, const Chosen& chosen, const Same& same) {
    Weld weld(kWeldTolerance * diagonal(triangles));
    Edges edges;
    for (std::size_t i = 0; i < triangles.size(); ++i) {
        const UvTriangle& triangle = triangles[i];
        for (std::size_t k = 0; k < 3; ++k) {
            std::size_t from = k;
            std::size_t to = (k + 1) % 3;
            if (!chosen(i, {triangle.uv[from], triangle.uv[to]})) continue;
            std::uint32_t first = weld.number(triangle.position[from]);
            std::uint32_t second = weld.number(triangle.position[to]);
            if (first == second) continue;
            if (first > second) {
                std::swap(from, to);
                std::swap(first, second);
            }
            const Side side{triangle.uv[from], triangle.uv[to]};
            std::vector<Side>& sides = edges[{first, second}];
            const bool known = std::any_of(sides.begin(), sides.end(),
                                           [&](const Side& other) { return same(other, side); });
            if (!known && sides.size() < kMostSidesOfAnEdge) sides.push_back(side);
        }
    }
    return edges;
}

std::optional<Point> move_between(const Side& a, const Side& b) {
    const Point move{b.from.x - a.from.x, b.from.y - a.from.y};
    const auto near = [](double x, double y) { return std::abs(x - y) < kSamePlace; };
    if (!near(move.x, b.to.x - a.to.x) || !near(move.y, b.to.y - a.to.y)) return std::nullopt;
    return move;
}

}  // namespace impasto::gltf
