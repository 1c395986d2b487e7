#include "nn/map.h"

#include "nn/gram.h"
#include "nn/half.h"
#include "nn/half_difference.h"
#include "nn/half_gram.h"
#include "nn/half_pool.h"
#include "nn/reduce.h"

namespace impasto::nn {

std::size_t map_size(MapKind kind, const Shape& shape) {
    return kind == MapKind::kFloat ? shape.size() : half_size(shape);
}

void record_map_pool(gpu::Program& program, MapKind kind, const gpu::Buffer& x,
                     const Shape& x_shape, const gpu::Buffer& y, Pooling pooling, Borders borders) {
    if (kind == MapKind::kFloat) {
        record_pool(program, x, x_shape, y, pooling, borders);
    } else {
        record_half_pool(program, x, x_shape, y, pooling, borders);
    }
}

void record_map_pool_backward(gpu::Program& program, MapKind kind, const gpu::Buffer& x,
                              const Shape& x_shape, const gpu::Buffer& dy, const gpu::Buffer& dx,
                              Pooling pooling, Borders borders) {
    if (kind == MapKind::kFloat) {
        record_pool_backward(program, x, x_shape, dy, dx, pooling, borders);
    } else {
        record_half_pool_backward(program, x, x_shape, dy, dx, pooling, borders);
    }
}

std::size_t map_gram_scratch_size(const gpu::Device& device, MapKind kind, const Shape& features) {
    return kind == MapKind::kFloat ? gram_scratch_size(device, features)
                                   : half_gram_scratch_size(features);
}

std::size_t map_gram_backward_scratch_size(MapKind kind, const Shape& features) {
    return kind == MapKind::kFloat ? 0 : half_weights_size(features.channels, features.channels, 1);
}

void record_map_gram(gpu::Program& program, ConvVariant variant, const gpu::Buffer& features,
                     const Shape& shape, const gpu::Buffer* pixel_weights, double weight_sum,
                     const gpu::Buffer& scratch, const gpu::Buffer& gram) {
    if (!is_half(variant)) {
        record_gram(program, features, shape, pixel_weights, weight_sum, scratch, gram);
    } else {
        record_half_gram(program, variant, features, shape, pixel_weights, weight_sum, scratch,
                         gram);
    }
}

void record_map_gram_backward(gpu::Program& program, ConvVariant variant,
                              const gpu::Buffer& features, const Shape& shape,
                              const gpu::Buffer* pixel_weights, const gpu::Buffer& dgram,
                              const gpu::Buffer& factors, std::uint32_t factor,
                              const gpu::Buffer* scratch, const gpu::Buffer& gradient,
                              bool accumulate) {
    if (!is_half(variant)) {
        record_gram_backward(program, features, shape, pixel_weights, dgram, factors, factor,
                             gradient, accumulate);
    } else {
        record_half_gram_backward(program, variant, features, shape, pixel_weights, dgram, factors,
                                  factor, *scratch, gradient, accumulate);
    }
}

void record_map_squares(gpu::Program& program, MapKind kind, const gpu::Buffer& a,
                        const Shape& shape, const gpu::Buffer& partials,
                        std::uint32_t first_partial) {
    if (kind == MapKind::kFloat) {
        record_dot(program, a, a, shape.size(), partials, first_partial);
    } else {
        record_half_squares(program, a, shape, partials, first_partial);
    }
}

void record_map_difference_gradient(gpu::Program& program, MapKind kind, const gpu::Buffer& a,
                                    const gpu::Buffer& b, const Shape& shape,
                                    const gpu::Buffer& gradient, bool accumulate,
                                    const gpu::Buffer& factors, std::uint32_t factor,
                                    const gpu::Buffer& partials, std::uint32_t first_partial) {
    if (kind == MapKind::kFloat) {
        record_difference_gradient(program, a, b, shape.size(), gradient, accumulate, factors,
                                   factor, partials, first_partial);
    } else {
        record_half_difference_gradient(program, a, b, shape, gradient, accumulate, factors, factor,
                                        partials, first_partial);
    }
}

}  // namespace impasto::nn
