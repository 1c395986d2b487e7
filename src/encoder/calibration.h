// How large an encoder's activations are, so that its maps can be scaled into the range of 16-bit
// floats: published VGG19 weights for inputs of 0..255 give values in the thousands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "gpu/stream.h"
#include "weights/weights.h"

namespace impasto::encoder {

// A power of two for each layer up to `depth` that brings the root mean square of its activations
// near 1. The layers are ReLU networks' and so positively homogeneous: weights times
// scale[i] / scale[i - 1] and biases times scale[i] give maps times scale[i], exactly. Found by the
// forward pass, in 32 bits, of a made-up picture, always the same.
Result<std::vector<float>> activation_scales(gpu::Stream& stream, const EncoderWeights& weights,
                                             int depth);

// What it holds for its time: bytes of device memory, and words of its longest upload.
std::uint64_t calibration_bytes(gpu::Device& device, const EncoderWeights& weights, int depth);
std::size_t calibration_upload(const EncoderWeights& weights, int depth);

}  // namespace impasto::encoder
