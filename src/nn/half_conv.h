// conv3x3.h for maps of 16-bit floats (half.h), with sums of 32 bits: an implicit matrix product,
// on matrix units where the device has them.
//
// The first layer reads a planar image of 32-bit floats (kDirect's kernel, which stores 16 bits),
// and its gradient is one again.
#pragma once

#include <cstdint>

#include "gpu/program.h"
#include "nn/border.h"
#include "nn/conv3x3.h"
#include "nn/pool.h"
#include "nn/shape.h"

namespace impasto::nn {

// What a forward convolution stores: any, but its map or what is pooled of it.
struct HalfOutput {
    const gpu::Buffer* map = nullptr;
    // half_bits_size(): where the map is above 0; or, where it is pooled, where the pool's gradient
    // goes, to the first of a window's maxima or to each pixel of its mean, but not below the ReLU.
    const gpu::Buffer* bits = nullptr;
    // The map pooled by windows that share no pixel (pool_overlaps()): to the bit what
    // record_half_pool() makes of it.
    const gpu::Buffer* pooled = nullptr;
    Pooling pooling = Pooling::kMax;
};

// What a gradient passes through, a layer's ReLU: its map, or the bits in its stead; or neither.
struct HalfMask {
    const gpu::Buffer* map = nullptr;
    const gpu::Buffer* bits = nullptr;
};

// One product of half_conv.comp. `out` may be larger than `in` (the padded gradient).
struct HalfConvJob {
    Shape in;
    Shape out;
    std::int32_t origin = 0;  // output (0, 0) is centred on input (origin, origin)
    Borders borders;
    std::uint32_t taps = 9;  // or 1
    const gpu::Buffer* x = nullptr;
    const gpu::Buffer* weights = nullptr;        // half_pack_*
    const gpu::Buffer* bias = nullptr;           // (padded channels) adds it and applies the ReLU
    HalfMask mask;                               // of `out`'s shape
    const gpu::Buffer* pixel_weights = nullptr;  // (H, W) of 32 bits
    const gpu::Buffer* factors = nullptr;        // of 32 bits; y is times scale factors[factor]
    std::uint32_t factor = 0;
    float scale = 1;
    bool accumulate = false;  // adds to the map
    HalfOutput y;             // bits and pooled without a mask
};
void record_half_conv(gpu::Program& program, ConvVariant variant, const HalfConvJob& job);

// y = relu(conv(x) + bias), like record_conv3x3, and what else of it is wanted; `bias` is filled up
// with zeros to y's channels.
void record_half_conv3x3(gpu::Program& program, ConvVariant variant, const gpu::Buffer& x,
                         const Shape& x_shape, const gpu::Buffer& weights, const gpu::Buffer& bias,
                         const HalfOutput& y, std::uint32_t out_channels, Borders borders);
// dx = conv^T(dy), like record_conv3x3_backward. `padded` (in_channels, H + 2, W + 2) is scratch
// for replicated borders.
void record_half_conv3x3_backward(gpu::Program& program, ConvVariant variant, const gpu::Buffer& dy,
                                  const Shape& dy_shape, const gpu::Buffer& weights,
                                  const HalfMask& mask, const gpu::Buffer& dx,
                                  std::uint32_t in_channels, Borders borders,
                                  const gpu::Buffer* padded);

// The first layer: x planar in 32 bits, `packed` as the direct kernel reads it (conv3x3.h).
void record_half_conv3x3_first(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                               const gpu::Buffer& packed, const gpu::Buffer& bias,
                               const gpu::Buffer& y, std::uint32_t out_channels, Borders borders);
// Its gradient: dx planar in 32 bits, times `scale`, of at most 4 channels. `padded`, planar, as
// above.
void record_half_conv3x3_image(gpu::Program& program, const gpu::Buffer& dy, const Shape& dy_shape,
                               const gpu::Buffer& weights, float scale, const gpu::Buffer& dx,
                               std::uint32_t in_channels, Borders borders,
                               const gpu::Buffer* padded);

}  // namespace impasto::nn
