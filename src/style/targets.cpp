#include "style/targets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "encoder/plan.h"
#include "nn/blend.h"
#include "nn/gram.h"
#include "nn/map.h"
#include "nn/reduce.h"
#include "nn/resize.h"
#include "style/schedule.h"

namespace impasto::style {

namespace {

int style_depth(const ObjectiveOptions& options) {
    int depth = 0;
    for (const LayerWeight& term : options.style_layers) {
        depth = std::max(depth, term.layer);
    }
    return depth;
}

// Pools before kOrderLayer.
constexpr std::uint32_t kOrderPools = 2;

// The size at which the i-th style is looked at.
Scale style_size(const Image& style, std::size_t i, const StyleScale& scale,
                 const ObjectiveOptions& options) {
    const auto width = static_cast<std::uint32_t>(style.width);
    const auto height = static_cast<std::uint32_t>(style.height);
    const std::uint32_t own = std::max(width, height);
    Scale size{width, height, 0};
    // A strip, or a small style scale, must leave the deepest layer something to look at.
    const std::uint32_t smallest = encoder::Plan::smallest_side(style_depth(options));
    if (scale.longest > 0 && scale.longest < own) {
        const double least =
            std::ceil(static_cast<double>(smallest) * own / std::min(width, height));
        size = fit(width, height,
                   std::min(std::max(scale.longest, static_cast<std::uint32_t>(least)), own));
    }
    if (i != options.leader || !options.lattice.found || scale.picture.size() == 0) {
        return size;
    }
    const Sides fitted = fit_tile(
        options.lattice, {static_cast<double>(size.width), static_cast<double>(size.height)},
        {static_cast<double>(scale.picture.width), static_cast<double>(scale.picture.height)},
        options.wrap);
    const auto side = [&](double n) {
        return std::max(smallest, static_cast<std::uint32_t>(std::lround(n)));
    };
    return {side(fitted.width), side(fitted.height), 0};
}

// What looking at a style takes, reserved in `arena`: the encoder's plan and a Gram matrix for each
// style layer; of a stack a plan for each picture, and the maps of all of them together
// (gram_terms.h).
struct StylePlan {
    struct Layer {
        nn::Shape shape;  // of all maps together
        const gpu::Buffer* scratch = nullptr;
        const gpu::Buffer* gram = nullptr;
        const gpu::Buffer* features = nullptr;  // of a stack
        const gpu::Buffer* weights = nullptr;   // (H, W); null: all 1
        std::vector<float> weight_values;
        double weight_sum = 0;
    };
    std::vector<encoder::Plan> plans;
    std::vector<Layer> layers;
    const gpu::Buffer* picture = nullptr;  // one of a stack's
};

const Mask* mask_of(const ObjectiveOptions& options, std::size_t style) {
    return options.masks && style < options.masks->styles.size() &&
                   !options.masks->styles[style].empty()
               ? &options.masks->styles[style]
               : nullptr;
}

Result<StylePlan> reserve_style_plan(gpu::Arena& arena, const encoder::Network& network,
                                     const Scale& size, const Mask* mask,
                                     const ObjectiveOptions& options) {
    encoder::PlanOptions plan_options;
    plan_options.pooling = options.pooling;
    plan_options.first = options.first_padding;
    plan_options.others = options.padding;
    if (options.wrap.any()) {  // see kRim
        plan_options.first = {nn::Border::kReplicate, nn::Border::kReplicate};
        plan_options.others = plan_options.first;
    }
    plan_options.backward = false;
    StylePlan reserved;
    const auto maps = static_cast<std::uint32_t>(options.maps);
    const std::uint32_t stack_step = maps * encoder::Plan::forward_steps();
    auto plans = encoder::Plan::create_each(network, arena, {3, size.height, size.width},
                                            style_depth(options), plan_options, maps);
    if (!plans) {
        return plans.error();
    }
    reserved.plans = *std::move(plans);
    const encoder::Plan& plan = reserved.plans.front();
    if (maps > 1) {
        reserved.picture = &arena.reserve(std::size_t{3} * size.height * size.width);
    }
    // A picture that tiles has no edge. That of a style, where the convolutions saw what they are
    // padded with, must not be painted into it: it is continued instead, and does not count.
    constexpr std::uint32_t kRim = 2;
    const bool weighted = mask != nullptr || options.wrap.any();
    std::vector<float> weights;
    if (weighted) {
        weights = weights_at(mask != nullptr ? *mask : Mask(), size.width, size.height, {});
    }
    for (const LayerWeight& term : options.style_layers) {
        const nn::Shape one = plan.shape(term.layer);
        StylePlan::Layer layer;
        layer.shape = {maps * one.channels, one.height, one.width};
        gpu::Lifetime lifetime = plan.during_read(term.layer);
        if (maps > 1) {
            layer.features = &arena.reserve(layer.shape.size(), {lifetime.first, stack_step});
            lifetime = {stack_step, stack_step};
        }
        layer.scratch = &arena.reserve(
            nn::map_gram_scratch_size(network.device(), network.maps(), layer.shape), lifetime);
        layer.gram = &arena.reserve(nn::gram_size(layer.shape.channels), lifetime);
        layer.weight_sum = static_cast<double>(one.plane());
        if (weighted) {
            layer.weight_values =
                pooled_weights(weights, {1, size.height, size.width}, one, plan_options.others);
            if (options.wrap.any()) {
                clear_rim(layer.weight_values, one.width, one.height, kRim);
            }
            layer.weight_sum = std::max(sum_of(layer.weight_values), 1.0);
            layer.weights = &arena.reserve(one.plane());
        }
        reserved.layers.push_back(std::move(layer));
    }
    return reserved;
}

// How much a style counts, and where to add it.
struct StyleShare {
    const Mask* mask = nullptr;
    float weight = 1;
    bool first = true;                      // stores
    std::vector<const gpu::Buffer*> grams;  // of its region, by position in options.style_layers
};

// Adds a style's Gram matrices to those of its region.
Status add_style(gpu::Stream& stream, const encoder::Network& network, const Image& style,
                 std::size_t i, const StyleScale& scale, const ObjectiveOptions& options,
                 const StyleShare& share) {
    const Scale size = style_size(style, i, scale, options);
    gpu::Arena image_arena(stream.device());
    auto image = upload_image(stream, image_arena, style, size.width, size.height,
                              {nn::Border::kReplicate, nn::Border::kReplicate});
    if (!image) {
        return image.error();
    }
    gpu::Arena arena(stream.device());
    auto reserved = reserve_style_plan(arena, network, size, share.mask, options);
    if (!reserved) {
        return reserved.error();
    }
    IMPASTO_TRY(arena.commit("a style of " + std::to_string(size.width) + "x" +
                             std::to_string(size.height)));
    for (const StylePlan::Layer& layer : reserved->layers) {
        if (layer.weights != nullptr) {
            IMPASTO_TRY(stream.upload(layer.weight_values, *layer.weights));
        }
    }
    gpu::Program program(stream.device());
    const auto add = [&](std::size_t k, const gpu::Buffer& features) {
        const StylePlan::Layer& layer = reserved->layers[k];
        nn::record_map_gram(program, network.gram_variant(options.style_layers[k].layer), features,
                            layer.shape, layer.weights, layer.weight_sum, *layer.scratch,
                            *layer.gram);
        nn::record_blend(program, *layer.gram, *share.grams[k],
                         std::size_t{layer.shape.channels} * layer.shape.channels, share.weight,
                         !share.first);
    };
    const bool stacked = reserved->plans.size() > 1;
    for (std::size_t map = 0; map < reserved->plans.size(); ++map) {
        const gpu::Buffer* picture = *image;
        if (stacked) {
            picture = reserved->picture;
            program.copy(**image, *picture, picture->bytes, map * picture->bytes);
        }
        reserved->plans[map].record_forward(
            program, *picture, [&](int layer, const gpu::Buffer& made) {
                const VkDeviceSize bytes = reserved->plans[map].shape(layer).size() * sizeof(float);
                for (std::size_t k = 0; k < options.style_layers.size(); ++k) {
                    if (options.style_layers[k].layer != layer) {
                        continue;
                    }
                    if (stacked) {
                        program.copy(made, *reserved->layers[k].features, bytes, 0, map * bytes);
                    } else {
                        add(k, made);
                    }
                }
            });
    }
    for (std::size_t k = 0; stacked && k < reserved->layers.size(); ++k) {
        add(k, *reserved->layers[k].features);
    }
    IMPASTO_TRY(program.finish());
    return stream.run(program);
}

}  // namespace

Result<const gpu::Buffer*> upload_image(gpu::Stream& stream, gpu::Arena& arena, const Image& image,
                                        std::uint32_t width, std::uint32_t height,
                                        nn::Borders borders) {
    const auto planes = static_cast<std::uint32_t>(image.planes());
    const nn::Shape from{planes, static_cast<std::uint32_t>(image.height),
                         static_cast<std::uint32_t>(image.width)};
    const nn::Shape to{planes, height, width};
    const gpu::Buffer& result = arena.reserve(to.size());
    IMPASTO_TRY(arena.commit("a picture"));
    if (from == to) {
        IMPASTO_TRY(stream.upload(image.rgb, result));
        return &result;
    }
    gpu::Arena temporary(stream.device());
    const gpu::Buffer& source = temporary.reserve(from.size());
    const gpu::Buffer& scratch = temporary.reserve(nn::resize_scratch_size(from, to));
    IMPASTO_TRY(temporary.commit("resampling a picture of " + std::to_string(image.width) + "x" +
                                 std::to_string(image.height)));
    IMPASTO_TRY(stream.upload(image.rgb, source));
    gpu::Program program(stream.device());
    nn::record_resize(program, source, from, scratch, result, to, borders);
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream.run(program));
    return &result;
}

Result<std::uint64_t> upload_bytes(gpu::Device& device, const Image& image, std::uint32_t width,
                                   std::uint32_t height) {
    const auto planes = static_cast<std::uint32_t>(image.planes());
    const nn::Shape from{planes, static_cast<std::uint32_t>(image.height),
                         static_cast<std::uint32_t>(image.width)};
    const nn::Shape to{planes, height, width};
    gpu::Arena arena(device);
    arena.reserve(to.size());
    if (from != to) {
        arena.reserve(from.size());
        arena.reserve(nn::resize_scratch_size(from, to));
    }
    IMPASTO_TRY(arena.check_buffers());
    return arena.bytes_reserved();
}

Result<double> sum_of_squares(gpu::Stream& stream, nn::MapKind kind, const gpu::Buffer& map,
                              const nn::Shape& shape) {
    gpu::Arena arena(stream.device());
    const gpu::Buffer& partials = arena.reserve(nn::kReducePartials);
    IMPASTO_TRY(arena.commit("a sum"));
    gpu::Program program(stream.device());
    nn::record_map_squares(program, kind, map, shape, partials, 0);
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream.run(program));
    std::array<float, nn::kReducePartials> sums{};
    IMPASTO_TRY(stream.download(partials, sums));
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

Status StyleTargets::check_sizes(std::span<const Image> styles, const ObjectiveOptions& options) {
    if (options.style_layers.empty()) {
        return {};
    }
    const int depth = style_depth(options);
    const std::uint32_t smallest = encoder::Plan::smallest_side(depth);
    for (std::size_t i = 0; i < styles.size(); ++i) {
        const Image& style = styles[i];
        if (static_cast<std::uint32_t>(std::min(style.width, style.height)) < smallest) {
            return Error{ErrorCode::kInvalidArgument,
                         "style " + std::to_string(i + 1) + " of " + std::to_string(styles.size()) +
                             " is " + std::to_string(style.width) + "x" +
                             std::to_string(style.height) + ", while " + encoder::relu_name(depth) +
                             " needs at least " + std::to_string(smallest) +
                             " pixels a side: use a larger one, or layers that lie less deep"};
        }
    }
    return {};
}

StyleTargets::StyleTargets(const encoder::Network& network, const ObjectiveOptions& options)
    : arena_(network.device()), regions_(options.regions()) {
    for (const LayerWeight& term : options.style_layers) {
        channels_.push_back(static_cast<std::uint32_t>(options.maps) *
                            network.layer(term.layer).out_channels);
        for (std::size_t region = 0; region < regions_; ++region) {
            grams_.push_back(&arena_.reserve(nn::gram_size(channels_.back())));
        }
    }
}

std::uint64_t StyleTargets::bytes_kept(const encoder::Network& network,
                                       const ObjectiveOptions& options) {
    return StyleTargets(network, options).arena_.bytes_reserved() +
           (options.structure > 0 ? OrderTargets::bytes_kept(network, options) : 0);
}

Result<std::uint64_t> StyleTargets::bytes_to_create(const encoder::Network& network,
                                                    std::span<const Image> styles,
                                                    const StyleScale& scale,
                                                    const ObjectiveOptions& options) {
    std::uint64_t most = 0;
    for (std::size_t i = 0; i < styles.size(); ++i) {
        const Image& style = styles[i];
        const Scale size = style_size(style, i, scale, options);
        // The picture is resampled first, from its own size, before the plan is made.
        auto upload = upload_bytes(network.device(), style, size.width, size.height);
        if (!upload) {
            return upload.error();
        }
        gpu::Arena arena(network.device());
        auto plan = reserve_style_plan(arena, network, size, mask_of(options, i), options);
        if (!plan) {
            return plan.error();
        }
        gpu::Arena image_arena(network.device());
        image_arena.reserve(style.planes() * size.height * size.width);
        IMPASTO_TRY(arena.check_buffers());
        most = std::max({most, *upload, arena.bytes_reserved() + image_arena.bytes_reserved()});
    }
    if (options.structure > 0) {
        const Image& style = styles[options.leader];
        const Scale size = style_size(style, options.leader, scale, options);
        const nn::Shape shape{static_cast<std::uint32_t>(style.planes()), size.height, size.width};
        auto order = OrderTargets::bytes_to_create(network, shape, options);
        if (!order) {
            return order.error();
        }
        gpu::Arena image_arena(network.device());
        image_arena.reserve(shape.size());
        // The others' Gram matrices are there by then; what stays of this one is counted below.
        most = std::max(most, *order + image_arena.bytes_reserved() -
                                  OrderTargets::bytes_kept(network, options));
    }
    return bytes_kept(network, options) + most;
}

Result<std::unique_ptr<StyleTargets>> StyleTargets::create(gpu::Stream& stream,
                                                           const encoder::Network& network,
                                                           std::span<const Image> styles,
                                                           const StyleScale& scale,
                                                           const ObjectiveOptions& options) {
    auto self = std::unique_ptr<StyleTargets>(new StyleTargets(network, options));
    IMPASTO_TRY(self->arena_.commit("the styles' Gram matrices"));
    IMPASTO_TRY(self->blend(stream, network, styles, scale, options));
    const nn::Shape& picture = scale.picture;
    if (options.structure > 0 && picture.size() > 0) {
        const Image& style = styles[options.leader];
        const Scale size = style_size(style, options.leader, scale, options);
        gpu::Arena arena(stream.device());
        auto image = upload_image(stream, arena, style, size.width, size.height,
                                  {nn::Border::kReplicate, nn::Border::kReplicate});
        if (!image) {
            return image.error();
        }
        auto order = OrderTargets::create(
            stream, network, style, **image,
            {static_cast<std::uint32_t>(style.planes()), size.height, size.width},
            {1, picture.height >> kOrderPools, picture.width >> kOrderPools}, options);
        if (!order) {
            return order.error();
        }
        self->order_ = *std::move(order);
    }
    return self;
}

std::size_t KeptTargets::bytes() const {
    std::size_t words = 0;
    for (const std::vector<float>& gram : grams) {
        words += gram.size();
    }
    return words * sizeof(float) + (order ? order->bytes() : 0);
}

Result<std::unique_ptr<StyleTargets>> StyleTargets::create(gpu::Stream& stream,
                                                           const encoder::Network& network,
                                                           const KeptTargets& kept,
                                                           const ObjectiveOptions& options) {
    auto self = std::unique_ptr<StyleTargets>(new StyleTargets(network, options));
    IMPASTO_TRY(self->arena_.commit("the styles' Gram matrices"));
    for (std::size_t i = 0; i < kept.grams.size(); ++i) {
        IMPASTO_TRY(stream.upload(kept.grams[i], *self->grams_[i]));
    }
    self->squares_ = kept.squares;
    if (kept.order) {
        auto order = OrderTargets::create(stream, network, *kept.order, options);
        if (!order) {
            return order.error();
        }
        self->order_ = *std::move(order);
    }
    return self;
}

Result<KeptTargets> StyleTargets::download(gpu::Stream& stream) const {
    KeptTargets kept;
    kept.squares = squares_;
    for (const gpu::Buffer* gram : grams_) {
        IMPASTO_TRY(stream.download(*gram, kept.grams.emplace_back(gram->bytes / sizeof(float))));
    }
    if (order_ != nullptr) {
        auto order = order_->download(stream);
        if (!order) {
            return order.error();
        }
        kept.order = *std::move(order);
    }
    return kept;
}

Status StyleTargets::blend(gpu::Stream& stream, const encoder::Network& network,
                           std::span<const Image> styles, const StyleScale& scale,
                           const ObjectiveOptions& options) {
    std::vector<double> weights(options.style_blend.begin(), options.style_blend.end());
    if (weights.empty()) {
        weights.assign(styles.size(), 1.0);
    }
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < styles.size(); ++i) {
        StyleShare share{mask_of(options, i), static_cast<float>(weights[i] / sum), i == 0, {}};
        const std::size_t region = regions_ > 1 ? i : 0;
        if (regions_ > 1) {
            share.weight = 1;  // a style a region
            share.first = true;
        }
        for (std::size_t k = 0; k < options.style_layers.size(); ++k) {
            share.grams.push_back(grams_[k * regions_ + region]);
        }
        const Status added = add_style(stream, network, styles[i], i, scale, options, share);
        if (!added) {
            return Error{added.error().code, "style " + std::to_string(i + 1) + " of " +
                                                 std::to_string(styles.size()) + ": " +
                                                 added.error().message};
        }
    }
    squares_.clear();
    for (std::size_t i = 0; i < grams_.size(); ++i) {
        const std::uint32_t channels = channels_[i / regions_];
        auto squares =
            sum_of_squares(stream, nn::MapKind::kFloat, *grams_[i], {1, channels, channels});
        if (!squares) {
            return squares.error();
        }
        squares_.push_back(*squares);
    }
    return {};
}

}  // namespace impasto::style
