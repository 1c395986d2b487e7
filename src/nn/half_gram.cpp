#include "nn/half_gram.h"

#include "include/gram.h"
#include "include/half.h"
#include "nn/half.h"
#include "nn/half_conv.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

std::uint32_t pair_count(std::uint32_t channels) {
    const std::uint32_t blocks = divide_up(channels, HALF_GRAM_TILE);
    return blocks * (blocks + 1) / 2;
}

const gpu::Shader& gram_shader(const gpu::Device& device, ConvVariant variant) {
    if (variant == ConvVariant::kMatrix || variant == ConvVariant::kMatrixWide) {
        switch (device.capabilities().matrix.shape) {
            case gpu::MatrixShape::k16x16x16:
                return shaders::half_gram_16x16x16;
            case gpu::MatrixShape::k8x16x16:
                return shaders::half_gram_8x16x16;
            case gpu::MatrixShape::k8x8x8:
                return shaders::half_gram_8x8x8;
            case gpu::MatrixShape::kNone:
                break;
        }
    }
    return shaders::half_gram;
}

}  // namespace

std::size_t half_gram_scratch_size(const Shape& features) {
    return std::size_t{divide_up(features.plane(), HALF_GRAM_CHUNK)} *
           pair_count(features.channels) * HALF_GRAM_TILE * HALF_GRAM_TILE;
}

void record_half_gram(gpu::Program& program, ConvVariant variant, const gpu::Buffer& features,
                      const Shape& shape, const gpu::Buffer* pixel_weights, double weight_sum,
                      const gpu::Buffer& scratch, const gpu::Buffer& gram) {
    const gpu::Shader& shader = gram_shader(program.device(), variant);
    const bool matrix = &shader != &shaders::half_gram;
    const std::uint32_t subgroup =
        matrix ? program.device().capabilities().matrix.subgroup_size : 0;
    const std::uint32_t chunks = divide_up(shape.plane(), HALF_GRAM_CHUNK);
    const std::uint32_t pairs = pair_count(shape.channels);
    const auto pixels = static_cast<std::uint32_t>(shape.plane());
    const double flops =
        static_cast<double>(shape.channels) * shape.channels * static_cast<double>(pixels);
    record(program, shader,
           {&features, pixel_weights != nullptr ? pixel_weights : &features, &scratch},
           {matrix ? HALF_GRAM_SUBGROUPS * subgroup : HALF_GRAM_THREADS,
            pixel_weights != nullptr ? 1u : 0u},
           HalfGramParams{half_channels(shape.channels), pixels, pairs}, {chunks, pairs, 1}, flops,
           4.0 * static_cast<double>(half_size(shape)), subgroup);
    record(program, shaders::gram_sum, {&scratch, &gram}, {HALF_GRAM_TILE},
           GramParams{shape.channels, pixels, pairs, chunks,
                      static_cast<float>(1.0 / (shape.channels * weight_sum))},
           {pairs, divide_up(HALF_GRAM_TILE * HALF_GRAM_TILE, GRAM_SUM_THREADS), 1}, 0,
           4.0 * HALF_GRAM_TILE * HALF_GRAM_TILE * chunks * pairs);
}

void record_half_gram_backward(gpu::Program& program, ConvVariant variant,
                               const gpu::Buffer& features, const Shape& shape,
                               const gpu::Buffer* pixel_weights, const gpu::Buffer& dgram,
                               const gpu::Buffer& factors, std::uint32_t factor,
                               const gpu::Buffer& packed, const gpu::Buffer& gradient,
                               bool accumulate) {
    const auto scale = static_cast<float>(shape.channels);
    record_half_pack_matrix(program, dgram, shape.channels, scale, packed);
    HalfConvJob job;
    job.in = shape;
    job.out = shape;
    job.taps = 1;
    job.x = &features;
    job.weights = &packed;
    job.mask.map = &features;
    job.pixel_weights = pixel_weights;
    job.factors = &factors;
    job.factor = factor;
    job.scale = 1.0f / scale;
    job.accumulate = accumulate;
    job.y.map = &gradient;
    record_half_conv(program, variant, job);
}

}  // namespace impasto::nn
