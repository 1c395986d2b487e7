// The operations on an encoder's feature maps, of whichever kind these are.
#pragma once

#include <cstdint>

#include "gpu/program.h"
#include "nn/border.h"
#include "nn/conv_variants.h"
#include "nn/pool.h"
#include "nn/shape.h"

namespace impasto::nn {

enum class MapKind {
    kFloat,  // 32-bit floats, planar (shape.h)
    kHalf,   // 16-bit floats, channels last (half.h)
};

// 32-bit words of a map.
std::size_t map_size(MapKind kind, const Shape& shape);

// pool.h
void record_map_pool(gpu::Program& program, MapKind kind, const gpu::Buffer& x,
                     const Shape& x_shape, const gpu::Buffer& y, Pooling pooling, Borders borders);
void record_map_pool_backward(gpu::Program& program, MapKind kind, const gpu::Buffer& x,
                              const Shape& x_shape, const gpu::Buffer& dy, const gpu::Buffer& dx,
                              Pooling pooling, Borders borders);

// gram.h. Words of scratch for record_map_gram, and for record_map_gram_backward.
std::size_t map_gram_scratch_size(const gpu::Device& device, MapKind kind, const Shape& features);
std::size_t map_gram_backward_scratch_size(MapKind kind, const Shape& features);
// As the layer's convolution, with matrix units or without: a variant that was checked on the
// device.
void record_map_gram(gpu::Program& program, ConvVariant variant, const gpu::Buffer& features,
                     const Shape& shape, const gpu::Buffer* pixel_weights, double weight_sum,
                     const gpu::Buffer& scratch, const gpu::Buffer& gram);
// `scratch` may be null where its size is 0.
void record_map_gram_backward(gpu::Program& program, ConvVariant variant,
                              const gpu::Buffer& features, const Shape& shape,
                              const gpu::Buffer* pixel_weights, const gpu::Buffer& dgram,
                              const gpu::Buffer& factors, std::uint32_t factor,
                              const gpu::Buffer* scratch, const gpu::Buffer& gradient,
                              bool accumulate);

// reduce.h
void record_map_squares(gpu::Program& program, MapKind kind, const gpu::Buffer& a,
                        const Shape& shape, const gpu::Buffer& partials,
                        std::uint32_t first_partial);
void record_map_difference_gradient(gpu::Program& program, MapKind kind, const gpu::Buffer& a,
                                    const gpu::Buffer& b, const Shape& shape,
                                    const gpu::Buffer& gradient, bool accumulate,
                                    const gpu::Buffer& factors, std::uint32_t factor,
                                    const gpu::Buffer& partials, std::uint32_t first_partial);

}  // namespace impasto::nn
