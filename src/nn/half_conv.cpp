#include "nn/half_conv.h"

#include "include/conv3x3.h"
#include "include/half.h"
#include "nn/fold.h"
#include "nn/half.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

struct Tile {
    const gpu::Shader* code;
    std::uint32_t rows;
    std::uint32_t out;  // channels
};

// The kernels for matrix units, by the fragment's size.
struct MatrixShaders {
    const gpu::Shader* narrow;
    const gpu::Shader* wide;
};
MatrixShaders matrix_shaders(gpu::MatrixShape shape) {
    switch (shape) {
        case gpu::MatrixShape::k16x16x16:
            return {&shaders::half_conv_16x16x16, &shaders::half_conv_wide_16x16x16};
        case gpu::MatrixShape::k8x16x16:
            return {&shaders::half_conv_8x16x16, &shaders::half_conv_wide_8x16x16};
        case gpu::MatrixShape::k8x8x8:
            return {&shaders::half_conv_8x8x8, &shaders::half_conv_wide_8x8x8};
        case gpu::MatrixShape::kNone:
            break;
    }
    return {&shaders::half_conv, &shaders::half_conv};
}

Tile tile_of(const gpu::Device& device, ConvVariant variant) {
    const gpu::MatrixShape shape = device.capabilities().matrix.shape;
    if (shape != gpu::MatrixShape::kNone && variant == ConvVariant::kMatrix) {
        return {matrix_shaders(shape).narrow, HALF_NARROW_ROWS, HALF_NARROW_OUT};
    }
    if (shape != gpu::MatrixShape::kNone && variant == ConvVariant::kMatrixWide) {
        return {matrix_shaders(shape).wide, HALF_WIDE_ROWS, HALF_WIDE_OUT};
    }
    return {&shaders::half_conv, HALF_ROWS, HALF_OUT};
}

std::uint32_t mask_constant(const HalfMask& mask) {
    return mask.bits != nullptr  ? HALF_MASK_BITS
           : mask.map != nullptr ? HALF_MASK_MAP
                                 : HALF_MASK_NONE;
}

std::uint32_t pool_constant(const HalfOutput& y) {
    return y.pooled == nullptr              ? HALF_POOL_NONE
           : y.pooling == Pooling::kAverage ? HALF_POOL_AVERAGE
                                            : HALF_POOL_MAX;
}

void record_half_fold(gpu::Program& program, const gpu::Buffer& padded, const HalfMask& mask,
                      const gpu::Buffer& dx, const Shape& shape, Borders borders) {
    const auto or_dx = [&](const gpu::Buffer* buffer) { return buffer != nullptr ? buffer : &dx; };
    const HalfFoldParams params{half_channels(shape.channels),
                                shape.height,
                                shape.width,
                                borders.y == Border::kReplicate ? 1u : 0u,
                                borders.x == Border::kReplicate ? 1u : 0u,
                                mask_constant(mask)};
    record(program, shaders::half_fold, {&padded, or_dx(mask.map), or_dx(mask.bits), &dx}, {},
           params, {groups_for(half_size(shape) * 2 / HALF_PART, HALF_THREADS), 1, 1});
}

}  // namespace

void record_half_conv(gpu::Program& program, ConvVariant variant, const HalfConvJob& job) {
    const gpu::Device& device = program.device();
    const Tile tile = tile_of(device, variant);
    const bool matrix = tile.code != &shaders::half_conv;
    const std::uint32_t subgroup = matrix ? device.capabilities().matrix.subgroup_size : 0;
    const HalfConvParams params{half_channels(job.in.channels),
                                job.in.height,
                                job.in.width,
                                half_channels(job.out.channels),
                                job.out.height,
                                job.out.width,
                                job.origin,
                                job.factor,
                                job.scale};
    const HalfOutput& y = job.y;
    const auto or_x = [&](const gpu::Buffer* buffer) { return buffer != nullptr ? buffer : job.x; };
    const double flops = 2.0 * job.taps * static_cast<double>(job.out.size()) * job.in.channels;
    const double out_words = static_cast<double>(half_size(job.out));
    const double words =
        static_cast<double>(half_size(job.in)) +
        out_words * ((y.map != nullptr ? 1 : 0) + (job.mask.map != nullptr ? 1 : 0) +
                     (y.pooled != nullptr ? 0.25 : 0));
    record(
        program, *tile.code,
        {job.x, job.weights, or_x(job.bias), or_x(y.pooled != nullptr ? y.pooled : job.mask.map),
         or_x(job.pixel_weights), or_x(job.factors), or_x(y.map),
         or_x(y.bits != nullptr ? y.bits : job.mask.bits)},
        {matrix ? HALF_CONV_SUBGROUPS * subgroup : HALF_CONV_THREADS,
         static_cast<std::uint32_t>(job.borders.y), static_cast<std::uint32_t>(job.borders.x),
         job.taps, job.bias != nullptr ? 1u : 0u, job.factors != nullptr ? 1u : 0u,
         job.pixel_weights != nullptr ? 1u : 0u, mask_constant(job.mask), job.accumulate ? 1u : 0u,
         y.map != nullptr ? 1u : 0u, y.bits != nullptr ? 1u : 0u, pool_constant(y)},
        params,
        {divide_up(job.out.width, HALF_TILE_COLUMNS), divide_up(job.out.height, tile.rows),
         divide_up(half_channels(job.out.channels), tile.out)},
        flops, 4.0 * words, subgroup);
}

void record_half_conv3x3(gpu::Program& program, ConvVariant variant, const gpu::Buffer& x,
                         const Shape& x_shape, const gpu::Buffer& weights, const gpu::Buffer& bias,
                         const HalfOutput& y, std::uint32_t out_channels, Borders borders) {
    HalfConvJob job;
    job.in = x_shape;
    job.out = {out_channels, x_shape.height, x_shape.width};
    job.borders = borders;
    job.x = &x;
    job.weights = &weights;
    job.bias = &bias;
    job.y = y;
    record_half_conv(program, variant, job);
}

void record_half_conv3x3_backward(gpu::Program& program, ConvVariant variant, const gpu::Buffer& dy,
                                  const Shape& dy_shape, const gpu::Buffer& weights,
                                  const HalfMask& mask, const gpu::Buffer& dx,
                                  std::uint32_t in_channels, Borders borders,
                                  const gpu::Buffer* padded) {
    const Shape out{in_channels, dy_shape.height, dy_shape.width};
    HalfConvJob job;
    job.in = dy_shape;
    job.out = out;
    job.borders = borders;
    job.x = &dy;
    job.weights = &weights;
    job.mask = mask;
    job.y.map = &dx;
    if (!folds(borders)) {
        record_half_conv(program, variant, job);
        return;
    }
    job.borders = before_fold(borders);
    job.out = {in_channels, dy_shape.height + 2, dy_shape.width + 2};
    job.origin = -1;
    job.mask = {};
    job.y.map = padded;
    record_half_conv(program, variant, job);
    record_half_fold(program, *padded, mask, dx, out, borders);
}

void record_half_conv3x3_first(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                               const gpu::Buffer& packed, const gpu::Buffer& bias,
                               const gpu::Buffer& y, std::uint32_t out_channels, Borders borders) {
    const Conv3x3Params params{x_shape.channels,
                               x_shape.height,
                               x_shape.width,
                               out_channels,
                               x_shape.height,
                               x_shape.width,
                               0};
    const std::size_t strips = std::size_t{divide_up(x_shape.height, CONV3X3_ROWS)} * x_shape.width;
    record(program, shaders::conv3x3_to_half, {&x, &packed, &bias, &x, &y},
           {static_cast<std::uint32_t>(borders.y), static_cast<std::uint32_t>(borders.x), 1, 0, 0},
           params, {divide_up(strips, CONV3X3_THREADS), half_channels(out_channels) / HALF_PART, 1},
           18.0 * static_cast<double>(x_shape.size()) * out_channels);
}

void record_half_conv3x3_image(gpu::Program& program, const gpu::Buffer& dy, const Shape& dy_shape,
                               const gpu::Buffer& weights, float scale, const gpu::Buffer& dx,
                               std::uint32_t in_channels, Borders borders,
                               const gpu::Buffer* padded) {
    const bool pad = folds(borders);
    const std::uint32_t rim = pad ? 2 : 0;
    const Borders read = pad ? before_fold(borders) : borders;
    const HalfImageGradientParams params{half_channels(dy_shape.channels),
                                         dy_shape.height,
                                         dy_shape.width,
                                         in_channels,
                                         dy_shape.height + rim,
                                         dy_shape.width + rim,
                                         pad ? -1 : 0,
                                         scale};
    const std::size_t pixels = std::size_t{params.out_height} * params.out_width;
    record(program, shaders::half_image_gradient, {&dy, &weights, pad ? padded : &dx},
           {static_cast<std::uint32_t>(read.y), static_cast<std::uint32_t>(read.x)}, params,
           {groups_for(pixels, HALF_THREADS / 8), 1, 1},
           18.0 * static_cast<double>(pixels) * in_channels * dy_shape.channels);
    if (pad) {
        record_fold(program, *padded, nullptr, dx, {in_channels, dy_shape.height, dy_shape.width},
                    borders);
    }
}

}  // namespace impasto::nn
