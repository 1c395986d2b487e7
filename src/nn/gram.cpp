#include "nn/gram.h"

#include <algorithm>

#include "include/gram.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

bool is_wide(const gpu::Device& device, const Shape& features) {
    return loads_are_dear(device) && features.plane() % 2 == 0;
}

std::uint32_t pair_count(std::uint32_t channels, std::uint32_t tile) {
    const std::uint32_t blocks = divide_up(channels, tile);
    return blocks * (blocks + 1) / 2;
}

}  // namespace

std::size_t gram_size(std::uint32_t channels) {
    return std::size_t{channels} * channels + GRAM_BACK_WIDE_CHANNELS;
}

std::size_t gram_scratch_size(const gpu::Device& device, const Shape& features) {
    const std::uint32_t tile = is_wide(device, features) ? GRAM_WIDE_TILE : GRAM_TILE;
    return std::size_t{divide_up(features.plane(), GRAM_CHUNK)} *
           pair_count(features.channels, tile) * tile * tile;
}

void record_gram(gpu::Program& program, const gpu::Buffer& features, const Shape& shape,
                 const gpu::Buffer* pixel_weights, double weight_sum, const gpu::Buffer& scratch,
                 const gpu::Buffer& gram) {
    const bool wide = is_wide(program.device(), shape);
    const std::uint32_t tile = wide ? GRAM_WIDE_TILE : GRAM_TILE;
    const std::uint32_t chunks = divide_up(shape.plane(), GRAM_CHUNK);
    const std::uint32_t pairs = pair_count(shape.channels, tile);
    const GramParams params{shape.channels, static_cast<std::uint32_t>(shape.plane()), pairs,
                            chunks, static_cast<float>(1.0 / (shape.channels * weight_sum))};
    const double flops =
        static_cast<double>(shape.channels) * shape.channels * static_cast<double>(shape.plane());
    record(program, wide ? shaders::gram_wide : shaders::gram,
           {&features, pixel_weights != nullptr ? pixel_weights : &features, &scratch},
           {pixel_weights != nullptr ? 1u : 0u}, params, {chunks, pairs, 1}, flops);
    record(program, shaders::gram_sum, {&scratch, &gram}, {tile}, params,
           {pairs, divide_up(tile * tile, GRAM_SUM_THREADS), 1}, 0,
           4.0 * tile * tile * chunks * pairs);
}

void record_gram_backward(gpu::Program& program, const gpu::Buffer& features, const Shape& shape,
                          const gpu::Buffer* pixel_weights, const gpu::Buffer& dgram,
                          const gpu::Buffer& factors, std::uint32_t factor,
                          const gpu::Buffer& gradient, bool accumulate) {
    const GramBackwardParams params{shape.channels, static_cast<std::uint32_t>(shape.plane()),
                                    factor};
    const double flops =
        2.0 * static_cast<double>(shape.channels) * static_cast<double>(shape.size());
    const bool wide = is_wide(program.device(), shape) && shape.channels % 2 == 0;
    const std::size_t threads = wide ? GRAM_BACK_WIDE_THREADS : GRAM_BACK_THREADS;
    const std::size_t pixels = wide ? GRAM_BACK_WIDE_PIXELS : GRAM_BACK_PIXELS;
    const std::size_t channels = wide ? GRAM_BACK_WIDE_CHANNELS : GRAM_BACK_CHANNELS;
    const std::uint32_t groups = divide_up(shape.plane(), threads * pixels);
    constexpr std::uint32_t kRow = GRAM_BACK_GROUPS;
    record(program, wide ? shaders::gram_backward_wide : shaders::gram_backward,
           {&features, pixel_weights != nullptr ? pixel_weights : &features, &dgram, &factors,
            &gradient},
           {pixel_weights != nullptr ? 1u : 0u, accumulate ? 1u : 0u}, params,
           {divide_up(shape.channels, channels), std::min(groups, kRow), divide_up(groups, kRow)},
           flops);
}

}  // namespace impasto::nn
