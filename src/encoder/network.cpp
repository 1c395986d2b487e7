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

Result<std::unique_ptr<Network>> Network::upload(gpu::Stream& stream, const EncoderWeights& weights,
                                                 int depth, nn::ConvChoice convolution) {
    const int available = static_cast<int>(weights.convolutions.size());
    if (depth >= available) {
        return Error{ErrorCode::kWeights,
                     "the encoder " + weights.name + " ends at " + relu_name(available - 1) +
                         " and has no " + relu_name(depth) +
                         ": leave that layer away, or use real VGG19 (`impasto weights fetch "
                         "vgg19`, then --weights vgg19)"};
    }
    auto self = std::unique_ptr<Network>(new Network(stream.device()));
    self->depth_ = depth;
    self->input_ = channel_map(weights.input);
    for (int i = 0; i <= depth; ++i) {
        const ConvWeights& conv = weights.convolutions[static_cast<std::size_t>(i)];
        NetworkLayer& layer = self->layers_[static_cast<std::size_t>(i)];
        layer.in_channels = static_cast<std::uint32_t>(conv.in_channels);
        layer.out_channels = static_cast<std::uint32_t>(conv.out_channels);
        layer.forward.packed = &self->arena_.reserve(
            nn::packed_size(layer.out_channels, forward_copies(i) * layer.in_channels));
        layer.backward.packed =
            &self->arena_.reserve(nn::packed_size(layer.in_channels, layer.out_channels));
        if (nn::choose_variant(stream.device(), convolution, layer.in_channels,
                               layer.out_channels) == nn::ConvVariant::kWinograd) {
            layer.forward.winograd = &self->arena_.reserve(
                nn::winograd_weights_size(layer.out_channels, layer.in_channels));
            layer.backward.winograd = &self->arena_.reserve(
                nn::winograd_weights_size(layer.in_channels, layer.out_channels));
        }
        layer.bias = &self->arena_.reserve(layer.out_channels);
    }
    IMPASTO_TRY(self->arena_.commit("the encoder " + weights.name));
    // The weights go over as they are, layer by layer, and are laid out on the device.
    std::size_t largest = 0;
    for (int i = 0; i <= depth; ++i) {
        const ConvWeights& conv = weights.convolutions[static_cast<std::size_t>(i)];
        largest = std::max(largest, conv.weight.size());
    }
    gpu::Arena oihw_arena(stream.device());
    const gpu::Buffer& oihw = oihw_arena.reserve(largest);
    IMPASTO_TRY(oihw_arena.commit("the encoder " + weights.name));
    for (int i = 0; i <= depth; ++i) {
        const ConvWeights& conv = weights.convolutions[static_cast<std::size_t>(i)];
        const NetworkLayer& layer = self->layer(i);
        IMPASTO_TRY(stream.upload(conv.weight, oihw));
        IMPASTO_TRY(stream.upload(conv.bias, *layer.bias));
        gpu::Program program(stream.device());
        nn::record_pack_forward(program, oihw, layer.out_channels, layer.in_channels,
                                forward_copies(i), *layer.forward.packed);
        nn::record_pack_backward(program, oihw, layer.out_channels, layer.in_channels,
                                 *layer.backward.packed);
        if (layer.forward.winograd != nullptr) {
            nn::record_winograd_weights(program, *layer.forward.packed, layer.out_channels,
                                        layer.in_channels, *layer.forward.winograd);
            nn::record_winograd_weights(program, *layer.backward.packed, layer.in_channels,
                                        layer.out_channels, *layer.backward.winograd);
        }
        IMPASTO_TRY(program.finish());
        IMPASTO_TRY(stream.run(program));
    }
    return self;
}

}  // namespace impasto::encoder
