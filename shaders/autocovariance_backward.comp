// The gradient of the autocovariances, added to that of the map: see src/nn/autocovariance.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "autocovariance.h"

layout(local_size_x = AUTOCOVARIANCE_THREADS) in;
layout(constant_id = 0) const bool ACCUMULATE = false;

// 0 features   1 shifts (shifts, 2): dy, dx   2 means (channels)   3 differences (channels, shifts)
// 4 factors   5 gradient
#ifdef HALF
KERNEL6(AutocovarianceParams, Uints, Uints, Floats, Floats, Floats, Uints)
#else
KERNEL6(AutocovarianceParams, Floats, Uints, Floats, Floats, Floats, Floats)
#endif

#include "autocovariance.glsl"

void main() {
    const uint item = gl_WorkGroupID.y;
    const VALUE mean = OF_CHANNELS(B2, item, 1, 0);
    const float factor = B4[p.factor];
    const uint plane = p.height * p.width;
    for (uint pixel = gl_GlobalInvocationID.x; pixel < plane;
         pixel += AUTOCOVARIANCE_THREADS * gl_NumWorkGroups.x) {
        const int y = int(pixel / p.width);
        const int x = int(pixel % p.width);
        VALUE sum = VALUE(0.0);
        for (uint k = 0; k < p.shifts; ++k) {
            const int dy = int(B1[2 * k]);
            const int dx = int(B1[2 * k + 1]);
            const int ahead = shifted(y, x, dy, dx);
            const int behind = shifted(y, x, -dy, -dx);
            VALUE neighbours = VALUE(0.0);
            if (ahead >= 0) {
                neighbours += LOAD(uint(ahead), item) - mean;
            }
            if (behind >= 0) {
                neighbours += LOAD(uint(behind), item) - mean;
            }
            sum += OF_CHANNELS(B3, item, p.shifts, k) / pairs(dy, dx) * neighbours;
        }
        const VALUE here = LOAD(pixel, item);
#ifdef HALF
        const uint at = pixel * p.row + item;
        vec2 gradient = mix(vec2(0.0), factor * sum, greaterThan(here, vec2(0.0)));
        if (ACCUMULATE) {
            gradient += unpackHalf2x16(B5[at]);
        }
        B5[at] = packHalf2x16(round_to_half(gradient));
#else
        const uint at = item * plane + pixel;
        const float gradient = here > 0.0 ? factor * sum : 0.0;
        B5[at] = ACCUMULATE ? B5[at] + gradient : gradient;
#endif
    }
}
