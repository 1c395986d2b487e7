// What the plots are made of: one point for each iteration that was finished.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "impasto/impasto.h"

namespace impasto::viewer {

struct CurvePoint {
    ImpastoLosses losses{};
    double seconds =
        0;  // since the work began, while it ran, when the point was known; never falls
};

// All points, and the losses by layer.
struct Curve {
    std::vector<CurvePoint> points;
    std::map<std::string, std::vector<float>> layers;  // "style relu1_1": as many as points

    // The iterations after those that it has, known at `seconds`, the layers as the last one left
    // them.
    void add(std::span<const ImpastoLosses> losses, double seconds,
             std::span<const ImpastoLayerLoss> layer_losses);
    void cut(std::size_t count);  // to its first points
    void clear();
    std::size_t bytes() const;
};

// Iterations a second up to point `index`, over the last second or, where an iteration takes
// longer, over that. Points are known by the frame, many at once where the device is fast: those of
// one frame have one rate. 0 where no time has passed.
double rate_at(std::span<const CurvePoint> curve, std::size_t index);

}  // namespace impasto::viewer
