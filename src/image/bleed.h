// What transparent texels hide: colours like those at the edge, so that filtering across it, in mip
// levels and between texels, brings in no fringe.
#pragma once

#include <span>
#include <vector>

#include "image/resize.h"

namespace impasto {

// Fills the texels of weight 0 in `planes`, (n, height, width) of any n, from the covered ones near
// by: a pyramid of means over what is covered (pull), gone down again with bilinear interpolation
// into what is not (push; Gortler et al., The Lumigraph, 1996, section 3.4.3). Covered texels stay
// as they are. `weights`: (height, width), 0 and above. Nothing changes where nothing is covered.
void bleed_colors(std::span<float> planes, std::span<const float> weights, int width, int height,
                  Wrap wrap = {});

}  // namespace impasto
