#include "style/objective.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "nn/gram.h"
#include "nn/map.h"
#include "nn/reduce.h"
#include "nn/total_variation.h"

namespace impasto::style {

namespace {

double weight_sum(const std::vector<LayerWeight>& terms) {
    double sum = 0;
    for (const LayerWeight& term : terms) {
        sum += term.weight;
    }
    return sum;
}

// weight / (sum of weights x the target's squares): what a term's squared difference counts. A
// target that is zero throughout (a black picture) has no scale to measure by and counts nothing.
double relative_factor(double weight, double sum, double squares) {
    return sum > 0 && squares > 0 ? weight / (sum * squares) : 0.0;
}

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
      record_capacity_(record_capacity) {
    layout_.content_terms = static_cast<std::uint32_t>(options.content_layers.size());
    layout_.style_terms = static_cast<std::uint32_t>(options.style_layers.size());
}

Status Objective::reserve(const encoder::Network& network, const nn::Shape& shape,
                          encoder::Keep keep) {
    shape_ = shape;
    encoder::PlanOptions plan_options;
    plan_options.pooling = options_.pooling;
    plan_options.first = options_.first_padding;
    plan_options.others = options_.padding;
    plan_options.losses = options_.layers();
    plan_options.keep = keep;
    auto plan = encoder::Plan::create(network, arena_, shape, options_.depth(), plan_options);
    if (!plan) {
        return plan.error();
    }
    plan_ = *plan;
    gradient_scale_ = loss_scale(plan_, options_);
    for (const LayerWeight& term : options_.content_layers) {
        content_maps_.push_back(
            &arena_.reserve(nn::map_size(plan_.maps(), plan_.shape(term.layer))));
    }
    for (const LayerWeight& term : options_.style_layers) {
        const nn::Shape& map = plan_.shape(term.layer);
        grams_.push_back(&arena_.reserve(nn::gram_size(map.channels)));
        differences_.push_back(&arena_.reserve(nn::gram_size(map.channels)));
        scratches_.push_back(
            &arena_.reserve(nn::map_gram_scratch_size(network.device(), plan_.maps(), map),
                            plan_.during_read(term.layer)));
        const std::size_t packed = nn::map_gram_backward_scratch_size(plan_.maps(), map);
        packed_.push_back(packed > 0 ? &arena_.reserve(packed) : nullptr);
    }
    gradient_ = &arena_.reserve(shape.size(), plan_.after_backward());
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
    IMPASTO_TRY(self->make_content_targets(stream, content));
    IMPASTO_TRY(self->upload_factors(stream));
    return self;
}

Status Objective::make_content_targets(gpu::Stream& stream, const gpu::Buffer& content) {
    gpu::Program program(stream.device());
    program.fill(*state_, 0.0f);
    // The matrices' last blocks are read a little beyond their end.
    for (const gpu::Buffer* difference : differences_) {
        program.fill(*difference, 0.0f);
    }
    plan_.record_forward(program, content, [&](int layer, const gpu::Buffer& map) {
        for (std::size_t k = 0; k < content_maps_.size(); ++k) {
            if (options_.content_layers[k].layer == layer) {
                program.copy(map, *content_maps_[k], content_maps_[k]->bytes);
            }
        }
    });
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream.run(program));
    for (std::size_t k = 0; k < content_maps_.size(); ++k) {
        auto squares = sum_of_squares(stream, plan_.maps(), *content_maps_[k],
                                      plan_.shape(options_.content_layers[k].layer));
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
    const double content_sum = weight_sum(options_.content_layers);
    std::uint32_t term = 0;
    for (std::size_t k = 0; k < options_.content_layers.size(); ++k, ++term) {
        const double factor =
            relative_factor(options_.content_layers[k].weight, content_sum, content_squares_[k]);
        factors[layout_.loss_factor(term)] = static_cast<float>(factor);
        factors[layout_.gradient_factor(term)] =
            static_cast<float>(2.0 * scale * factor * options_.content_weight);
    }
    const double style_sum = weight_sum(options_.style_layers);
    for (std::size_t k = 0; k < options_.style_layers.size(); ++k, ++term) {
        const double factor =
            relative_factor(options_.style_layers[k].weight, style_sum, styles_->squares(k));
        const nn::Shape& map = plan_.shape(options_.style_layers[k].layer);
        factors[layout_.loss_factor(term)] = static_cast<float>(factor);
        factors[layout_.gradient_factor(term)] = static_cast<float>(
            4.0 * scale * factor * options_.style_weight / static_cast<double>(map.size()));
    }
    return stream.upload(factors, *factors_);
}

Status Objective::update_weights(gpu::Stream& stream, std::uint32_t evaluations) {
    IMPASTO_TRY(upload_factors(stream));
    std::array<float, nn::kObjectiveStateWords> state{};
    state[0] = std::bit_cast<float>(evaluations);  // nn/objective.h
    return stream.upload(state, *state_);
}

// The Gram matrix of a style layer's map, and its difference from the target.
void Objective::record_gram(gpu::Program& program, std::size_t style_term,
                            const gpu::Buffer& map) const {
    const nn::Shape& shape = plan_.shape(options_.style_layers[style_term].layer);
    const gpu::Buffer& gram = *grams_[style_term];
    const auto term = static_cast<std::uint32_t>(layout_.content_terms + style_term);
    nn::record_map_gram(program, plan_.gram_variant(options_.style_layers[style_term].layer), map,
                        shape, nullptr, static_cast<double>(shape.plane()), *scratches_[style_term],
                        gram);
    nn::record_difference(program, gram, styles_->gram(style_term),
                          std::size_t{shape.channels} * shape.channels, *differences_[style_term],
                          *partials_, layout_.term_partial(term));
}

// What the layer's own terms add to its gradient; whether it was stored or added to.
bool Objective::add_gradients(gpu::Program& program, int layer, const gpu::Buffer& map,
                              const gpu::Buffer& gradient, bool accumulate) const {
    bool stored = accumulate;
    const nn::Shape& shape = plan_.shape(layer);
    for (std::size_t k = 0; k < content_maps_.size(); ++k) {
        if (options_.content_layers[k].layer != layer) {
            continue;
        }
        const auto term = static_cast<std::uint32_t>(k);
        nn::record_map_difference_gradient(
            program, plan_.maps(), map, *content_maps_[k], shape, gradient, stored, *factors_,
            layout_.gradient_factor(term), *partials_, layout_.term_partial(term));
        stored = true;
    }
    for (std::size_t k = 0; k < grams_.size(); ++k) {
        if (options_.style_layers[k].layer != layer) {
            continue;
        }
        const auto term = static_cast<std::uint32_t>(layout_.content_terms + k);
        nn::record_map_gram_backward(program, plan_.gram_variant(layer), map, shape, nullptr,
                                     *differences_[k], *factors_, layout_.gradient_factor(term),
                                     packed_[k], gradient, stored);
        stored = true;
    }
    return stored;
}

void Objective::record(gpu::Program& program, const gpu::Buffer& image,
                       const nn::Divergence& divergence) const {
    plan_.record_forward(program, image, [&](int layer, const gpu::Buffer& map) {
        for (std::size_t k = 0; k < grams_.size(); ++k) {
            if (options_.style_layers[k].layer == layer) {
                record_gram(program, k, map);
            }
        }
    });
    plan_.record_backward(
        program, *gradient_,
        [&](int layer, const gpu::Buffer& map, const gpu::Buffer& gradient, bool accumulate) {
            return add_gradients(program, layer, map, gradient, accumulate);
        },
        1 / gradient_scale_);
    nn::record_total_variation(program, image, shape_, *gradient_, *factors_,
                               nn::ObjectiveLayout::kTvWeight, *partials_, layout_.tv_partial(),
                               options_.padding);
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
    const auto add = [&](int layer, bool style, double squares) {
        const auto sum = static_cast<double>(*sums++);
        losses.push_back({layer, style, static_cast<float>(squares > 0 ? sum / squares : 0.0)});
    };
    for (std::size_t k = 0; k < content_maps_.size(); ++k) {
        add(options_.content_layers[k].layer, false, content_squares_[k]);
    }
    for (std::size_t k = 0; k < grams_.size(); ++k) {
        add(options_.style_layers[k].layer, true, styles_->squares(k));
    }
}

}  // namespace impasto::style
