// Seams: edges that are one in space and several in the image, where two islands meet. What stands
// on their sides in the image touches on the model.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "image/image.h"
#include "texture/gltf/islands.h"

namespace impasto::gltf {

// Two places in the image that are one on the model.
struct SeamSample {
    Point a;
    Point b;
};

// Samples along every seam of the atlas, two a texel (of a width x height image) of the longer
// side, at least one an edge. Edges whose two sides are the same place of the image, or of another
// of its periods along an axis on which it is a tile, are no seams. Where more than two sides meet,
// each is paired with the next. Edges that are cut differently on both sides (T-junctions) are not
// found.
std::vector<SeamSample> find_seams(const Atlas& atlas, int width, int height);

// What a renderer reads of a width x height image at a place: bilinear; beyond the edge the edge
// or, along the axes that tile, the opposite one.
struct Reads {
    std::array<std::size_t, 4> texels;
    std::array<float, 4> shares;
};
Reads reads_of(Point at, int width, int height, std::array<bool, 2> tiles = {});
std::array<float, 3> sample(const Image& image, Point at, std::array<bool, 2> tiles = {});

// The largest difference among the channels, of [0, 1], across each sample.
std::vector<float> seam_steps(const Image& image, const std::vector<SeamSample>& samples,
                              std::array<bool, 2> tiles = {});

struct StepSummary {
    double mean = 0;
    double percentile95 = 0;
};
// Of the steps whose weight is above 0.5; `weights` may be empty: all.
StepSummary summarise(const std::vector<float>& steps, const std::vector<float>& weights = {});

}  // namespace impasto::gltf
