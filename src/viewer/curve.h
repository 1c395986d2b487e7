// What the plots are made of: one point for each iteration that was finished.
#pragma once

#include <cstddef>
#include <span>

#include "impasto/impasto.h"

namespace impasto::viewer {

struct CurvePoint {
    ImpastoLosses losses{};
    double seconds =
        0;  // since the work began, while it ran, when the point was known; never falls
};

// Iterations a second up to point `index`, over the last second or, where an iteration takes
// longer, over that. Points are known by the frame, many at once where the device is fast: those of
// one frame have one rate. 0 where no time has passed.
double rate_at(std::span<const CurvePoint> curve, std::size_t index);

}  // namespace impasto::viewer
