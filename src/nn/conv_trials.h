// What the tuner tries on a device.
#pragma once

#include <span>
#include <string>

#include "gpu/stream.h"
#include "nn/tuning.h"

namespace impasto::nn {

// Checks a variant against the reference at a few small shapes, forward and backward: "" when it
// is right, or what was wrong.
Result<std::string> check_variant(gpu::Stream& stream, ConvVariant variant);

// Times the forward pass of `variants` of a layer; the backward pass is the same kernels with the
// channels exchanged. All on one square map, whose side is doubled until the first variant takes
// long enough to be measured, or the map is as large as VGG19 would see it in a picture of 512
// pixels. Errors: kOutOfMemory, kDeviceLost.
Result<VariantSeconds> time_variants(gpu::Stream& stream, std::span<const ConvVariant> variants,
                                     const ConvLayer& layer);

}  // namespace impasto::nn
