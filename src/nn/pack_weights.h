// A convolution's weights from OIHW, as files hold them, into the layouts of conv3x3.h: what
// pack_forward() and pack_backward() do on the host, which takes as long there as all the rest of a
// start.
#pragma once

#include <cstdint>

#include "gpu/program.h"

namespace impasto::nn {

// For the forward pass, times `scale`. With `copies` the input channels come several times over,
// one set after the other: weights for copies * in_channels channels.
void record_pack_forward(gpu::Program& program, const gpu::Buffer& oihw, std::uint32_t out_channels,
                         std::uint32_t in_channels, std::uint32_t copies, float scale,
                         const gpu::Buffer& packed);
// For the backward pass: rotated and transposed.
void record_pack_backward(gpu::Program& program, const gpu::Buffer& oihw,
                          std::uint32_t out_channels, std::uint32_t in_channels,
                          const gpu::Buffer& packed);

}  // namespace impasto::nn
