#include "style/objective.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "nn/map.h"
#include "nn/mask.h"
#include "nn/total_variation.h"

namespace impasto::style {

namespace {

// Gradients of maps of 16 bits must be neither too small nor too large for them. The losses are
// relative, so that the sum of map times gradient is a few times the loss (Gram matrices are of the
// fourth degree in the image, all terms together weigh the sum of their weights), and the maps are
// about 1: a gradient is about loss / size of the map. Scaled by the largest map's size over 16
// times the weights it is about 1/16 there for a relative loss of 1, and 32 times that in the
// deepest layer, VGG19's smallest: room for losses a thousand times larger or smaller.
float loss_scale(const encoder::Plan& plan, const ObjectiveOptions& options) {
    if (plan.maps() == nn::MapKind::kFloat) {
        return 1;
    }
    const double weights =
        static_cast<double>(options.content_weight) + static_cast<double>(options.style_weight);
    const double scale = static_cast<double>(plan.shape(0).size()) / (16 * std::max(weights, 1e-6));
    return static_cast<float>(std::exp2(std::round(std::log2(scale))));
}

}  // namespace

Objective::Objective(gpu::Device& device, const ObjectiveOptions& options,
                     std::uint32_t record_capacity)
    : options_(options),
      arena_(device),
      host_arena_(device, gpu::MemoryKind::kHost),
      grams_(options, plans_),
      orders_(options, plans_),
      record_capacity_(record_capacity) {
    layout_.content_terms = static_cast<std::uint32_t>(options.content_layers.size()) *
                            static_cast<std::uint32_t>(options.maps);
    layout_.style_terms =
        static_cast<std::uint32_t>(options.style_layers.size() * options.regions()) +
        (options.structure > 0 ? static_cast<std::uint32_t>(options.maps) : 0);
}

Status Objective::reserve(const encoder::Network& network, const nn::Shape& shape,
                          encoder::Keep keep) {
    shape_ = shape;
    encoder::PlanOptions plan_options;
    plan_options.pooling = options_.pooling;
    plan_options.first = options_.first_borders();
    plan_options.others = options_.borders();
    plan_options.losses = options_.layers();
    plan_options.keep = keep;
    const auto maps = static_cast<std::uint32_t>(options_.maps);
    const nn::Shape one{3, shape.height, shape.width};
    // The pictures of a stack go forward one after the other, then what they have in common is
    // computed, then they go back.
    const std::uint32_t stack_step = maps * encoder::Plan::forward_steps();
    auto plans =
        encoder::Plan::create_each(network, arena_, one, options_.depth(), plan_options, maps);
    if (!plans) {
        return plans.error();
    }
    plans_ = *std::move(plans);
    for (const encoder::Plan& plan : plans_) {
        for (const LayerWeight& term : options_.content_layers) {
            content_maps_.push_back(
                &arena_.reserve(nn::map_size(plan.maps(), plan.shape(term.layer))));
        }
    }
    gradient_scale_ = loss_scale(plans_.front(), options_);
    grams_.reserve(arena_, shape, stack_step);
    if (options_.structure > 0) {
        orders_.reserve(arena_);
    }
    gradient_ = &arena_.reserve(shape.size(), plans_.front().after_backward());
    if (maps > 1) {
        picture_ = &arena_.reserve(one.size());
        picture_gradient_ = &arena_.reserve(one.size());
    }
    if (options_.masks && !options_.masks->picture.empty()) {
        mask_ = &arena_.reserve(one.plane());
    }
    partials_ = &arena_.reserve(layout_.partial_words());
    factors_ = &arena_.reserve(layout_.words());
    state_ = &arena_.reserve(nn::kObjectiveStateWords);
    records_ = &host_arena_.reserve(std::size_t{record_capacity_} * layout_.record_words());
    return {};
}

Result<std::uint64_t> Objective::bytes_needed(const encoder::Network& network,
                                              const nn::Shape& shape,
                                              const ObjectiveOptions& options,
                                              std::uint32_t record_capacity) {
    Objective planned(network.device(), options, record_capacity);
    IMPASTO_TRY(planned.reserve(network, shape, encoder::Keep::kNothing));
    IMPASTO_TRY(planned.arena_.check_buffers());
    return planned.arena_.bytes_reserved() + planned.host_arena_.bytes_reserved();
}

Result<std::unique_ptr<Objective>> Objective::create(
    gpu::Stream& stream, const encoder::Network& network, const nn::Shape& shape,
    const gpu::Buffer& content, const StyleTargets* styles, const ObjectiveOptions& options,
    std::uint32_t record_capacity, encoder::Keep keep) {
    auto self =
        std::unique_ptr<Objective>(new Objective(stream.device(), options, record_capacity));
    self->styles_ = styles;
    IMPASTO_TRY(self->reserve(network, shape, keep));
    IMPASTO_TRY(self->arena_.commit("a picture of " + std::to_string(shape.width) + "x" +
                                    std::to_string(shape.height)));
    IMPASTO_TRY(self->host_arena_.commit("the losses"));
    IMPASTO_TRY(self->grams_.prepare(stream));
    if (self->mask_ != nullptr) {
        IMPASTO_TRY(stream.upload(
            weights_at(options.masks->picture, shape.width, shape.height, options.wrap),
            *self->mask_));
    }
    IMPASTO_TRY(self->make_content_targets(stream, content));
    IMPASTO_TRY(self->upload_factors(stream));
    return self;
}

Status Objective::make_content_targets(gpu::Stream& stream, const gpu::Buffer& content) {
    gpu::Program program(stream.device());
    program.fill(*state_, 0.0f);
    const std::size_t layers = options_.content_layers.size();
    for (std::size_t i = 0; layers > 0 && i < plans_.size(); ++i) {
        plans_[i].record_forward(
            program, picture(program, content, i), [&](int layer, const gpu::Buffer& map) {
                for (std::size_t k = 0; k < layers; ++k) {
                    if (options_.content_layers[k].layer == layer) {
                        const gpu::Buffer& kept = *content_maps_[i * layers + k];
                        program.copy(map, kept, kept.bytes);
                    }
                }
            });
    }
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream.run(program));
    for (std::size_t k = 0; k < content_maps_.size(); ++k) {
        const encoder::Plan& plan = plans_[k / layers];
        auto squares = sum_of_squares(stream, plan.maps(), *content_maps_[k],
                                      plan.shape(options_.content_layers[k % layers].layer));
        if (!squares) {
            return squares.error();
        }
        content_squares_.push_back(*squares);
    }
    return {};
}

Status Objective::upload_factors(gpu::Stream& stream) {
    const auto scale = static_cast<double>(gradient_scale_);
    std::vector<float> factors(layout_.words());
    factors[nn::ObjectiveLayout::kContentWeight] = options_.content_weight;
    factors[nn::ObjectiveLayout::kStyleWeight] = options_.style_weight;
    factors[nn::ObjectiveLayout::kTvWeight] = options_.tv_weight;
    const double content_sum = weight_sum(options_.content_layers) * options_.maps;
    for (std::uint32_t k = 0; k < layout_.content_terms; ++k) {
        const double factor =
            relative_factor(options_.content_layers[k % options_.content_layers.size()].weight,
                            content_sum, content_squares_[k]);
        factors[layout_.loss_factor(k)] = static_cast<float>(factor);
        factors[layout_.gradient_factor(k)] =
            static_cast<float>(2.0 * scale * factor * static_cast<double>(options_.content_weight));
    }
    if (styles_ != nullptr) {
        grams_.factors(*styles_, layout_, layout_.content_terms, scale, factors);
        if (styles_->order() != nullptr) {
            orders_.factors(*styles_->order(), layout_, first_order_term(), scale, factors);
        }
    }
    return stream.upload(factors, *factors_);
}

// The i-th of a stack's pictures, copied out of it.
const gpu::Buffer& Objective::picture(gpu::Program& program, const gpu::Buffer& image,
                                      std::size_t i) const {
    if (plans_.size() == 1) {
        return image;
    }
    program.copy(image, *picture_, picture_->bytes, i * picture_->bytes);
    return *picture_;
}

Status Objective::update_weights(gpu::Stream& stream, std::uint32_t evaluations) {
    IMPASTO_TRY(upload_factors(stream));
    std::array<float, nn::kObjectiveStateWords> state{};
    state[0] = std::bit_cast<float>(evaluations);  // nn/objective.h
    return stream.upload(state, *state_);
}

// What the layer's own terms add to its gradient; whether it was stored or added to.
bool Objective::add_gradients(gpu::Program& program, std::size_t picture, int layer,
                              const gpu::Buffer& map, const gpu::Buffer& gradient,
                              bool accumulate) const {
    bool stored = accumulate;
    const encoder::Plan& plan = plans_[picture];
    const std::size_t layers = options_.content_layers.size();
    for (std::size_t k = 0; k < layers; ++k) {
        if (options_.content_layers[k].layer != layer) {
            continue;
        }
        const auto term = static_cast<std::uint32_t>(picture * layers + k);
        nn::record_map_difference_gradient(
            program, plan.maps(), map, *content_maps_[term], plan.shape(layer), gradient, stored,
            *factors_, layout_.gradient_factor(term), *partials_, layout_.term_partial(term));
        stored = true;
    }
    stored = grams_.add_gradient(program, picture, layer, map, gradient, stored, sums()) || stored;
    if (layer == kOrderLayer && styles_ != nullptr && styles_->order() != nullptr) {
        stored = orders_.add_gradient(program, picture, map, gradient, stored, *styles_->order(),
                                      layout_, first_order_term(), *factors_) ||
                 stored;
    }
    return stored;
}

void Objective::record(gpu::Program& program, const gpu::Buffer& image,
                       const nn::Divergence& divergence) const {
    for (std::size_t i = 0; i < plans_.size(); ++i) {
        plans_[i].record_forward(
            program, picture(program, image, i), [&](int layer, const gpu::Buffer& map) {
                if (styles_ != nullptr) {
                    grams_.record_map(program, i, layer, map, *styles_, sums());
                }
                if (layer == kOrderLayer && styles_ != nullptr && styles_->order() != nullptr) {
                    orders_.record_map(program, i, map, *styles_->order(), layout_,
                                       first_order_term(), *partials_);
                }
            });
    }
    if (styles_ != nullptr) {
        grams_.record_stack(program, *styles_, sums());
    }
    for (std::size_t i = 0; i < plans_.size(); ++i) {
        const gpu::Buffer& gradient = plans_.size() == 1 ? *gradient_ : *picture_gradient_;
        plans_[i].record_backward(
            program, gradient,
            [&](int layer, const gpu::Buffer& map, const gpu::Buffer& of, bool accumulate) {
                return add_gradients(program, i, layer, map, of, accumulate);
            },
            1 / gradient_scale_);
        if (plans_.size() > 1) {
            program.copy(gradient, *gradient_, gradient.bytes, 0, i * gradient.bytes);
        }
    }
    nn::record_total_variation(program, image, shape_, *gradient_, *factors_,
                               nn::ObjectiveLayout::kTvWeight, *partials_, layout_.tv_partial(),
                               options_.borders());
    if (mask_ != nullptr) {
        nn::record_mask(program, *mask_, shape_, *gradient_);
    }
    nn::record_objective(program, layout_, *partials_, *factors_, *state_, *records_,
                         record_capacity_, divergence);
}

const float* Objective::loss_record(std::uint32_t evaluation) const {
    return static_cast<const float*>(records_->mapped) +
           std::size_t{evaluation % record_capacity_} * layout_.record_words();
}

Losses Objective::losses(std::uint32_t evaluation) const {
    const float* record = loss_record(evaluation);
    return {record[0], record[1], record[2], record[3]};
}

bool Objective::diverged(std::uint32_t evaluation) const {
    return loss_record(evaluation)[nn::ObjectiveLayout::kDiverged] != 0;
}

void Objective::layer_losses(std::uint32_t evaluation, std::vector<LayerLoss>& losses) const {
    losses.clear();
    const float* sums = loss_record(evaluation) + nn::ObjectiveLayout::kLosses;
    for (std::size_t k = 0; k < options_.content_layers.size(); ++k) {
        double loss = 0;
        for (std::size_t i = k; i < content_maps_.size(); i += options_.content_layers.size()) {
            loss += content_squares_[i] > 0
                        ? static_cast<double>(sums[i]) / content_squares_[i] / options_.maps
                        : 0;
        }
        losses.push_back({options_.content_layers[k].layer, false, static_cast<float>(loss)});
    }
    for (std::size_t k = 0; styles_ != nullptr && k < options_.style_layers.size(); ++k) {
        const double loss =
            grams_.layer_loss(*styles_, k, sums + layout_.content_terms + k * options_.regions());
        losses.push_back({options_.style_layers[k].layer, true, static_cast<float>(loss)});
    }
}

}  // namespace impasto::style
