// An encoder laid out for one image size: the maps that it keeps, the forward pass up to the
// deepest layer, and the backward pass to the image.
//
//   forward   image -> normalised -> relu1_1 -> relu1_2 -> pooled -> relu2_1 -> ... -> deepest
//                                       |          |                    |                 |
//   losses                            read       read                 read              read
//                                       |          |                    |                 |
//   backward  image <- normalised <- ........ <- gradient of the layer, with the ReLU's mask <- add
//
// Gradients are always of a layer's value before its ReLU: whoever adds to one leaves out what the
// ReLU cut off (map <= 0).
//
// Memory is shared by what is not needed at the same time (gpu/placement.h). A forward pass alone
// needs a map until the next one is made. With the backward pass to come a map stays, for the loss
// that reads it there or as the ReLU's mask, until its gradient has taken over; one that only a
// pool reads leaves a bit a value behind (nn/pool_switches.h).
//
// Convolutions of 16-bit maps leave these bits and pool what they make (nn/half_conv.h): a map that
// only a pool reads is then never stored, and one that only the next convolution reads is gone as
// soon as that has run.
//
//   layer               forward                        backward
//   relu1_1   map       |====================================================|
//             gradient                                                   |======|
//   relu1_2   map         |==|
//             switches       |----------------------------------------|
//             gradient                                                |====|
//   pooled    map            |==|
//             gradient                                             |==|
//   relu2_1   map               |================================|
//    ...                             ...         ...
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "encoder/network.h"
#include "gpu/arena.h"
#include "gpu/program.h"
#include "nn/border.h"
#include "nn/conv3x3.h"
#include "nn/pool.h"
#include "nn/shape.h"

namespace impasto::encoder {

// What stays in memory that the evaluation itself doesn't need.
enum class Keep {
    kNothing,
    kMaps,        // every layer's map, for map() once the evaluation has run
    kEverything,  // no two buffers share memory: for finding faults
};

struct PlanOptions {
    nn::Pooling pooling = nn::Pooling::kMax;
    nn::Borders first;     // of conv1_1
    nn::Borders others;    // of the other convolutions and the pools
    bool backward = true;  // false: the forward pass only, and no memory for gradients
    LayerSet losses{};     // whose maps are read, also by record_backward's `add`
    Keep keep = Keep::kNothing;
    // Where plans for several pictures share an arena, one after the other forward and then back:
    // the steps of the others that lie before this one's, in either pass.
    std::uint32_t forward_delay = 0;
    std::uint32_t backward_delay = 0;
};

class Plan {
  public:
    // Records what reads a layer's map, valid for that time alone. With a backward pass, called
    // only where there is a map: at least for PlanOptions::losses.
    using ReadMap = std::function<void(int layer, const gpu::Buffer& map)>;
    // Adds a layer's own gradient to `gradient` (or stores it, when not `accumulate`); returns
    // false when it recorded nothing.
    using AddGradient = std::function<bool(int layer, const gpu::Buffer& map,
                                           const gpu::Buffer& gradient, bool accumulate)>;

    // Lays out `image` (3, H, W) up to layer `depth` <= network.depth() and reserves memory in
    // `arena`, which the caller commits. kInvalidArgument when the pools leave nothing of the image
    // before `depth`.
    static Result<Plan> create(const Network& network, gpu::Arena& arena, const nn::Shape& image,
                               int depth, const PlanOptions& options);
    // Plans for several pictures of this size, each with its delays: they go forward one after the
    // other, then there is a step for what they have in common, then they go back. Errors: as
    // above.
    static Result<std::vector<Plan>> create_each(const Network& network, gpu::Arena& arena,
                                                 const nn::Shape& image, int depth,
                                                 PlanOptions options, std::uint32_t pictures);
    // The steps of a picture's forward pass.
    static std::uint32_t forward_steps();
    // The smallest side that an image may have for layer `depth`.
    static std::uint32_t smallest_side(int depth);

    // `read` is called from the first layer to the deepest, once the layer's map is there.
    void record_forward(gpu::Program& program, const gpu::Buffer& image, const ReadMap& read) const;
    // After record_forward in the same program. `add` is called for the layers of
    // PlanOptions::losses and the deepest, from there down, and must record something for the
    // deepest. Writes `scale` times d/d image to
    // `image_gradient` (3, H, W), in 32 bits; 1 for maps of 32 bits.
    void record_backward(gpu::Program& program, const gpu::Buffer& image_gradient,
                         const AddGradient& add, float scale = 1) const;

    // For the caller's own buffers in the plan's arena: the lives of one that `read` alone uses
    // for a layer, and of record_backward's `image_gradient` and what else is written after it.
    gpu::Lifetime during_read(int layer) const;
    // Of one that is written when a layer is read forward, and read when it adds to the gradient.
    gpu::Lifetime from_read_to_add(int layer) const;
    gpu::Lifetime after_backward() const;

    const nn::Shape& shape(int layer) const {
        return layers_[static_cast<std::size_t>(layer)].shape;
    }
    // The layer's map after its ReLU, valid once the forward pass has run if the plan keeps maps.
    const gpu::Buffer& map(int layer) const {
        return *layers_[static_cast<std::size_t>(layer)].map;
    }
    int depth() const { return depth_; }
    const gpu::Device& device() const { return network_->device(); }
    nn::ConvVariant variant(int layer) const { return network_->layer(layer).variant; }
    nn::MapKind maps() const { return network_->maps(); }
    nn::ConvVariant gram_variant(int layer) const { return network_->gram_variant(layer); }
    // What the layer's map is scaled by (NetworkLayer::scale).
    float scale(int layer) const { return network_->layer(layer).scale; }
    // Multiply-adds, counted as two, of the layer's convolution done directly, in one direction.
    double flops(int layer) const;

  private:
    static std::uint32_t backward_steps();

    struct Layer {
        nn::Shape shape;
        const gpu::Buffer* map = nullptr;  // null where it is pooled as it is made, for nobody else
        const gpu::Buffer* gradient = nullptr;
        nn::ConvScratch forward_scratch;
        nn::ConvScratch backward_scratch;
        // What the backward pass reads in the map's stead: its pool's switches or, of 16-bit maps,
        // the convolution's bits. Null where it needs the map.
        const gpu::Buffer* bits = nullptr;
        // Where a pool follows: its output, and the gradient of that.
        nn::Shape pooled_shape;
        const gpu::Buffer* pooled = nullptr;
        const gpu::Buffer* pooled_gradient = nullptr;
    };

    Layer& at(int layer) { return layers_[static_cast<std::size_t>(layer)]; }
    const Layer& at(int layer) const { return layers_[static_cast<std::size_t>(layer)]; }
    gpu::Lifetime life(std::uint32_t first, std::uint32_t last) const;
    std::uint32_t last_use(int layer) const;
    bool reads_in_backward(int layer) const;
    bool half() const { return maps() != nn::MapKind::kFloat; }
    bool pooled_at_once(int layer) const;
    bool stores_map(int layer) const;
    std::size_t bits_size(int layer) const;
    void record_conv(gpu::Program& program, int layer, const gpu::Buffer& x,
                     const nn::Shape& x_shape) const;
    void record_conv_backward(gpu::Program& program, int layer) const;
    void record_pool(gpu::Program& program, const Layer& layer) const;
    void record_pool_backward(gpu::Program& program, const Layer& layer) const;
    void reserve_forward(gpu::Arena& arena);
    void reserve_backward(gpu::Arena& arena);
    nn::ConvScratch reserve_scratch(gpu::Arena& arena, int layer, bool backward,
                                    std::uint32_t step) const;

    const Network* network_ = nullptr;
    PlanOptions options_;
    nn::Shape image_;
    int depth_ = 0;
    std::array<Layer, kLayers> layers_{};
    const gpu::Buffer* normalised_ = nullptr;
    const gpu::Buffer* normalised_gradient_ = nullptr;
};

}  // namespace impasto::encoder
