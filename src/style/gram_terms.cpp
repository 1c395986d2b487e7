#include "style/gram_terms.h"

#include <algorithm>

#include "nn/blend.h"
#include "nn/gram.h"
#include "nn/map.h"
#include "nn/reduce.h"

namespace impasto::style {

void GramTerms::reserve(gpu::Arena& arena, const nn::Shape& image, std::uint32_t stack_step) {
    const encoder::Plan& plan = plans_.front();
    const std::size_t regions = options_.regions();
    std::vector<std::vector<float>> masks;
    double sum = 0;
    for (std::size_t region = 0; options_.masks && region < regions; ++region) {
        masks.push_back(
            region_weights(*options_.masks, region, image.width, image.height, options_.wrap));
        sum += sum_of(masks.back());
    }
    std::size_t longest_part = 0;
    for (std::size_t k = 0; k < options_.style_layers.size(); ++k) {
        const int layer = options_.style_layers[k].layer;
        const nn::Shape one = plan.shape(layer);
        Layer of;
        of.shape = {static_cast<std::uint32_t>(plans_.size()) * one.channels, one.height,
                    one.width};
        gpu::Lifetime reading = plan.during_read(layer);
        if (stacked()) {
            of.features = &arena.reserve(of.shape.size(), {reading.first, stack_step});
            of.gradient = &arena.reserve(of.shape.size(),
                                         {stack_step, plans_.back().from_read_to_add(layer).last});
            longest_part = std::max(longest_part, one.size());
            reading = {stack_step, stack_step};
        }
        of.scratch = &arena.reserve(nn::map_gram_scratch_size(plan.device(), plan.maps(), of.shape),
                                    reading);
        const std::size_t packed = nn::map_gram_backward_scratch_size(plan.maps(), of.shape);
        of.packed = packed > 0 ? &arena.reserve(packed) : nullptr;
        layers_.push_back(of);
        for (std::size_t region = 0; region < regions; ++region) {
            Term term;
            term.k = k;
            term.region = region;
            term.gram = &arena.reserve(nn::gram_size(of.shape.channels));
            term.difference = &arena.reserve(nn::gram_size(of.shape.channels));
            term.weight_sum = static_cast<double>(one.plane());
            if (!masks.empty()) {
                term.share = sum > 0 ? sum_of(masks[region]) / sum : 0;
                term.weight_values = pooled_weights(masks[region], image, one, options_.borders());
                term.weight_sum = std::max(sum_of(term.weight_values), 1.0);
                term.weights = &arena.reserve(one.plane());
            }
            terms_.push_back(std::move(term));
        }
    }
    if (stacked()) {
        part_ = &arena.reserve(longest_part);
    }
}

Status GramTerms::prepare(gpu::Stream& stream) const {
    gpu::Program program(stream.device());
    // The matrices' last blocks are read a little beyond their end.
    for (const Term& term : terms_) {
        program.fill(*term.difference, 0.0f);
    }
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream.run(program));
    for (const Term& term : terms_) {
        if (term.weights != nullptr) {
            IMPASTO_TRY(stream.upload(term.weight_values, *term.weights));
        }
    }
    return {};
}

std::span<const GramTerms::Term> GramTerms::terms_of(std::size_t k) const {
    return std::span(terms_).subspan(k * options_.regions(), options_.regions());
}

void GramTerms::factors(const StyleTargets& targets, const nn::ObjectiveLayout& layout,
                        std::uint32_t first, double gradient_scale,
                        std::span<float> factors) const {
    const double sum = weight_sum(options_.style_layers);
    for (std::size_t i = 0; i < terms_.size(); ++i) {
        const Term& term = terms_[i];
        const auto number = first + static_cast<std::uint32_t>(i);
        const double factor =
            term.share * relative_factor(options_.style_layers[term.k].weight, sum,
                                         targets.squares(term.k, term.region));
        factors[layout.loss_factor(number)] = static_cast<float>(factor);
        factors[layout.gradient_factor(number)] = static_cast<float>(
            4.0 * gradient_scale * factor * static_cast<double>(options_.style_weight) /
            (layers_[term.k].shape.channels * term.weight_sum));
    }
}

void GramTerms::record_gram(gpu::Program& program, const Term& term, const gpu::Buffer& features,
                            const StyleTargets& targets, const Sums& sums) const {
    const Layer& layer = layers_[term.k];
    const auto number = sums.first_term + static_cast<std::uint32_t>(&term - terms_.data());
    nn::record_map_gram(program, plans_.front().gram_variant(options_.style_layers[term.k].layer),
                        features, layer.shape, term.weights, term.weight_sum, *layer.scratch,
                        *term.gram);
    nn::record_difference(program, *term.gram, targets.gram(term.k, term.region),
                          std::size_t{layer.shape.channels} * layer.shape.channels,
                          *term.difference, sums.partials, sums.layout.term_partial(number));
}

void GramTerms::record_backward(gpu::Program& program, const Term& term,
                                const gpu::Buffer& features, const gpu::Buffer& gradient,
                                bool accumulate, const Sums& sums) const {
    const Layer& layer = layers_[term.k];
    const auto number = sums.first_term + static_cast<std::uint32_t>(&term - terms_.data());
    nn::record_map_gram_backward(
        program, plans_.front().gram_variant(options_.style_layers[term.k].layer), features,
        layer.shape, term.weights, *term.difference, sums.factors,
        sums.layout.gradient_factor(number), layer.packed, gradient, accumulate);
}

void GramTerms::record_map(gpu::Program& program, std::size_t picture, int layer,
                           const gpu::Buffer& map, const StyleTargets& targets,
                           const Sums& sums) const {
    for (std::size_t k = 0; k < layers_.size(); ++k) {
        if (options_.style_layers[k].layer != layer) {
            continue;
        }
        if (stacked()) {
            const VkDeviceSize bytes = plans_[picture].shape(layer).size() * sizeof(float);
            program.copy(map, *layers_[k].features, bytes, 0, picture * bytes);
            continue;
        }
        for (const Term& term : terms_of(k)) {
            record_gram(program, term, map, targets, sums);
        }
    }
}

void GramTerms::record_stack(gpu::Program& program, const StyleTargets& targets,
                             const Sums& sums) const {
    for (std::size_t k = 0; stacked() && k < layers_.size(); ++k) {
        program.label(encoder::relu_name(options_.style_layers[k].layer) + " of all maps");
        bool stored = false;
        for (const Term& term : terms_of(k)) {
            record_gram(program, term, *layers_[k].features, targets, sums);
            record_backward(program, term, *layers_[k].features, *layers_[k].gradient, stored,
                            sums);
            stored = true;
        }
    }
}

bool GramTerms::add_gradient(gpu::Program& program, std::size_t picture, int layer,
                             const gpu::Buffer& map, const gpu::Buffer& gradient, bool accumulate,
                             const Sums& sums) const {
    bool stored = accumulate;
    bool added = false;
    for (std::size_t k = 0; k < layers_.size(); ++k) {
        if (options_.style_layers[k].layer != layer) {
            continue;
        }
        if (stacked()) {
            const std::size_t count = plans_[picture].shape(layer).size();
            program.copy(*layers_[k].gradient, *part_, count * sizeof(float),
                         picture * count * sizeof(float));
            nn::record_blend(program, *part_, gradient, count, 1, stored);
            stored = added = true;
            continue;
        }
        for (const Term& term : terms_of(k)) {
            record_backward(program, term, map, gradient, stored, sums);
            stored = added = true;
        }
    }
    return added;
}

double GramTerms::layer_loss(const StyleTargets& targets, std::size_t k, const float* sums) const {
    double loss = 0;
    for (const Term& term : terms_of(k)) {
        const double squares = targets.squares(term.k, term.region);
        loss += squares > 0 ? term.share * static_cast<double>(sums[term.region]) / squares : 0;
    }
    return loss;
}

}  // namespace impasto::style
