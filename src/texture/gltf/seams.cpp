#include "texture/gltf/seams.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace impasto::gltf {
namespace {

constexpr std::size_t kMostSidesOfAnEdge = 8;
constexpr std::size_t kMostSamplesOfAnEdge = 8192;
constexpr std::size_t kMostSamples = std::size_t{1} << 24;
constexpr double kSamePlace = 1e-5;  // UV

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

double diagonal(const Atlas& atlas) {
    std::array<double, 3> low{};
    std::array<double, 3> high{};
    low.fill(std::numeric_limits<double>::infinity());
    high.fill(-std::numeric_limits<double>::infinity());
    for (const UvTriangle& triangle : atlas.triangles) {
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

// An edge in the image, from the corner in space with the smaller number to the other.
struct Side {
    Point from;
    Point to;
};

// Whether two sides show the same texels: one is the other, moved by a whole number of periods.
bool same_side(const Side& a, const Side& b) {
    const Point move{a.from.x - b.from.x, a.from.y - b.from.y};
    const auto near = [](double x, double y) { return std::abs(x - y) < kSamePlace; };
    return near(move.x, std::round(move.x)) && near(move.y, std::round(move.y)) &&
           near(move.x, a.to.x - b.to.x) && near(move.y, a.to.y - b.to.y);
}

void add_samples(const Side& a, const Side& b, int width, int height,
                 std::vector<SeamSample>& samples) {
    const auto length = [&](const Side& side) {
        return std::hypot((side.to.x - side.from.x) * width, (side.to.y - side.from.y) * height);
    };
    const double wanted = std::clamp(std::ceil(2 * std::max(length(a), length(b))), 1.0,
                                     static_cast<double>(kMostSamplesOfAnEdge));
    const auto count = static_cast<std::size_t>(wanted);
    for (std::size_t i = 0; i < count && samples.size() < kMostSamples; ++i) {
        const double t = (static_cast<double>(i) + 0.5) / wanted;
        const auto at = [&](const Side& side) {
            return Point{side.from.x + t * (side.to.x - side.from.x),
                         side.from.y + t * (side.to.y - side.from.y)};
        };
        samples.push_back({at(a), at(b)});
    }
}

}  // namespace

std::vector<SeamSample> find_seams(const Atlas& atlas, int width, int height) {
    Weld weld(kWeldTolerance * diagonal(atlas));
    // In order of their corners' numbers, so that the samples come in the same order every time.
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Side>> edges;
    for (const UvTriangle& triangle : atlas.triangles) {
        std::array<std::uint32_t, 3> corner{};
        for (std::size_t k = 0; k < 3; ++k) corner[k] = weld.number(triangle.position[k]);
        for (std::size_t k = 0; k < 3; ++k) {
            std::size_t from = k;
            std::size_t to = (k + 1) % 3;
            if (corner[from] == corner[to]) continue;
            if (corner[from] > corner[to]) std::swap(from, to);
            const Side side{triangle.uv[from], triangle.uv[to]};
            std::vector<Side>& sides = edges[{corner[from], corner[to]}];
            const bool known = std::any_of(sides.begin(), sides.end(), [&](const Side& other) {
                return same_side(other, side);
            });
            if (!known && sides.size() < kMostSidesOfAnEdge) sides.push_back(side);
        }
    }
    std::vector<SeamSample> samples;
    for (const auto& [corners, sides] : edges) {
        for (std::size_t i = 1; i < sides.size(); ++i) {
            add_samples(sides[i - 1], sides[i], width, height, samples);
        }
    }
    return samples;
}

std::array<float, 3> sample(const Image& image, Point at) {
    const double x = std::clamp(at.x * image.width - 0.5, 0.0, image.width - 1.0);
    const double y = std::clamp(at.y * image.height - 0.5, 0.0, image.height - 1.0);
    const auto x0 = static_cast<std::size_t>(x);
    const auto y0 = static_cast<std::size_t>(y);
    const auto width = static_cast<std::size_t>(image.width);
    const std::size_t x1 = std::min(x0 + 1, width - 1);
    const std::size_t y1 = std::min(y0 + 1, static_cast<std::size_t>(image.height) - 1);
    const auto fx = static_cast<float>(x - std::floor(x));
    const auto fy = static_cast<float>(y - std::floor(y));
    std::array<float, 3> color{};
    for (std::size_t c = 0; c < 3; ++c) {
        const float* plane = image.rgb.data() + c * image.pixels();
        const float top = plane[y0 * width + x0] * (1 - fx) + plane[y0 * width + x1] * fx;
        const float bottom = plane[y1 * width + x0] * (1 - fx) + plane[y1 * width + x1] * fx;
        color[c] = top * (1 - fy) + bottom * fy;
    }
    return color;
}

std::vector<float> seam_steps(const Image& image, const std::vector<SeamSample>& samples) {
    std::vector<float> steps;
    steps.reserve(samples.size());
    for (const SeamSample& one : samples) {
        const auto a = sample(image, one.a);
        const auto b = sample(image, one.b);
        float step = 0;
        for (std::size_t c = 0; c < 3; ++c) step = std::max(step, std::abs(a[c] - b[c]));
        steps.push_back(step);
    }
    return steps;
}

StepSummary summarise(const std::vector<float>& steps, const std::vector<float>& weights) {
    std::vector<float> counted;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (weights.empty() || weights[i] > 0.5f) counted.push_back(steps[i]);
    }
    if (counted.empty()) return {};
    const auto rank = static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(counted.size() - 1));
    std::nth_element(counted.begin(), counted.begin() + rank, counted.end());
    const double sum = std::accumulate(counted.begin(), counted.end(), 0.0);
    return {sum / static_cast<double>(counted.size()),
            static_cast<double>(counted[static_cast<std::size_t>(rank)])};
}

}  // namespace impasto::gltf
