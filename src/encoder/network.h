// An encoder's parameters on the device, in the layouts that the kernels read.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "encoder/vgg19.h"
#include "gpu/arena.h"
#include "gpu/stream.h"
#include "nn/conv3x3.h"
#include "nn/map.h"
#include "nn/normalize.h"
#include "nn/tuner.h"
#include "weights/weights.h"

namespace impasto::encoder {

// The first layer goes from an image of 32-bit floats and back to one, whatever the maps are:
// forward its weights are for the direct kernel.
struct NetworkLayer {
    nn::ConvVariant variant = nn::ConvVariant::kDirect;  // the only one that it has weights for
    std::uint32_t in_channels = 0;  // 3 for conv1_1, whose forward weights are, for maps of 32
                                    // bits, for the 6 channels of nn::record_normalize: the image
                                    // and its rest
    std::uint32_t out_channels = 0;
    nn::ConvWeights forward;
    nn::ConvWeights backward;
    const gpu::Buffer* bias = nullptr;  // filled up to nn::half_channels() for maps of 16 bits
    float scale = 1;  // what the layer's maps are scaled by, once loaded: 1 for maps of 32 bits
};

// Words that the layer's weights go to the device in: a value each, or two where they are in 16
// bits.
std::size_t upload_words(const ConvWeights& conv);

// x = (p * scale - mean) / std, in the network's channel order.
nn::ChannelMap channel_map(const InputConvention& input);

// Immutable once loaded; plans of any size share it.
class Network {
  public:
    // Lays out conv1_1 up to layer `depth` of `weights`, for the variants that `tuner` chooses
    // (null: the expected ones), so that plans can be made; nothing stays allocated. Variants of
    // `precision` only, where one is named. kWeights, naming the layer, when the weights end
    // before.
    static Result<std::unique_ptr<Network>> create(
        gpu::Stream& stream, const EncoderWeights& weights, int depth, nn::ConvTuner* tuner,
        std::optional<nn::Precision> precision = std::nullopt);
    // The same for variants that are known, of each layer; nothing runs on the device.
    static Result<std::unique_ptr<Network>> lay_out(gpu::Device& device,
                                                    const EncoderWeights& weights, int depth,
                                                    std::span<const nn::ConvVariant> variants);
    // The layers up to `depth` as far as a choice of variants goes. kWeights as create().
    static Result<std::vector<nn::ConvLayer>> layers(const EncoderWeights& weights, int depth);
    // Allocates the parameters and fills them with those same `weights`; call once, before any
    // plan runs.
    Status load(gpu::Stream& stream, const EncoderWeights& weights);
    // Both.
    static Result<std::unique_ptr<Network>> upload(gpu::Stream& stream,
                                                   const EncoderWeights& weights, int depth,
                                                   nn::ConvTuner* tuner);

    // Device memory in bytes: what the parameters take, and the most that load() holds at once,
    // these included.
    std::uint64_t bytes() const { return arena_.bytes_reserved(); }
    std::uint64_t bytes_to_load() const;
    // Words of the longest of load()'s uploads.
    std::size_t longest_upload() const { return longest_upload_; }

    gpu::Device& device() const { return device_; }
    int depth() const { return depth_; }  // the deepest layer
    bool loaded() const { return loaded_; }
    const NetworkLayer& layer(int index) const { return layers_[static_cast<std::size_t>(index)]; }
    const nn::ChannelMap& input() const { return input_; }
    nn::MapKind maps() const { return maps_; }
    // What the Gram matrix of a layer's map is computed with: the layer's own variant, but for the
    // first layer the next one's, since its convolution is never one for matrix units.
    nn::ConvVariant gram_variant(int index) const {
        return layer(index == 0 && depth_ > 0 ? 1 : index).variant;
    }

  private:
    // What a layer's parameters are made from: the weights as files hold them, in 32 bits and,
    // where they come so, in 16, and those that Winograd's are computed from.
    struct Source {
        const gpu::Buffer* half = nullptr;
        const gpu::Buffer* oihw = nullptr;
        const gpu::Buffer* forward = nullptr;
        const gpu::Buffer* backward = nullptr;
    };

    explicit Network(gpu::Device& device) : device_(device), arena_(device) {}
    void reserve(int layer);
    Source reserve_source(gpu::Arena& arena, int layer) const;
    void record_packing(gpu::Program& program, int layer, const Source& source) const;

    gpu::Device& device_;
    gpu::Arena arena_;
    int depth_ = 0;
    std::array<NetworkLayer, kLayers> layers_{};
    std::array<bool, kLayers> from_half_{};  // whether the weights come in 16 bits
    nn::ChannelMap input_;
    nn::MapKind maps_ = nn::MapKind::kFloat;
    bool loaded_ = false;
    std::uint64_t calibration_bytes_ = 0;
    std::size_t longest_upload_ = 0;
};

}  // namespace impasto::encoder
