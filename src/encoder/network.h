// An encoder's parameters on the device, in the layouts that the kernels read.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/result.h"
#include "encoder/vgg19.h"
#include "gpu/arena.h"
#include "gpu/stream.h"
#include "nn/conv3x3.h"
#include "nn/normalize.h"
#include "weights/weights.h"

namespace impasto::encoder {

struct NetworkLayer {
    std::uint32_t in_channels = 0;  // 3 for conv1_1, whose forward weights are for the 6 channels
                                    // of nn::record_normalize: the image and its rest
    std::uint32_t out_channels = 0;
    nn::ConvWeights forward;
    nn::ConvWeights backward;
    const gpu::Buffer* bias = nullptr;
};

// Immutable once made; plans of any size share it.
class Network {
  public:
    // Uploads conv1_1 up to layer `depth`, in the layouts of the variants that `convolution` may
    // choose. kWeights, naming the layer, when the weights end before.
    static Result<std::unique_ptr<Network>> upload(gpu::Stream& stream,
                                                   const EncoderWeights& weights, int depth,
                                                   nn::ConvChoice convolution);

    gpu::Device& device() const { return device_; }
    int depth() const { return depth_; }  // the deepest layer
    const NetworkLayer& layer(int index) const { return layers_[static_cast<std::size_t>(index)]; }
    const nn::ChannelMap& input() const { return input_; }

  private:
    explicit Network(gpu::Device& device) : device_(device), arena_(device) {}

    gpu::Device& device_;
    gpu::Arena arena_;
    int depth_ = 0;
    std::array<NetworkLayer, kLayers> layers_{};
    nn::ChannelMap input_;
};

}  // namespace impasto::encoder
