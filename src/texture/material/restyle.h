// A material whose albedo was painted anew: the other maps follow what was painted.
#pragma once

#include "base/result.h"
#include "image/image.h"
#include "texture/material/material.h"

namespace impasto::texture {

struct RestyleOptions {
    float detail = 0.5f;  // 0 to 1: how much height, normals and roughness follow; 0: not at all
    Wrap wrap = {};
};

// The material at `albedo`'s size, with its colours. What is new in it, d (detail.h), is taken for
// relief: r = 0.5 detail d of the height's own deviation (0.2 without one). Then
//     height    + r, in [0, 1]
//     normal    blended with those of the relief r (normals.h), of the depth that the material's
//               own height and normals have together
//     roughness - 0.08 detail d, in [0, 1]: what lies deep is rougher
// The rest is resampled where the size is another. Alpha and opacity stay, and colours, height,
// normals and roughness bleed under the edge. kInvalidArgument where `albedo` is a stack or smaller
// than 1 px.
Result<Material> restyle(const Material& material, const Image& albedo,
                         const RestyleOptions& options = {});

}  // namespace impasto::texture
