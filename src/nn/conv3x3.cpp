#include "nn/conv3x3.h"

#include <algorithm>

#include "include/conv3x3.h"
#include "nn/fold.h"
#include "nn/half.h"
#include "nn/record.h"
#include "nn/winograd.h"
#include "shaders.h"

namespace impasto::nn {

static_assert(kConvBlock == CONV3X3_CHANNELS);

namespace {

const gpu::Shader& direct_shader(const gpu::Device& device, std::uint32_t out_channels) {
    if (!loads_are_dear(device)) {
        return shaders::conv3x3;
    }
    return out_channels <= 4 ? shaders::conv3x3_broadcast_narrow : shaders::conv3x3_broadcast;
}

void record_direct(gpu::Program& program, const ConvJob& job, const gpu::Buffer& weights) {
    const Conv3x3Params params{job.in.channels, job.in.height, job.in.width, job.out.channels,
                               job.out.height,  job.out.width, job.origin};
    const std::size_t strips = std::size_t{divide_up(job.out.height, CONV3X3_ROWS)} * job.out.width;
    const bool bias_relu = job.bias != nullptr;
    const bool compensated = bias_relu && job.in.channels <= kCompensatedChannels;
    const bool dear = loads_are_dear(program.device());
    const std::uint32_t threads = dear ? CONV3X3_BROADCAST_THREADS : CONV3X3_THREADS;
    record(program, direct_shader(program.device(), job.out.channels),
           {job.x, &weights, bias_relu ? job.bias : job.x, job.mask ? job.mask : job.x, job.y},
           {static_cast<std::uint32_t>(job.borders.y), static_cast<std::uint32_t>(job.borders.x),
            bias_relu ? 1u : 0u, job.mask != nullptr ? 1u : 0u, compensated ? 1u : 0u,
            compensated && job.in.channels == kCompensatedChannels ? 1u : 0u},
           params, {divide_up(strips, threads), divide_up(job.out.channels, kConvBlock), 1},
           job.flops());
}

void record_job(gpu::Program& program, ConvVariant variant, const ConvJob& job,
                const ConvWeights& weights, const ConvScratch& scratch) {
    if (variant == ConvVariant::kWinograd) {
        record_winograd(program, job, *weights.winograd, *scratch.input, *scratch.products);
    } else {
        record_direct(program, job, *weights.packed);
    }
}

std::size_t packed_index(std::size_t out, std::size_t in, std::size_t ins, std::size_t tap) {
    return ((out / kConvBlock * ins + in) * 9 + tap) * kConvBlock + out % kConvBlock;
}

}  // namespace

std::size_t packed_size(std::uint32_t out_channels, std::uint32_t in_channels) {
    return std::size_t{divide_up(out_channels, kConvBlock)} * kConvBlock * 9 * in_channels;
}

std::vector<float> pack_forward(std::span<const float> oihw, std::uint32_t out_channels,
                                std::uint32_t in_channels) {
    std::vector<float> packed(packed_size(out_channels, in_channels), 0.0f);
    for (std::size_t o = 0; o < out_channels; ++o) {
        for (std::size_t c = 0; c < in_channels; ++c) {
            for (std::size_t tap = 0; tap < 9; ++tap) {
                packed[packed_index(o, c, in_channels, tap)] =
                    oihw[(o * in_channels + c) * 9 + tap];
            }
        }
    }
    return packed;
}

std::vector<float> pack_backward(std::span<const float> oihw, std::uint32_t out_channels,
                                 std::uint32_t in_channels) {
    std::vector<float> packed(packed_size(in_channels, out_channels), 0.0f);
    for (std::size_t o = 0; o < out_channels; ++o) {
        for (std::size_t c = 0; c < in_channels; ++c) {
            for (std::size_t tap = 0; tap < 9; ++tap) {
                packed[packed_index(c, o, out_channels, 8 - tap)] =
                    oihw[(o * in_channels + c) * 9 + tap];
            }
        }
    }
    return packed;
}

ConvScratchSize conv_scratch_size(const gpu::Device& device, std::uint32_t in_channels,
                                  const Shape& out, Borders borders, ConvVariant variant,
                                  bool backward) {
    ConvScratchSize size;
    const Shape in{in_channels, out.height, out.width};
    Shape to = out;  // what the convolution makes, and from what
    Shape from = in;
    if (backward) {
        to = in;
        from = out;
        if (folds(borders)) {
            to = {in_channels, out.height + 2, out.width + 2};
            size.padded = is_half(variant) ? half_size(to) : to.size();
        }
    }
    if (variant == ConvVariant::kWinograd) {
        const WinogradScratchSize winograd = winograd_scratch_size(device, from, to);
        size.input = winograd.input;
        size.products = winograd.products;
    }
    return size;
}

void record_conv3x3(gpu::Program& program, ConvVariant variant, const gpu::Buffer& x,
                    const Shape& x_shape, const ConvWeights& weights, const gpu::Buffer& bias,
                    const gpu::Buffer& y, std::uint32_t out_channels, Borders borders,
                    const ConvScratch& scratch) {
    ConvJob job;
    job.in = x_shape;
    job.out = {out_channels, x_shape.height, x_shape.width};
    job.borders = borders;
    job.x = &x;
    job.bias = &bias;
    job.y = &y;
    record_job(program, variant, job, weights, scratch);
}

void record_conv3x3_backward(gpu::Program& program, ConvVariant variant, const gpu::Buffer& dy,
                             const Shape& dy_shape, const ConvWeights& weights,
                             const gpu::Buffer* mask, const gpu::Buffer& dx,
                             std::uint32_t in_channels, Borders borders,
                             const ConvScratch& scratch) {
    const Shape out{in_channels, dy_shape.height, dy_shape.width};
    ConvJob job;
    job.in = dy_shape;
    job.out = out;
    job.borders = borders;
    job.x = &dy;
    job.mask = mask;
    job.y = &dx;
    if (!folds(borders)) {
        record_job(program, variant, job, weights, scratch);
        return;
    }
    job.borders = before_fold(borders);
    job.out = {in_channels, dy_shape.height + 2, dy_shape.width + 2};
    job.origin = -1;
    job.mask = nullptr;
    job.y = scratch.padded;
    record_job(program, variant, job, weights, scratch);
    record_fold(program, *scratch.padded, mask, dx, out, borders);
}

}  // namespace impasto::nn
