#include "encoder/network.h"

#include <algorithm>
#include <vector>

#include "encoder/calibration.h"
#include "nn/half.h"
#include "nn/pack_weights.h"
#include "nn/widen.h"
#include "nn/winograd.h"

namespace impasto::encoder {

std::size_t upload_words(const ConvWeights& conv) {
    return conv.half.empty() ? conv.weight.size()
                             : nn::halves_size(conv.half.size() / sizeof(std::uint16_t));
}

nn::ChannelMap channel_map(const InputConvention& input) {
    nn::ChannelMap map;
    for (std::size_t k = 0; k < 3; ++k) {
        map.source[k] = static_cast<std::uint32_t>(input.bgr ? 2 - k : k);
        const double std = input.std[k];
        map.scale[k] = input.scale / std;
        map.offset[k] = -input.mean[k] / std;
    }
    return map;
}

namespace {

// The first layer has the same weights for the image and for its rest, which 16 bits don't show.
std::uint32_t forward_copies(int index, bool half) { return index == 0 && !half ? 2 : 1; }

std::vector<float> scaled(std::vector<float> values, float scale) {
    for (float& value : values) {
        value *= scale;
    }
    return values;
}

}  // namespace

Result<std::vector<nn::ConvLayer>> Network::layers(const EncoderWeights& weights, int depth) {
    const int available = static_cast<int>(weights.convolutions.size());
    if (depth >= available) {
        return Error{ErrorCode::kWeights,
                     "the encoder " + weights.name + " ends at " + relu_name(available - 1) +
                         " and has no " + relu_name(depth) +
                         ": leave that layer away, or use real VGG19, which `impasto weights "
                         "fetch vgg19` gets"};
    }
    std::vector<nn::ConvLayer> layers;
    layers.reserve(static_cast<std::size_t>(depth) + 1);
    for (int i = 0; i <= depth; ++i) {
        const ConvWeights& conv = weights.convolutions[static_cast<std::size_t>(i)];
        layers.push_back({static_cast<std::uint32_t>(conv.in_channels),
                          static_cast<std::uint32_t>(conv.out_channels)});
    }
    return layers;
}

Result<std::unique_ptr<Network>> Network::create(gpu::Stream& stream, const EncoderWeights& weights,
                                                 int depth, nn::ConvTuner* tuner,
                                                 std::optional<nn::Precision> precision) {
    const auto layers = Network::layers(weights, depth);
    if (!layers) {
        return layers.error();
    }
    std::vector<nn::ConvVariant> variants;
    if (tuner != nullptr) {
        auto chosen = tuner->choose(stream, *layers, precision);
        if (!chosen) {
            return chosen.error();
        }
        variants = *std::move(chosen);
    } else {
        for (const nn::ConvLayer& layer : *layers) {
            variants.push_back(
                nn::expected_variant(stream.device(), layer,
                                     precision.value_or(nn::expected_precision(stream.device()))));
        }
    }
    return lay_out(stream.device(), weights, depth, variants);
}

Result<std::unique_ptr<Network>> Network::lay_out(gpu::Device& device,
                                                  const EncoderWeights& weights, int depth,
                                                  std::span<const nn::ConvVariant> variants) {
    auto self = std::unique_ptr<Network>(new Network(device));
    self->depth_ = depth;
    self->input_ = channel_map(weights.input);
    for (int i = 0; i <= depth; ++i) {
        const ConvWeights& conv = weights.convolutions[static_cast<std::size_t>(i)];
        NetworkLayer& layer = self->layers_[static_cast<std::size_t>(i)];
        layer.in_channels = static_cast<std::uint32_t>(conv.in_channels);
        layer.out_channels = static_cast<std::uint32_t>(conv.out_channels);
        layer.variant = variants[static_cast<std::size_t>(i)];
        self->longest_upload_ = std::max(self->longest_upload_, upload_words(conv));
        self->from_half_[static_cast<std::size_t>(i)] = !conv.half.empty();
        self->reserve(i);
    }
    self->maps_ =
        nn::is_half(self->layer(depth).variant) ? nn::MapKind::kHalf : nn::MapKind::kFloat;
    if (self->maps_ != nn::MapKind::kFloat) {
        self->calibration_bytes_ = calibration_bytes(device, weights, depth);
        self->longest_upload_ = calibration_upload(weights, depth);
    }
    return self;
}

void Network::reserve(int index) {
    NetworkLayer& layer = layers_[static_cast<std::size_t>(index)];
    const std::uint32_t in = layer.in_channels;
    const std::uint32_t out = layer.out_channels;
    if (nn::is_half(layer.variant)) {
        if (index == 0) {
            layer.forward.packed = &arena_.reserve(nn::packed_size(out, in));
        } else {
            layer.forward.half = &arena_.reserve(nn::half_weights_size(out, in));
        }
        layer.backward.half = &arena_.reserve(nn::half_weights_size(in, out));
        layer.bias = &arena_.reserve(nn::half_channels(out));
        return;
    }
    if (layer.variant == nn::ConvVariant::kWinograd) {
        layer.forward.winograd = &arena_.reserve(nn::winograd_weights_size(out, in));
        layer.backward.winograd = &arena_.reserve(nn::winograd_weights_size(in, out));
    } else {
        layer.forward.packed =
            &arena_.reserve(nn::packed_size(out, forward_copies(index, false) * in));
        layer.backward.packed = &arena_.reserve(nn::packed_size(in, out));
    }
    layer.bias = &arena_.reserve(out);
}

// Layers are made one after the other: a layer is a step.
Network::Source Network::reserve_source(gpu::Arena& arena, int index) const {
    const NetworkLayer& layer = this->layer(index);
    const auto step = static_cast<std::uint32_t>(index);
    const gpu::Lifetime lifetime{step, step};
    const std::size_t count = std::size_t{9} * layer.in_channels * layer.out_channels;
    Source source;
    if (from_half_[static_cast<std::size_t>(index)]) {
        source.half = &arena.reserve(nn::halves_size(count), lifetime);
    }
    source.oihw = &arena.reserve(count, lifetime);
    source.forward = layer.forward.packed;
    source.backward = layer.backward.packed;
    if (layer.variant == nn::ConvVariant::kWinograd) {
        source.forward =
            &arena.reserve(nn::packed_size(layer.out_channels, layer.in_channels), lifetime);
        source.backward =
            &arena.reserve(nn::packed_size(layer.in_channels, layer.out_channels), lifetime);
    }
    return source;
}

std::uint64_t Network::bytes_to_load() const {
    gpu::Arena arena(device_);
    for (int i = 0; i <= depth_; ++i) {
        reserve_source(arena, i);
    }
    return std::max(calibration_bytes_, bytes() + arena.bytes_reserved());
}

Status Network::load(gpu::Stream& stream, const EncoderWeights& weights) {
    // First, so that its memory is free again.
    std::vector<float> scales(static_cast<std::size_t>(depth_) + 1, 1.0f);
    if (maps_ != nn::MapKind::kFloat) {
        auto found = activation_scales(stream, weights, depth_);
        if (!found) {
            return found.error();
        }
        scales = *std::move(found);
    }
    IMPASTO_TRY(arena_.commit("the encoder " + weights.name));
    // The weights go over as they are, layer by layer, and are laid out on the device.
    gpu::Arena source_arena(device_);
    std::array<Source, kLayers> sources;
    for (int i = 0; i <= depth_; ++i) {
        sources[static_cast<std::size_t>(i)] = reserve_source(source_arena, i);
    }
    IMPASTO_TRY(source_arena.commit("the encoder " + weights.name));
    for (int i = 0; i <= depth_; ++i) {
        const auto index = static_cast<std::size_t>(i);
        const ConvWeights& conv = weights.convolutions[index];
        NetworkLayer& layer = layers_[index];
        const Source& source = sources[index];
        layer.scale = scales[index];
        std::vector<float> bias = scaled(conv.bias, layer.scale);
        bias.resize(layer.bias->bytes / sizeof(float));
        IMPASTO_TRY(source.half != nullptr ? stream.upload(conv.half, *source.half)
                                           : stream.upload(conv.weight, *source.oihw));
        IMPASTO_TRY(stream.upload(bias, *layer.bias));
        gpu::Program program(device_);
        record_packing(program, i, source);
        IMPASTO_TRY(program.finish());
        IMPASTO_TRY(stream.run(program));
    }
    loaded_ = true;
    return {};
}

void Network::record_packing(gpu::Program& program, int index, const Source& source) const {
    const NetworkLayer& layer = this->layer(index);
    const std::uint32_t in = layer.in_channels;
    const std::uint32_t out = layer.out_channels;
    const bool half = nn::is_half(layer.variant);
    // The image that the first layer gets is not scaled.
    const float scale = layer.scale / (index == 0 ? 1.0f : this->layer(index - 1).scale);
    if (source.half != nullptr) {
        nn::record_widen(program, *source.half, std::size_t{9} * in * out, *source.oihw);
    }
    if (source.forward != nullptr) {
        nn::record_pack_forward(program, *source.oihw, out, in, forward_copies(index, half), scale,
                                *source.forward);
    }
    if (source.backward != nullptr) {
        nn::record_pack_backward(program, *source.oihw, out, in, *source.backward);
    }
    if (layer.forward.half != nullptr) {
        nn::record_half_pack_forward(program, *source.oihw, out, in, scale, *layer.forward.half);
    }
    if (layer.backward.half != nullptr) {
        nn::record_half_pack_backward(program, *source.oihw, out, in, scale, *layer.backward.half);
    }
    if (layer.variant == nn::ConvVariant::kWinograd) {
        nn::record_winograd_weights(program, *source.forward, out, in, *layer.forward.winograd);
        nn::record_winograd_weights(program, *source.backward, in, out, *layer.backward.winograd);
    }
}

Result<std::unique_ptr<Network>> Network::upload(gpu::Stream& stream, const EncoderWeights& weights,
                                                 int depth, nn::ConvTuner* tuner) {
    auto network = create(stream, weights, depth, tuner);
    if (network) {
        IMPASTO_TRY((*network)->load(stream, weights));
    }
    return network;
}

}  // namespace impasto::encoder
