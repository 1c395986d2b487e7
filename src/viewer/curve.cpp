#include "viewer/curve.h"

#include <algorithm>

namespace impasto::viewer {
namespace {

constexpr double kWindowSeconds = 1;

// How many points were known at `seconds`.
std::size_t known_at(std::span<const CurvePoint> curve, double seconds) {
    const auto later = [&](double at, const CurvePoint& point) { return at < point.seconds; };
    return static_cast<std::size_t>(std::upper_bound(curve.begin(), curve.end(), seconds, later) -
                                    curve.begin());
}

}  // namespace

void Curve::add(std::span<const ImpastoLosses> losses, double seconds,
                std::span<const ImpastoLayerLoss> layer_losses) {
    const std::size_t before = points.size();
    for (const ImpastoLosses& one : losses) {
        points.push_back({one, seconds});
    }
    for (const ImpastoLayerLoss& layer : layer_losses) {
        auto& values = layers[std::string(layer.style != 0 ? "style " : "content ") + layer.layer];
        values.resize(before, values.empty() ? layer.loss : values.back());
        values.resize(points.size(), layer.loss);
    }
}

void Curve::cut(std::size_t count) {
    points.resize(std::min(points.size(), count));
    for (auto& [name, values] : layers) {
        values.resize(std::min(values.size(), count));
    }
}

void Curve::clear() { *this = {}; }

std::size_t Curve::bytes() const {
    std::size_t sum = points.size() * sizeof(CurvePoint);
    for (const auto& [name, values] : layers) {
        sum += values.size() * sizeof(float);
    }
    return sum;
}

double rate_at(std::span<const CurvePoint> curve, std::size_t index) {
    const double now = curve[index].seconds;
    const std::size_t before = known_at(curve, now - kWindowSeconds);
    // From the frame that the window begins after, since it began in the middle of work.
    const double since = before > 0 ? curve[before - 1].seconds : 0;
    const double passed = now - since;
    return passed > 0 ? static_cast<double>(known_at(curve, now) - before) / passed : 0;
}

}  // namespace impasto::viewer
