#include "nn/conv3x3.h"

#include "include/conv3x3.h"
#include "nn/fold.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

static_assert(kConvBlock == CONV3X3_CHANNELS);

namespace {

// The first layer of a network is summed with compensation: its error passes through every other
// layer, and with 6 input channels it costs next to nothing.
constexpr std::uint32_t kCompensatedChannels = 6;

struct Geometry {
    Shape in;
    Shape out;
    std::int32_t origin = 0;
};

void record_kernel(gpu::Program& program, const Geometry& geometry, const gpu::Buffer& x,
                   const gpu::Buffer& weights, const gpu::Buffer& bias, const gpu::Buffer& mask,
                   const gpu::Buffer& y, Borders borders, bool bias_relu, bool masked) {
    const Conv3x3Params params{geometry.in.channels,  geometry.in.height,  geometry.in.width,
                               geometry.out.channels, geometry.out.height, geometry.out.width,
                               geometry.origin};
    const std::size_t strips =
        std::size_t{divide_up(geometry.out.height, CONV3X3_ROWS)} * geometry.out.width;
    record(program, shaders::conv3x3, {&x, &weights, &bias, &mask, &y},
           {static_cast<std::uint32_t>(borders.y), static_cast<std::uint32_t>(borders.x),
            bias_relu ? 1u : 0u, masked ? 1u : 0u,
            bias_relu && geometry.in.channels <= kCompensatedChannels ? 1u : 0u},
           params,
           {divide_up(strips, CONV3X3_THREADS), divide_up(geometry.out.channels, kConvBlock), 1},
           18.0 * static_cast<double>(geometry.out.size()) * geometry.in.channels);
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

void record_conv3x3(gpu::Program& program, const gpu::Buffer& x, const Shape& x_shape,
                    const gpu::Buffer& packed_weights, const gpu::Buffer& bias,
                    const gpu::Buffer& y, std::uint32_t out_channels, Borders borders) {
    const Shape out{out_channels, x_shape.height, x_shape.width};
    record_kernel(program, {x_shape, out}, x, packed_weights, bias, bias, y, borders, true, false);
}

void record_conv3x3_backward(gpu::Program& program, const gpu::Buffer& dy, const Shape& dy_shape,
                             const gpu::Buffer& packed_weights, const gpu::Buffer* mask,
                             const gpu::Buffer* padded, const gpu::Buffer& dx,
                             std::uint32_t in_channels, Borders borders) {
    const Shape out{in_channels, dy_shape.height, dy_shape.width};
    const bool replicates = borders.y == Border::kReplicate || borders.x == Border::kReplicate;
    if (!replicates) {
        record_kernel(program, {dy_shape, out}, dy, packed_weights, dy, mask ? *mask : dx, dx,
                      borders, false, mask != nullptr);
        return;
    }
    // An axis that wraps has no rim of its own: its padded rows are the wrapped ones, and the fold
    // leaves them out.
    const Borders outside{borders.y == Border::kReplicate ? Border::kZero : borders.y,
                          borders.x == Border::kReplicate ? Border::kZero : borders.x};
    const Shape larger{in_channels, dy_shape.height + 2, dy_shape.width + 2};
    record_kernel(program, {dy_shape, larger, -1}, dy, packed_weights, dy, dy, *padded, outside,
                  false, false);
    record_fold(program, *padded, mask, dx, out, borders);
}

}  // namespace impasto::nn
