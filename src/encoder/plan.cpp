#include "encoder/plan.h"

#include <algorithm>
#include <limits>

#include "nn/conv3x3.h"
#include "nn/half.h"
#include "nn/half_conv.h"
#include "nn/half_pool.h"
#include "nn/pool_switches.h"

namespace impasto::encoder {

namespace {

// The steps of an evaluation, as buffers' lifetimes count them. Forward, layer by layer: the
// convolution, what reads its map, the pool. Backward, from the deepest: what adds to the layer's
// gradient, the convolution to the layer below or its pool, that pool.
constexpr std::uint32_t kNormalize = 0;
std::uint32_t conv_step(int layer) { return 1 + 3 * static_cast<std::uint32_t>(layer); }
std::uint32_t read_step(int layer) { return conv_step(layer) + 1; }
std::uint32_t pool_step(int layer) { return conv_step(layer) + 2; }
// Layers lie in this order whatever the depth is, so that it need not be known.
std::uint32_t add_step(int layer) {
    return conv_step(kLayers) + 3 * static_cast<std::uint32_t>(kLayers - 1 - layer);
}
std::uint32_t conv_backward_step(int layer) { return add_step(layer) + 1; }
std::uint32_t pool_backward_step(int layer) { return add_step(layer) - 1; }
std::uint32_t normalize_backward_step() { return conv_backward_step(0) + 1; }

// Reserves a buffer of `size` words, or none.
const gpu::Buffer* reserve_some(gpu::Arena& arena, std::size_t size, gpu::Lifetime lifetime) {
    return size > 0 ? &arena.reserve(size, lifetime) : nullptr;
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
    nn::Shape in = image;
    for (int i = 0; i <= depth; ++i) {
        Layer& layer = plan.at(i);
        layer.shape = {network.layer(i).out_channels, in.height, in.width};
        // The kernels index a map with 32 bits.
        if (layer.shape.size() > std::numeric_limits<std::int32_t>::max()) {
            return Error{ErrorCode::kInvalidArgument,
                         "a picture of " + std::to_string(image.width) + "x" +
                             std::to_string(image.height) + " is too large: " + relu_name(i) +
                             " would have more than 2^31 values; use a smaller size"};
        }
        in = layer.shape;
        if (i < depth && pool_follows(i)) {
            layer.pooled_shape = nn::pooled_shape(layer.shape, options.others);
            in = layer.pooled_shape;
        }
    }
    plan.reserve_forward(arena);
    if (options.backward) {
        plan.reserve_backward(arena);
    }
    return plan;
}

Result<std::vector<Plan>> Plan::create_each(const Network& network, gpu::Arena& arena,
                                            const nn::Shape& image, int depth, PlanOptions options,
                                            std::uint32_t pictures) {
    std::vector<Plan> plans;
    plans.reserve(pictures);
    for (std::uint32_t i = 0; i < pictures; ++i) {
        options.forward_delay = i * forward_steps();
        options.backward_delay = (pictures - 1) * forward_steps() + 1 + i * backward_steps();
        auto plan = create(network, arena, image, depth, options);
        if (!plan) {
            return plan.error();
        }
        plans.push_back(*std::move(plan));
    }
    return plans;
}

gpu::Lifetime Plan::life(std::uint32_t first, std::uint32_t last) const {
    const auto delayed = [&](std::uint32_t step) {
        return step == gpu::Lifetime::kEnd ? step
               : step < forward_steps()    ? step + options_.forward_delay
                                           : step + options_.backward_delay;
    };
    return options_.keep == Keep::kEverything ? gpu::Lifetime{}
                                              : gpu::Lifetime{delayed(first), delayed(last)};
}

std::uint32_t Plan::forward_steps() { return conv_step(kLayers); }
std::uint32_t Plan::backward_steps() { return normalize_backward_step() + 1 - forward_steps(); }

gpu::Lifetime Plan::during_read(int layer) const {
    return life(read_step(layer), read_step(layer));
}

gpu::Lifetime Plan::from_read_to_add(int layer) const {
    return life(read_step(layer), add_step(layer));
}

gpu::Lifetime Plan::after_backward() const {
    return life(normalize_backward_step(), gpu::Lifetime::kEnd);
}

// Whether a loss reads the layer's map in the backward pass.
bool Plan::reads_in_backward(int layer) const {
    return options_.backward && options_.losses.test(static_cast<std::size_t>(layer));
}

// Whether the layer's convolution pools what it makes.
bool Plan::pooled_at_once(int layer) const {
    return half() && layer > 0 && at(layer).pooled_shape.size() > 0 &&
           !nn::pool_overlaps(at(layer).shape, options_.others);
}

bool Plan::stores_map(int layer) const {
    return !pooled_at_once(layer) || !options_.backward || reads_in_backward(layer) ||
           options_.keep != Keep::kNothing;
}

// Words of what stands for the layer's map in the backward pass; 0 where the map itself is needed.
std::size_t Plan::bits_size(int layer) const {
    const bool pooled = at(layer).pooled_shape.size() > 0;
    if (!options_.backward || layer == depth_) {
        return 0;
    }
    if (half()) {
        const bool leaves_bits = pooled ? pooled_at_once(layer) : layer > 0;
        return leaves_bits ? nn::half_bits_size(at(layer).shape) : 0;
    }
    return pooled && !reads_in_backward(layer)
               ? nn::pool_switches_size(at(layer).shape, options_.others)
               : 0;
}

// The last step that reads the layer's map.
std::uint32_t Plan::last_use(int layer) const {
    const bool pooled = at(layer).pooled_shape.size() > 0;
    if (options_.keep == Keep::kMaps) {
        return gpu::Lifetime::kEnd;
    }
    if (reads_in_backward(layer)) {
        return add_step(layer);
    }
    if (layer == depth_ || pooled_at_once(layer)) {
        return read_step(layer);
    }
    if (options_.backward && bits_size(layer) == 0) {
        // The ReLU's mask, and where the pool found its maxima.
        return pooled ? pool_backward_step(layer) : conv_backward_step(layer + 1);
    }
    return pooled ? pool_step(layer) : conv_step(layer + 1);
}

nn::ConvScratch Plan::reserve_scratch(gpu::Arena& arena, int layer, bool backward,
                                      std::uint32_t step) const {
    const nn::ConvScratchSize size = nn::conv_scratch_size(
        network_->device(), network_->layer(layer).in_channels, at(layer).shape,
        layer == 0 ? options_.first : options_.others, variant(layer), backward);
    const gpu::Lifetime lifetime = life(step, step);
    return {reserve_some(arena, size.padded, lifetime), reserve_some(arena, size.input, lifetime),
            reserve_some(arena, size.products, lifetime)};
}

void Plan::reserve_forward(gpu::Arena& arena) {
    // The image and its rest.
    normalised_ = &arena.reserve(2 * image_.size(), life(kNormalize, conv_step(0)));
    for (int i = 0; i <= depth_; ++i) {
        Layer& layer = at(i);
        const bool pooled = layer.pooled_shape.size() > 0;
        if (stores_map(i)) {
            layer.map =
                &arena.reserve(nn::map_size(maps(), layer.shape), life(conv_step(i), last_use(i)));
        }
        layer.forward_scratch = reserve_scratch(arena, i, false, conv_step(i));
        if (pooled) {
            const std::uint32_t made = pooled_at_once(i) ? conv_step(i) : pool_step(i);
            layer.pooled = &arena.reserve(nn::map_size(maps(), layer.pooled_shape),
                                          life(made, conv_step(i + 1)));
        }
        layer.bits = reserve_some(arena, bits_size(i),
                                  life(half() ? conv_step(i) : pool_step(i),
                                       pooled ? pool_backward_step(i) : conv_backward_step(i + 1)));
    }
}

void Plan::reserve_backward(gpu::Arena& arena) {
    for (int i = depth_; i >= 0; --i) {
        Layer& layer = at(i);
        std::uint32_t written = add_step(i);
        if (layer.pooled != nullptr) {
            written = pool_backward_step(i);
            layer.pooled_gradient = &arena.reserve(nn::map_size(maps(), layer.pooled_shape),
                                                   life(conv_backward_step(i + 1), written));
        } else if (i < depth_) {
            written = conv_backward_step(i + 1);
        }
        layer.gradient =
            &arena.reserve(nn::map_size(maps(), layer.shape), life(written, conv_backward_step(i)));
        layer.backward_scratch = reserve_scratch(arena, i, true, conv_backward_step(i));
    }
    normalised_gradient_ =
        &arena.reserve(image_.size(), life(conv_backward_step(0), normalize_backward_step()));
}

double Plan::flops(int layer) const {
    return 18.0 * static_cast<double>(shape(layer).size()) * network_->layer(layer).in_channels;
}

// The layer's map and, of 16 bits, what else its convolution leaves.
void Plan::record_conv(gpu::Program& program, int index, const gpu::Buffer& x,
                       const nn::Shape& x_shape) const {
    const Layer& layer = at(index);
    const NetworkLayer& weights = network_->layer(index);
    if (!half()) {
        nn::record_conv3x3(program, weights.variant, x, x_shape, weights.forward, *weights.bias,
                           *layer.map, weights.out_channels,
                           index == 0 ? options_.first : options_.others, layer.forward_scratch);
    } else if (index == 0) {
        nn::record_half_conv3x3_first(program, x, x_shape, *weights.forward.packed, *weights.bias,
                                      *layer.map, weights.out_channels, options_.first);
    } else {
        nn::record_half_conv3x3(program, weights.variant, x, x_shape, *weights.forward.half,
                                *weights.bias,
                                {.map = layer.map,
                                 .bits = layer.bits,
                                 .pooled = pooled_at_once(index) ? layer.pooled : nullptr,
                                 .pooling = options_.pooling},
                                weights.out_channels, options_.others);
    }
}

// From a layer's gradient that of the layer below, or of what was pooled of it.
void Plan::record_conv_backward(gpu::Program& program, int index) const {
    const Layer& layer = at(index);
    const Layer& below = at(index - 1);
    const NetworkLayer& weights = network_->layer(index);
    const bool pooled = below.pooled != nullptr;
    const gpu::Buffer* map = pooled ? nullptr : below.map;
    const gpu::Buffer& gradient = pooled ? *below.pooled_gradient : *below.gradient;
    if (half()) {
        nn::record_half_conv3x3_backward(
            program, weights.variant, *layer.gradient, layer.shape, *weights.backward.half,
            {.map = map, .bits = pooled ? nullptr : below.bits}, gradient, weights.in_channels,
            options_.others, layer.backward_scratch.padded);
    } else {
        nn::record_conv3x3_backward(program, weights.variant, *layer.gradient, layer.shape,
                                    weights.backward, map, gradient, weights.in_channels,
                                    options_.others, layer.backward_scratch);
    }
}

void Plan::record_pool(gpu::Program& program, const Layer& layer) const {
    if (layer.bits != nullptr) {
        nn::record_pool_switches(program, *layer.map, layer.shape, *layer.pooled, *layer.bits,
                                 options_.pooling, options_.others);
    } else {
        nn::record_map_pool(program, maps(), *layer.map, layer.shape, *layer.pooled,
                            options_.pooling, options_.others);
    }
}

void Plan::record_pool_backward(gpu::Program& program, const Layer& layer) const {
    if (layer.bits == nullptr) {
        nn::record_map_pool_backward(program, maps(), *layer.map, layer.shape,
                                     *layer.pooled_gradient, *layer.gradient, options_.pooling,
                                     options_.others);
    } else if (half()) {
        nn::record_half_unpool(program, *layer.bits, layer.shape, *layer.pooled_gradient,
                               *layer.gradient, options_.pooling, options_.others);
    } else {
        nn::record_unpool(program, *layer.bits, layer.shape, *layer.pooled_gradient,
                          *layer.gradient, options_.pooling, options_.others);
    }
}

void Plan::record_forward(gpu::Program& program, const gpu::Buffer& image,
                          const ReadMap& read) const {
    nn::record_normalize(program, image, *normalised_, image_.plane(), network_->input());
    const gpu::Buffer* in = normalised_;
    nn::Shape in_shape{half() ? image_.channels : 2 * image_.channels, image_.height, image_.width};
    for (int i = 0; i <= depth_; ++i) {
        const Layer& layer = at(i);
        program.label(relu_name(i));
        record_conv(program, i, *in, in_shape);
        if (layer.map != nullptr) {
            read(i, *layer.map);
        }
        in = layer.map;
        in_shape = layer.shape;
        if (layer.pooled != nullptr) {
            if (!pooled_at_once(i)) {
                record_pool(program, layer);
            }
            in = layer.pooled;
            in_shape = layer.pooled_shape;
        }
    }
}

void Plan::record_backward(gpu::Program& program, const gpu::Buffer& image_gradient,
                           const AddGradient& add, float scale) const {
    add(depth_, *at(depth_).map, *at(depth_).gradient, false);
    for (int i = depth_; i > 0; --i) {
        const Layer& below = at(i - 1);
        program.label(relu_name(i) + " backward");
        record_conv_backward(program, i);
        if (below.pooled != nullptr) {
            record_pool_backward(program, below);
        }
        if (reads_in_backward(i - 1)) {
            add(i - 1, *below.map, *below.gradient, true);
        }
    }
    program.label(relu_name(0) + " backward");
    const NetworkLayer& first = network_->layer(0);
    if (maps() == nn::MapKind::kFloat) {
        nn::record_conv3x3_backward(program, first.variant, *at(0).gradient, shape(0),
                                    first.backward, nullptr, *normalised_gradient_, 3,
                                    options_.first, at(0).backward_scratch);
    } else {
        nn::record_half_conv3x3_image(program, *at(0).gradient, shape(0), *first.backward.half,
                                      scale, *normalised_gradient_, 3, options_.first,
                                      at(0).backward_scratch.padded);
    }
    nn::record_normalize_backward(program, *normalised_gradient_, image_gradient, image_.plane(),
                                  network_->input());
}

}  // namespace impasto::encoder
