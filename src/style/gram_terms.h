// The style terms of the objective: the Gram matrices of the style layers' maps, region by region,
// compared with the styles'.
//
// Of a stack of pictures (Image::maps) the features of all are taken together: the maps of a layer
// lie one after the other in one buffer (maps x C, H, W), so that the matrix has the products
// between pictures too, and what goes together in the style goes together in the result. The
// matrices and their gradient are then computed between the forward passes of all pictures and
// their backward passes:
//
//     forward 1, copy | forward 2, copy | matrices, gradients | add, backward 1 | add, backward 2
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "encoder/plan.h"
#include "gpu/program.h"
#include "gpu/stream.h"
#include "nn/objective.h"
#include "style/options.h"
#include "style/targets.h"

namespace impasto::style {

class GramTerms {
  public:
    // Of the picture that `plans`, one a map of the stack, are laid out for. All outlive this.
    GramTerms(const ObjectiveOptions& options, const std::vector<encoder::Plan>& plans)
        : options_(options), plans_(plans) {}

    // Reserves in the plans' arena. `stack_step` lies between their forward and backward passes.
    void reserve(gpu::Arena& arena, const nn::Shape& image, std::uint32_t stack_step);
    // Fills what stays the same, once the arena is committed.
    Status prepare(gpu::Stream& stream) const;

    std::size_t count() const { return terms_.size(); }
    // Loss and gradient factors of the terms, without gradient scaling; term `first` on in
    // `layout`.
    void factors(const StyleTargets& targets, const nn::ObjectiveLayout& layout,
                 std::uint32_t first, double gradient_scale, std::span<float> factors) const;

    // Where the terms' sums go, and their factors are.
    struct Sums {
        const nn::ObjectiveLayout& layout;
        std::uint32_t first_term;
        const gpu::Buffer& partials;
        const gpu::Buffer& factors;
    };
    // A picture's map was made.
    void record_map(gpu::Program& program, std::size_t picture, int layer, const gpu::Buffer& map,
                    const StyleTargets& targets, const Sums& sums) const;
    // All of a stack were made.
    void record_stack(gpu::Program& program, const StyleTargets& targets, const Sums& sums) const;
    // Adds to a layer's gradient; whether it did.
    bool add_gradient(gpu::Program& program, std::size_t picture, int layer, const gpu::Buffer& map,
                      const gpu::Buffer& gradient, bool accumulate, const Sums& sums) const;

    // The matrix of a style layer's first region, by position in options.style_layers.
    const gpu::Buffer& gram(std::size_t k) const { return *terms_[k * options_.regions()].gram; }
    // What the sums of a layer's terms, in their order, make together: its relative loss.
    double layer_loss(const StyleTargets& targets, std::size_t k, const float* sums) const;

  private:
    struct Term {
        std::size_t k = 0;  // in options.style_layers
        std::size_t region = 0;
        const gpu::Buffer* gram = nullptr;        // (C, C)
        const gpu::Buffer* difference = nullptr;  // from the target
        const gpu::Buffer* weights = nullptr;     // (H, W), of the region; null: all 1
        std::vector<float> weight_values;
        double weight_sum = 0;
        double share = 1;  // of the region, in the picture
    };
    struct Layer {
        nn::Shape shape;  // of all maps together
        const gpu::Buffer* scratch = nullptr;
        const gpu::Buffer* packed = nullptr;    // for the gradient; null where it needs nothing
        const gpu::Buffer* features = nullptr;  // of a stack, and the gradient of these
        const gpu::Buffer* gradient = nullptr;
    };

    bool stacked() const { return plans_.size() > 1; }
    std::span<const Term> terms_of(std::size_t k) const;
    void record_gram(gpu::Program& program, const Term& term, const gpu::Buffer& features,
                     const StyleTargets& targets, const Sums& sums) const;
    void record_backward(gpu::Program& program, const Term& term, const gpu::Buffer& features,
                         const gpu::Buffer& gradient, bool accumulate, const Sums& sums) const;

    const ObjectiveOptions& options_;
    const std::vector<encoder::Plan>& plans_;
    std::vector<Layer> layers_;          // of options.style_layers
    std::vector<Term> terms_;            // the regions of the first layer, of the next, ...
    const gpu::Buffer* part_ = nullptr;  // of a stack's gradient: that of one picture's map
};

}  // namespace impasto::style
