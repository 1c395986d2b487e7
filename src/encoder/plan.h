// An encoder laid out for one image size: the maps that it keeps, the forward pass up to the
// deepest layer, and the backward pass to the image.
//
//   forward   image -> normalised -> relu1_1 -> relu1_2 -> pooled -> relu2_1 -> ... -> deepest
//   backward  image <- normalised <- ........ <- gradient of the layer, with the ReLU's mask on <-+
//                                                                        losses add theirs here --+
//
// Gradients are always of a layer's value before its ReLU: whoever adds to one leaves out what the
// ReLU cut off (map <= 0).
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "base/result.h"
#include "encoder/network.h"
#include "gpu/arena.h"
#include "gpu/program.h"
#include "nn/border.h"
#include "nn/conv3x3.h"
#include "nn/pool.h"
#include "nn/shape.h"

namespace impasto::encoder {

struct PlanOptions {
    nn::Pooling pooling = nn::Pooling::kMax;
    nn::Borders first;     // of conv1_1
    nn::Borders others;    // of the other convolutions and the pools
    bool backward = true;  // false: the forward pass only, and no memory for gradients
    nn::ConvChoice convolution = nn::ConvChoice::kAuto;
};

class Plan {
  public:
    // Adds a layer's own gradient to `gradient` (or stores it, when not `accumulate`); returns
    // false when it recorded nothing.
    using AddGradient =
        std::function<bool(int layer, const gpu::Buffer& gradient, bool accumulate)>;

    // Lays out `image` (3, H, W) up to layer `depth` <= network.depth() and reserves memory in
    // `arena`, which the caller commits. kInvalidArgument when the pools leave nothing of the image
    // before `depth`.
    static Result<Plan> create(const Network& network, gpu::Arena& arena, const nn::Shape& image,
                               int depth, const PlanOptions& options);
    // The smallest side that an image may have for layer `depth`.
    static std::uint32_t smallest_side(int depth);

    void record_forward(gpu::Program& program, const gpu::Buffer& image) const;
    // `add` is called for every layer from the deepest down, and must record something for the
    // deepest. Writes d/d image to `image_gradient` (3, H, W).
    void record_backward(gpu::Program& program, const gpu::Buffer& image_gradient,
                         const AddGradient& add) const;

    const nn::Shape& shape(int layer) const {
        return layers_[static_cast<std::size_t>(layer)].shape;
    }
    // The layer's map after its ReLU, valid once the forward pass has run.
    const gpu::Buffer& map(int layer) const {
        return *layers_[static_cast<std::size_t>(layer)].map;
    }
    int depth() const { return depth_; }
    nn::ConvVariant variant(int layer) const {
        return layers_[static_cast<std::size_t>(layer)].variant;
    }
    // Multiply-adds, counted as two, of the layer's convolution done directly, in one direction.
    double flops(int layer) const;

  private:
    struct Layer {
        nn::Shape shape;
        nn::ConvVariant variant = nn::ConvVariant::kDirect;
        const gpu::Buffer* map = nullptr;
        nn::Shape pooled_shape;               // where a pool follows
        const gpu::Buffer* pooled = nullptr;  // its output
    };

    const Network* network_ = nullptr;
    PlanOptions options_;
    nn::Shape image_;
    int depth_ = 0;
    std::array<Layer, kLayers> layers_{};
    const gpu::Buffer* normalised_ = nullptr;
    const gpu::Buffer* normalised_gradient_ = nullptr;
    std::array<const gpu::Buffer*, 2> gradients_{};  // of the largest map, taking turns
    nn::ConvScratch scratch_;
};

}  // namespace impasto::encoder
