#include "encoder/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

#include "encoder/network.h"
#include "encoder/vgg19.h"
#include "nn/conv3x3.h"
#include "nn/normalize.h"
#include "nn/pack_weights.h"
#include "nn/pool.h"
#include "nn/reduce.h"
#include "nn/widen.h"

namespace impasto::encoder {

namespace {

// Large enough for every layer: four pools leave 4 pixels.
constexpr std::uint32_t kSide = 64;
constexpr nn::Borders kEdges{nn::Border::kReplicate, nn::Border::kReplicate};

// Noise of every size from 2 pixels to the whole picture, about 1/2: like photographs, whose
// spectrum falls with the frequency. (3, kSide, kSide).
std::vector<float> picture() {
    std::mt19937 engine(1);
    std::vector<float> values(std::size_t{3} * kSide * kSide, 0.5f);
    for (std::uint32_t cell = 2; cell <= kSide; cell *= 2) {
        const std::uint32_t across = kSide / cell;
        for (std::uint32_t c = 0; c < 3; ++c) {
            std::vector<float> heights(std::size_t{across} * across);
            for (float& height : heights) {
                height = (static_cast<float>(engine() >> 8) * 0x1p-24f - 0.5f) * 0.35f;
            }
            for (std::uint32_t i = 0; i < kSide * kSide; ++i) {
                values[c * kSide * kSide + i] +=
                    heights[i / kSide / cell * across + i % kSide / cell];
            }
        }
    }
    for (float& value : values) {
        value = std::clamp(value, 0.0f, 1.0f);
    }
    return values;
}

float nearest_power_of_two(double value) {
    return static_cast<float>(std::exp2(std::round(std::log2(value))));
}

struct Buffers {
    const gpu::Buffer* image = nullptr;
    const gpu::Buffer* half = nullptr;  // null where no layer's weights come in 16 bits
    const gpu::Buffer* oihw = nullptr;
    const gpu::Buffer* packed = nullptr;
    const gpu::Buffer* bias = nullptr;
    const gpu::Buffer* partials = nullptr;
    std::array<const gpu::Buffer*, 2> maps{};  // taking turns
};

Buffers reserve(gpu::Arena& arena, const EncoderWeights& weights, int depth) {
    std::size_t largest_half = 0;
    std::size_t largest_weights = 0;
    std::size_t largest_packed = 0;
    std::size_t most_channels = 6;  // of record_normalize: the image and its rest
    for (int i = 0; i <= depth; ++i) {
        const ConvWeights& conv = weights.convolutions[static_cast<std::size_t>(i)];
        const auto in = static_cast<std::uint32_t>(conv.in_channels);
        const auto out = static_cast<std::uint32_t>(conv.out_channels);
        largest_half = std::max(largest_half, conv.half.empty() ? 0 : upload_words(conv));
        largest_weights = std::max(largest_weights, std::size_t{9} * in * out);
        largest_packed = std::max(largest_packed, nn::packed_size(out, in));
        most_channels = std::max<std::size_t>(most_channels, out);
    }
    Buffers buffers;
    buffers.image = &arena.reserve(std::size_t{3} * kSide * kSide);
    if (largest_half > 0) {
        buffers.half = &arena.reserve(largest_half);
    }
    buffers.oihw = &arena.reserve(largest_weights);
    buffers.packed = &arena.reserve(largest_packed);
    buffers.bias = &arena.reserve(most_channels);
    buffers.partials = &arena.reserve(nn::kReducePartials);
    buffers.maps = {&arena.reserve(most_channels * kSide * kSide),
                    &arena.reserve(most_channels * kSide * kSide)};
    return buffers;
}

}  // namespace

std::uint64_t calibration_bytes(gpu::Device& device, const EncoderWeights& weights, int depth) {
    gpu::Arena arena(device);
    reserve(arena, weights, depth);
    return arena.bytes_reserved();
}

std::size_t calibration_upload(const EncoderWeights& weights, int depth) {
    std::size_t longest = std::size_t{3} * kSide * kSide;
    for (int i = 0; i <= depth; ++i) {
        longest =
            std::max(longest, upload_words(weights.convolutions[static_cast<std::size_t>(i)]));
    }
    return longest;
}

Result<std::vector<float>> activation_scales(gpu::Stream& stream, const EncoderWeights& weights,
                                             int depth) {
    gpu::Arena arena(stream.device());
    auto [image, half, oihw, packed, bias, partials, maps] = reserve(arena, weights, depth);
    IMPASTO_TRY(arena.commit("the encoder's calibration"));
    IMPASTO_TRY(stream.upload(picture(), *image));

    std::vector<float> scales;
    nn::Shape shape{3, kSide, kSide};
    gpu::Program start(stream.device());
    nn::record_normalize(start, *image, *maps[0], shape.plane(), channel_map(weights.input));
    IMPASTO_TRY(start.finish());
    IMPASTO_TRY(stream.run(start));
    for (int i = 0; i <= depth; ++i) {
        const ConvWeights& conv = weights.convolutions[static_cast<std::size_t>(i)];
        const auto out = static_cast<std::uint32_t>(conv.out_channels);
        const bool in_half = !conv.half.empty();
        IMPASTO_TRY(in_half ? stream.upload(conv.half, *half) : stream.upload(conv.weight, *oihw));
        IMPASTO_TRY(stream.upload(conv.bias, *bias));
        gpu::Program program(stream.device());
        if (in_half) {
            nn::record_widen(program, *half, std::size_t{9} * out * shape.channels, *oihw);
        }
        nn::record_pack_forward(program, *oihw, out, shape.channels, 1, 1.0f, *packed);
        nn::record_conv3x3(program, nn::ConvVariant::kDirect, *maps[0], shape, {packed, nullptr},
                           *bias, *maps[1], out, kEdges, {});
        shape.channels = out;
        nn::record_dot(program, *maps[1], *maps[1], shape.size(), *partials, 0);
        const std::size_t count = shape.size();
        if (pool_follows(i)) {
            nn::record_pool(program, *maps[1], shape, *maps[0], nn::Pooling::kMax, {});
            shape = nn::pooled_shape(shape, {});
        } else {
            std::swap(maps[0], maps[1]);
        }
        IMPASTO_TRY(program.finish());
        IMPASTO_TRY(stream.run(program));
        std::array<float, nn::kReducePartials> sums{};
        IMPASTO_TRY(stream.download(*partials, sums));
        const double squares = std::accumulate(sums.begin(), sums.end(), 0.0);
        const double rms = std::sqrt(squares / static_cast<double>(count));
        // A layer that is dead for this picture, or beyond all bounds, is left as the one before.
        const bool usable = std::isfinite(rms) && rms > 1e-20;
        scales.push_back(usable ? nearest_power_of_two(1 / rms)
                                : (scales.empty() ? 1.0f : scales.back()));
    }
    return scales;
}

}  // namespace impasto::encoder
