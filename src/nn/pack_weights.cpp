#include "nn/pack_weights.h"

#include "include/pack_weights.h"
#include "nn/conv3x3.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

void record_pack(gpu::Program& program, const gpu::Buffer& oihw, const PackWeightsParams& params,
                 const gpu::Buffer& packed) {
    const std::size_t count = std::size_t{9} * kConvBlock * params.in_channels;
    record(
        program, shaders::pack_weights, {&oihw, &packed}, {}, params,
        {groups_for(count, PACK_WEIGHTS_THREADS), divide_up(params.out_channels, kConvBlock), 1});
}

}  // namespace

void record_pack_forward(gpu::Program& program, const gpu::Buffer& oihw, std::uint32_t out_channels,
                         std::uint32_t in_channels, std::uint32_t copies, float scale,
                         const gpu::Buffer& packed) {
    record_pack(program, oihw,
                {out_channels, copies * in_channels, in_channels, 9 * in_channels, 9, 0, scale},
                packed);
}

void record_pack_backward(gpu::Program& program, const gpu::Buffer& oihw,
                          std::uint32_t out_channels, std::uint32_t in_channels,
                          const gpu::Buffer& packed) {
    record_pack(program, oihw,
                {in_channels, out_channels, out_channels, 9, 9 * in_channels, 1, 1.0f}, packed);
}

}  // namespace impasto::nn
