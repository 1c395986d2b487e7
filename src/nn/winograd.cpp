#include "nn/winograd.h"

#include <algorithm>

#include "include/winograd.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

// V and M together, in words: 32 MB where they should stay in a CPU's last cache, 128 MB elsewhere.
constexpr std::size_t kCpuWords = std::size_t{8} << 20;
constexpr std::size_t kGpuWords = std::size_t{32} << 20;

std::uint32_t pairs(std::uint32_t channels) { return divide_up(channels, 2); }
std::uint32_t out_blocks(std::uint32_t channels) { return divide_up(channels, WINOGRAD_OUT); }

// The product's kernel for a device and a number of output blocks.
struct MultiplyShader {
    const gpu::Shader* code;
    std::uint32_t blocks;  // of output channels that a thread computes
    std::uint32_t tiles;   // that a workgroup computes: a band is a multiple
};

MultiplyShader multiply_shader(const gpu::Device& device, std::uint32_t blocks) {
    if (!loads_are_dear(device)) {
        return {&shaders::winograd_multiply, 1, WINOGRAD_LANES * WINOGRAD_TILES};
    }
    constexpr std::uint32_t kTiles = WINOGRAD_BROADCAST_LANES * WINOGRAD_BROADCAST_TILES;
    return blocks % 2 == 0 ? MultiplyShader{&shaders::winograd_multiply_broadcast32, 2, kTiles}
                           : MultiplyShader{&shaders::winograd_multiply_broadcast16, 1, kTiles};
}

// Pixels go in pairs where rows begin with one.
const gpu::Shader* output_shader(const gpu::Device& device, const Shape& out) {
    return loads_are_dear(device) && out.width % 2 == 0 ? &shaders::winograd_output_wide
                                                        : &shaders::winograd_output;
}

std::uint32_t tile_count(const Shape& out) {
    return divide_up(out.width, WINOGRAD_SIDE) * divide_up(out.height, WINOGRAD_SIDE);
}

// Tiles of a band: as many as the budget holds, and no more than the map has, in groups.
std::uint32_t band_tiles(const gpu::Device& device, const Shape& in, const Shape& out) {
    const bool cpu = device.info().type == VK_PHYSICAL_DEVICE_TYPE_CPU;
    const std::size_t words_per_tile =
        std::size_t{WINOGRAD_POINTS} * (std::size_t{2} * pairs(in.channels) +
                                        std::size_t{WINOGRAD_OUT} * out_blocks(out.channels));
    const std::uint32_t group = multiply_shader(device, out_blocks(out.channels)).tiles;
    const std::size_t groups = (cpu ? kCpuWords : kGpuWords) / words_per_tile / group;
    const std::uint32_t needed = divide_up(tile_count(out), group);
    return group * static_cast<std::uint32_t>(std::clamp<std::size_t>(groups, 1, needed));
}

}  // namespace

std::size_t winograd_weights_size(std::uint32_t out_channels, std::uint32_t in_channels) {
    return std::size_t{WINOGRAD_POINTS} * out_blocks(out_channels) * WINOGRAD_OUT * 2 *
           pairs(in_channels);
}

void record_winograd_weights(gpu::Program& program, const gpu::Buffer& packed,
                             std::uint32_t out_channels, std::uint32_t in_channels,
                             const gpu::Buffer& u) {
    const WinogradWeightsParams params{in_channels, out_channels};
    record(program, shaders::winograd_weights, {&packed, &u}, {}, params,
           {divide_up(std::size_t{WINOGRAD_OUT} * out_blocks(out_channels), WINOGRAD_THREADS),
            2 * pairs(in_channels), 1});
}

WinogradScratchSize winograd_scratch_size(const gpu::Device& device, const Shape& in,
                                          const Shape& out) {
    const std::size_t tiles = band_tiles(device, in, out);
    return {WINOGRAD_POINTS * tiles * 2 * pairs(in.channels),
            WINOGRAD_POINTS * tiles * WINOGRAD_OUT * out_blocks(out.channels)};
}

void record_winograd(gpu::Program& program, const ConvJob& job, const gpu::Buffer& u,
                     const gpu::Buffer& input, const gpu::Buffer& products) {
    const std::uint32_t band = band_tiles(program.device(), job.in, job.out);
    const std::uint32_t tiles = tile_count(job.out);
    const std::uint32_t tiles_x = divide_up(job.out.width, WINOGRAD_SIDE);
    const std::uint32_t blocks = out_blocks(job.out.channels);
    const MultiplyShader shader = multiply_shader(program.device(), blocks);
    const gpu::Buffer& bias = job.bias != nullptr ? *job.bias : products;
    const gpu::Buffer& mask = job.mask != nullptr ? *job.mask : products;
    for (std::uint32_t first = 0; first < tiles; first += band) {
        const std::uint32_t count =
            std::min(band, divide_up(tiles - first, shader.tiles) * shader.tiles);
        const WinogradInputParams in{job.in.channels, job.in.height, job.in.width,
                                     job.origin,      tiles_x,       first,
                                     tiles - 1,       count,         shader.tiles};
        record(
            program,
            loads_are_dear(program.device()) ? shaders::winograd_input_int64
                                             : shaders::winograd_input,
            {job.x, &input},
            {static_cast<std::uint32_t>(job.borders.y), static_cast<std::uint32_t>(job.borders.x)},
            in, {pairs(job.in.channels), divide_up(count, WINOGRAD_THREADS), 1}, 0,
            4.0 * (16 + 36) * count * job.in.channels);
        const WinogradMultiplyParams multiply{pairs(job.in.channels), blocks, count};
        record(program, *shader.code, {&u, &input, &products}, {}, multiply,
               {count / shader.tiles, blocks / shader.blocks, WINOGRAD_POINTS},
               2.0 * WINOGRAD_POINTS * count * blocks * WINOGRAD_OUT * 2.0 * pairs(job.in.channels),
               4.0 * WINOGRAD_POINTS *
                   (2.0 * pairs(job.in.channels) * (count + blocks * WINOGRAD_OUT) +
                    1.0 * count * blocks * WINOGRAD_OUT));
        const WinogradOutputParams out{
            job.out.channels, job.out.height, job.out.width, tiles_x, first, tiles - 1, count};
        record(program, *output_shader(program.device(), job.out), {&products, &bias, &mask, job.y},
               {job.bias != nullptr ? 1u : 0u, job.mask != nullptr ? 1u : 0u}, out,
               {divide_up(count, WINOGRAD_THREADS), pairs(job.out.channels), 1}, 0,
               4.0 * (36 + 16 + (job.mask != nullptr ? 16 : 0)) * count * job.out.channels);
    }
}

}  // namespace impasto::nn
