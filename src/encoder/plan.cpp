#include "encoder/plan.h"

#include <algorithm>
#include <limits>

#include "nn/conv3x3.h"

namespace impasto::encoder {

namespace {

// Reserves a buffer of `size` words, or none.
const gpu::Buffer* reserve_some(gpu::Arena& arena, std::size_t size) {
    return size > 0 ? &arena.reserve(size) : nullptr;
}

}  // namespace

std::uint32_t Plan::smallest_side(int depth) {
    std::uint32_t side = 1;
    for (int layer = 0; layer < depth; ++layer) {
        side *= pool_follows(layer) ? 2 : 1;
    }
    return side;
}

Result<Plan> Plan::create(const Network& network, gpu::Arena& arena, const nn::Shape& image,
                          int depth, const PlanOptions& options) {
    const std::uint32_t smallest = smallest_side(depth);
    if (image.height < smallest || image.width < smallest) {
        return Error{ErrorCode::kInvalidArgument,
                     "a picture of " + std::to_string(image.width) + "x" +
                         std::to_string(image.height) + " is too small for " + relu_name(depth) +
                         ", which needs at least " + std::to_string(smallest) +
                         " pixels a side: "
                         "use a larger one, or layers that lie less deep"};
    }
    Plan plan;
    plan.network_ = &network;
    plan.options_ = options;
    plan.image_ = image;
    plan.depth_ = depth;
    plan.normalised_ = &arena.reserve(2 * image.size());  // and its rest
    std::size_t largest = 0;
    nn::ConvScratchSize scratch;
    nn::Shape in = image;
    for (int i = 0; i <= depth; ++i) {
        Layer& layer = plan.layers_[static_cast<std::size_t>(i)];
        layer.shape = {network.layer(i).out_channels, in.height, in.width};
        // The kernels index a map with 32 bits.
        if (layer.shape.size() > std::numeric_limits<std::int32_t>::max()) {
            return Error{ErrorCode::kInvalidArgument,
                         "a picture of " + std::to_string(image.width) + "x" +
                             std::to_string(image.height) + " is too large: " + relu_name(i) +
                             " would have more than 2^31 values; use a smaller --size"};
        }
        layer.map = &arena.reserve(layer.shape.size());
        largest = std::max(largest, layer.shape.size());
        layer.variant = nn::choose_variant(network.device(), options.convolution,
                                           network.layer(i).in_channels, layer.shape.channels);
        scratch.include(nn::conv_scratch_size(network.device(), network.layer(i).in_channels,
                                              layer.shape, i == 0 ? options.first : options.others,
                                              layer.variant, options.backward));
        in = layer.shape;
        if (i < depth && pool_follows(i)) {
            layer.pooled_shape = nn::pooled_shape(layer.shape, options.others);
            layer.pooled = &arena.reserve(layer.pooled_shape.size());
            in = layer.pooled_shape;
        }
    }
    if (options.backward) {
        plan.normalised_gradient_ = &arena.reserve(image.size());
        plan.gradients_ = {&arena.reserve(largest), &arena.reserve(largest)};
    }
    plan.scratch_ = {reserve_some(arena, scratch.padded), reserve_some(arena, scratch.input),
                     reserve_some(arena, scratch.products)};
    return plan;
}

double Plan::flops(int layer) const {
    return 18.0 * static_cast<double>(shape(layer).size()) * network_->layer(layer).in_channels;
}

void Plan::record_forward(gpu::Program& program, const gpu::Buffer& image) const {
    nn::record_normalize(program, image, *normalised_, image_.plane(), network_->input());
    const gpu::Buffer* in = normalised_;
    nn::Shape in_shape{2 * image_.channels, image_.height, image_.width};
    for (int i = 0; i <= depth_; ++i) {
        const Layer& layer = layers_[static_cast<std::size_t>(i)];
        const NetworkLayer& weights = network_->layer(i);
        program.label(relu_name(i));
        nn::record_conv3x3(program, layer.variant, *in, in_shape, weights.forward, *weights.bias,
                           *layer.map, weights.out_channels,
                           i == 0 ? options_.first : options_.others, scratch_);
        in = layer.map;
        in_shape = layer.shape;
        if (layer.pooled != nullptr) {
            nn::record_pool(program, *in, in_shape, *layer.pooled, options_.pooling,
                            options_.others);
            in = layer.pooled;
            in_shape = layer.pooled_shape;
        }
    }
}

void Plan::record_backward(gpu::Program& program, const gpu::Buffer& image_gradient,
                           const AddGradient& add) const {
    std::size_t current = 0;
    add(depth_, *gradients_[current], false);
    for (int i = depth_; i > 0; --i) {
        const NetworkLayer& weights = network_->layer(i);
        const Layer& below = layers_[static_cast<std::size_t>(i - 1)];
        const gpu::Buffer& from = *gradients_[current];
        const gpu::Buffer& to = *gradients_[1 - current];
        const nn::ConvVariant variant = layers_[static_cast<std::size_t>(i)].variant;
        program.label(relu_name(i) + " backward");
        if (below.pooled != nullptr) {
            nn::record_conv3x3_backward(program, variant, from, shape(i), weights.backward, nullptr,
                                        to, weights.in_channels, options_.others, scratch_);
            nn::record_pool_backward(program, *below.map, below.shape, to, from, options_.pooling,
                                     options_.others);
        } else {
            nn::record_conv3x3_backward(program, variant, from, shape(i), weights.backward,
                                        below.map, to, weights.in_channels, options_.others,
                                        scratch_);
            current = 1 - current;
        }
        add(i - 1, *gradients_[current], true);
    }
    program.label(relu_name(0) + " backward");
    nn::record_conv3x3_backward(program, layers_[0].variant, *gradients_[current], shape(0),
                                network_->layer(0).backward, nullptr, *normalised_gradient_, 3,
                                options_.first, scratch_);
    nn::record_normalize_backward(program, *normalised_gradient_, image_gradient, image_.plane(),
                                  network_->input());
}

}  // namespace impasto::encoder
