#include "style/objective.h"

#include <algorithm>

#include "nn/gram.h"
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

}  // namespace

Objective::Objective(gpu::Device& device, const ObjectiveOptions& options)
    : options_(options), arena_(device), host_arena_(device, gpu::MemoryKind::kHost) {
    layout_.content_terms = static_cast<std::uint32_t>(options.content_layers.size());
    layout_.style_terms = static_cast<std::uint32_t>(options.style_layers.size());
}

Status Objective::reserve(const encoder::Network& network, const nn::Shape& shape) {
    shape_ = shape;
    auto plan = encoder::Plan::create(
        network, arena_, shape, options_.depth(),
        {options_.pooling, options_.first_padding, options_.padding, true, options_.convolution});
    if (!plan) {
        return plan.error();
    }
    plan_ = *plan;
    for (const LayerWeight& term : options_.content_layers) {
        content_maps_.push_back(&arena_.reserve(plan_.shape(term.layer).size()));
    }
    std::size_t scratch = 0;
    for (const LayerWeight& term : options_.style_layers) {
        const nn::Shape& map = plan_.shape(term.layer);
        grams_.push_back(&arena_.reserve(nn::gram_size(map.channels)));
        differences_.push_back(&arena_.reserve(nn::gram_size(map.channels)));
        scratch = std::max(scratch, nn::gram_scratch_size(network.device(), map));
    }
    scratch_ = &arena_.reserve(scratch);
    gradient_ = &arena_.reserve(shape.size());
    partials_ = &arena_.reserve(layout_.partial_words());
    factors_ = &arena_.reserve(layout_.words());
    state_ = &arena_.reserve(nn::kObjectiveStateWords);
    return {};
}

Result<std::uint64_t> Objective::bytes_needed(gpu::Device& device, const encoder::Network& network,
                                              const nn::Shape& shape,
                                              const ObjectiveOptions& options) {
    Objective planned(device, options);
    IMPASTO_TRY(planned.reserve(network, shape));
    IMPASTO_TRY(planned.arena_.check_buffers());
    return planned.arena_.bytes_reserved();
}

Result<std::unique_ptr<Objective>> Objective::create(
    gpu::Stream& stream, const encoder::Network& network, const nn::Shape& shape,
    const gpu::Buffer& content, const StyleTargets* styles, const ObjectiveOptions& options,
    std::uint32_t record_capacity) {
    auto self = std::unique_ptr<Objective>(new Objective(stream.device(), options));
    self->styles_ = styles;
    self->record_capacity_ = record_capacity;
    IMPASTO_TRY(self->reserve(network, shape));
    self->records_ =
        &self->host_arena_.reserve(std::size_t{record_capacity} * nn::kLossRecordWords);
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
    plan_.record_forward(program, content);
    for (std::size_t k = 0; k < content_maps_.size(); ++k) {
        const int layer = options_.content_layers[k].layer;
        program.copy(plan_.map(layer), *content_maps_[k],
                     plan_.shape(layer).size() * sizeof(float));
    }
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream.run(program));
    for (std::size_t k = 0; k < content_maps_.size(); ++k) {
        auto squares = sum_of_squares(stream, *content_maps_[k],
                                      plan_.shape(options_.content_layers[k].layer).size());
        if (!squares) {
            return squares.error();
        }
        content_squares_.push_back(*squares);
    }
    return {};
}

Status Objective::upload_factors(gpu::Stream& stream) {
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
            static_cast<float>(2.0 * factor * options_.content_weight);
    }
    const double style_sum = weight_sum(options_.style_layers);
    for (std::size_t k = 0; k < options_.style_layers.size(); ++k, ++term) {
        const double factor =
            relative_factor(options_.style_layers[k].weight, style_sum, styles_->squares(k));
        const nn::Shape& map = plan_.shape(options_.style_layers[k].layer);
        factors[layout_.loss_factor(term)] = static_cast<float>(factor);
        factors[layout_.gradient_factor(term)] = static_cast<float>(
            4.0 * factor * options_.style_weight / static_cast<double>(map.size()));
    }
    return stream.upload(factors, *factors_);
}

void Objective::record(gpu::Program& program, const gpu::Buffer& image) const {
    plan_.record_forward(program, image);
    for (std::size_t k = 0; k < grams_.size(); ++k) {
        const int layer = options_.style_layers[k].layer;
        const nn::Shape& map = plan_.shape(layer);
        const auto term = static_cast<std::uint32_t>(layout_.content_terms + k);
        nn::record_gram(program, plan_.map(layer), map, nullptr, static_cast<double>(map.plane()),
                        *scratch_, *grams_[k]);
        nn::record_difference(program, *grams_[k], styles_->gram(k),
                              std::size_t{map.channels} * map.channels, *differences_[k],
                              *partials_, layout_.term_partial(term));
    }
    plan_.record_backward(
        program, *gradient_, [&](int layer, const gpu::Buffer& gradient, bool accumulate) {
            bool stored = accumulate;
            for (std::size_t k = 0; k < content_maps_.size(); ++k) {
                if (options_.content_layers[k].layer != layer) {
                    continue;
                }
                const auto term = static_cast<std::uint32_t>(k);
                nn::record_difference_gradient(program, plan_.map(layer), *content_maps_[k],
                                               plan_.shape(layer).size(), gradient, stored,
                                               *factors_, layout_.gradient_factor(term), *partials_,
                                               layout_.term_partial(term));
                stored = true;
            }
            for (std::size_t k = 0; k < grams_.size(); ++k) {
                if (options_.style_layers[k].layer != layer) {
                    continue;
                }
                const auto term = static_cast<std::uint32_t>(layout_.content_terms + k);
                nn::record_gram_backward(program, plan_.map(layer), plan_.shape(layer), nullptr,
                                         *differences_[k], *factors_, layout_.gradient_factor(term),
                                         gradient, stored);
                stored = true;
            }
            return stored;
        });
    nn::record_total_variation(program, image, shape_, *gradient_, *factors_,
                               nn::ObjectiveLayout::kTvWeight, *partials_, layout_.tv_partial(),
                               options_.padding);
    nn::record_objective(program, layout_, *partials_, *factors_, *state_, *records_,
                         record_capacity_);
}

Losses Objective::losses(std::uint32_t evaluation) const {
    const float* record = static_cast<const float*>(records_->mapped) +
                          std::size_t{evaluation % record_capacity_} * nn::kLossRecordWords;
    return {record[0], record[1], record[2], record[3]};
}

}  // namespace impasto::style
