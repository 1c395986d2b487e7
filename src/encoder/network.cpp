#include "encoder/network.h"

#include <algorithm>
#include <vector>

#include "nn/pack_weights.h"
#include "nn/winograd.h"

namespace impasto::encoder {

namespace {

// x = (p * scale - mean) / std, in the network's channel order.
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

// The first layer has the same weights for the image and for its rest.
std::uint32_t forward_copies(int index) { return index == 0 ? 2 : 1; }

}  // namespace

Result<std::unique_ptr<Network>> Network::create(gpu::Device& device, const EncoderWeights& weights,
                                                 int depth, nn::ConvChoice convolution) {
    const int available = static_cast<int>(weights.convolutions.size());
    if (depth >= available) {
        return Error{ErrorCode::kWeights,
                     "the encoder " + weights.name + " ends at " + relu_name(available - 1) +
                         " and has no " + relu_name(depth) +
                         ": leave that layer away, or use real VGG19 (`impasto weights fetch "
                         "vgg19`, then --weights vgg19)"};
    }
    auto self = std::unique_ptr<Network>(new Network(device));
    gpu::Arena& arena = self->arena_;
    self->depth_ = depth;
    self->input_ = channel_map(weights.input);
    for (int i = 0; i <= depth; ++i) {
        const ConvWeights& conv = weights.convolutions[static_cast<std::size_t>(i)];
        NetworkLayer& layer = self->layers_[static_cast<std::size_t>(i)];
        layer.in_channels = static_cast<std::uint32_t>(conv.in_channels);
        layer.out_channels = static_cast<std::uint32_t>(conv.out_channels);
        layer.variant =
            nn::choose_variant(device, convolution, layer.in_channels, layer.out_channels);
        if (layer.variant == nn::ConvVariant::kWinograd) {
            layer.forward.winograd =
                &arena.reserve(nn::winograd_weights_size(layer.out_channels, layer.in_channels));
            layer.backward.winograd =
                &arena.reserve(nn::winograd_weights_size(layer.in_channels, layer.out_channels));
        } else {
            layer.forward.packed = &arena.reserve(
                nn::packed_size(layer.out_channels, forward_copies(i) * layer.in_channels));
            layer.backward.packed =
                &arena.reserve(nn::packed_size(layer.in_channels, layer.out_channels));
        }
        layer.bias = &arena.reserve(layer.out_channels);
    }
    return self;
}

// Layers are made one after the other: a layer is a step.
Network::Source Network::reserve_source(gpu::Arena& arena, int index) const {
    const NetworkLayer& layer = this->layer(index);
    const auto step = static_cast<std::uint32_t>(index);
    const gpu::Lifetime lifetime{step, step};
    Source source;
    source.oihw = &arena.reserve(std::size_t{9} * layer.in_channels * layer.out_channels, lifetime);
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
    return arena.bytes_reserved();
}

std::size_t Network::longest_upload() const {
    std::size_t longest = 0;
    for (int i = 0; i <= depth_; ++i) {
        longest = std::max(longest, std::size_t{9} * layer(i).in_channels * layer(i).out_channels);
    }
    return longest;
}

Status Network::load(gpu::Stream& stream, const EncoderWeights& weights) {
    IMPASTO_TRY(arena_.commit("the encoder " + weights.name));
    // The weights go over as they are, layer by layer, and are laid out on the device.
    gpu::Arena source_arena(device_);
    std::array<Source, kLayers> sources;
    for (int i = 0; i <= depth_; ++i) {
        sources[static_cast<std::size_t>(i)] = reserve_source(source_arena, i);
    }
    IMPASTO_TRY(source_arena.commit("the encoder " + weights.name));
    for (int i = 0; i <= depth_; ++i) {
        const ConvWeights& conv = weights.convolutions[static_cast<std::size_t>(i)];
        const NetworkLayer& layer = this->layer(i);
        const auto& [oihw, forward, backward] = sources[static_cast<std::size_t>(i)];
        IMPASTO_TRY(stream.upload(conv.weight, *oihw));
        IMPASTO_TRY(stream.upload(conv.bias, *layer.bias));
        gpu::Program program(device_);
        nn::record_pack_forward(program, *oihw, layer.out_channels, layer.in_channels,
                                forward_copies(i), *forward);
        nn::record_pack_backward(program, *oihw, layer.out_channels, layer.in_channels, *backward);
        if (layer.variant == nn::ConvVariant::kWinograd) {
            nn::record_winograd_weights(program, *forward, layer.out_channels, layer.in_channels,
                                        *layer.forward.winograd);
            nn::record_winograd_weights(program, *backward, layer.in_channels, layer.out_channels,
                                        *layer.backward.winograd);
        }
        IMPASTO_TRY(program.finish());
        IMPASTO_TRY(stream.run(program));
    }
    return {};
}

Result<std::unique_ptr<Network>> Network::upload(gpu::Stream& stream, const EncoderWeights& weights,
                                                 int depth, nn::ConvChoice convolution) {
    auto network = create(stream.device(), weights, depth, convolution);
    if (network) {
        IMPASTO_TRY((*network)->load(stream, weights));
    }
    return network;
}

}  // namespace impasto::encoder
