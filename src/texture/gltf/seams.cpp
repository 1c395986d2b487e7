#include "texture/gltf/seams.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "texture/gltf/edges.h"

namespace impasto::gltf {
namespace {

constexpr std::size_t kMostSamplesOfAnEdge = 8192;
constexpr std::size_t kMostSamples = std::size_t{1} << 24;

// Whether two sides show the same texels: one is the other, moved by whole periods of axes along
// which the image is a tile. Beyond the image the sampler decides, by a mirror or a clamp; there
// every whole move counts.
class SameTexels {
  public:
    explicit SameTexels(const Atlas& atlas) : tiles_(atlas.tiles) {}

    bool operator()(const Side& a, const Side& b) const {
        const auto move = move_between(a, b);
        return move && along(move->x, tiles_[0], a.from.x, a.to.x, b.from.x, b.to.x) &&
               along(move->y, tiles_[1], a.from.y, a.to.y, b.from.y, b.to.y);
    }

  private:
    static bool along(double move, bool tiles, double a, double b, double c, double d) {
        if (std::abs(move) < kSamePlace) return true;
        const auto [low, high] = std::minmax({a, b, c, d});
        const bool beyond = low < -kUvTolerance || high > 1 + kUvTolerance;
        return (tiles || beyond) && std::abs(move - std::round(move)) < kSamePlace;
    }

    std::array<bool, 2> tiles_;
};

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
    const Edges edges = find_edges(
        atlas.triangles, [](std::size_t, const Side&) { return true; }, SameTexels(atlas));
    std::vector<SeamSample> samples;
    for (const auto& [corners, sides] : edges) {
        for (std::size_t i = 1; i < sides.size(); ++i) {
            add_samples(sides[i - 1], sides[i], width, height, samples);
        }
    }
    return samples;
}

Reads reads_of(Point at, int width, int height, std::array<bool, 2> tiles) {
    struct Axis {
        std::size_t low, high;
        float share;  // of the higher one
    };
    const auto along = [](double place, int size, bool tile) -> Axis {
        const double last = size - 1.0;
        double texel = place * size - 0.5;
        texel = tile ? texel - size * std::floor(texel / size) : std::clamp(texel, 0.0, last);
        const double low = std::min(std::floor(texel), last);
        const double high = low < last ? low + 1 : tile ? 0.0 : last;
        return {static_cast<std::size_t>(low), static_cast<std::size_t>(high),
                static_cast<float>(texel - low)};
    };
    const Axis x = along(at.x, width, tiles[0]);
    const Axis y = along(at.y, height, tiles[1]);
    const auto row = static_cast<std::size_t>(width);
    return {
        {y.low * row + x.low, y.low * row + x.high, y.high * row + x.low, y.high * row + x.high},
        {(1 - x.share) * (1 - y.share), x.share * (1 - y.share), (1 - x.share) * y.share,
         x.share * y.share}};
}

std::array<float, 3> sample(const Image& image, Point at, std::array<bool, 2> tiles) {
    const Reads reads = reads_of(at, image.width, image.height, tiles);
    std::array<float, 3> color{};
    for (std::size_t c = 0; c < 3; ++c) {
        const float* plane = image.rgb.data() + c * image.pixels();
        for (std::size_t k = 0; k < 4; ++k) color[c] += reads.shares[k] * plane[reads.texels[k]];
    }
    return color;
}

std::vector<float> seam_steps(const Image& image, const std::vector<SeamSample>& samples,
                              std::array<bool, 2> tiles) {
    std::vector<float> steps;
    steps.reserve(samples.size());
    for (const SeamSample& one : samples) {
        const auto a = sample(image, one.a, tiles);
        const auto b = sample(image, one.b, tiles);
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
