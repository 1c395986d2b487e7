// The objective of style transfer (Gatys, Ecker and Bethge 2016) for one image size, with relative
// terms so that a weight means the same at every size and for every encoder:
//
//     content term of a layer = sum (F - F_c)^2 / sum F_c^2
//     style term of a layer   = sum (G - G_s)^2 / sum G_s^2
//     total = content_weight mean(content terms) + style_weight mean(style terms) + tv_weight TV
//
// and its gradient with respect to the image. The means are weighted by the layers' weights.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "encoder/plan.h"
#include "gpu/program.h"
#include "gpu/stream.h"
#include "nn/objective.h"
#include "style/gram_terms.h"
#include "style/options.h"
#include "style/targets.h"

namespace impasto::style {

struct Losses {
    float total = 0;  // weighted
    float content = 0;
    float style = 0;
    float tv = 0;
};

// A term's value, without its weight; 0 where the target is zero throughout.
struct LayerLoss {
    int layer = 0;  // encoder/vgg19.h
    bool style = false;
    float loss = 0;
};

class Objective {
  public:
    // For images (3 maps, H, W) of `shape`. Keeps references to `network` and `options`; `styles`
    // may be null when there are no style layers. Records hold the last `record_capacity` losses.
    // What the plan keeps beyond an evaluation is `keep`.
    static Result<std::unique_ptr<Objective>> create(
        gpu::Stream& stream, const encoder::Network& network, const nn::Shape& shape,
        const gpu::Buffer& content, const StyleTargets* styles, const ObjectiveOptions& options,
        std::uint32_t record_capacity, encoder::Keep keep = encoder::Keep::kNothing);

    // Device memory that create() would take for a plan that keeps nothing, in bytes, without
    // taking it. kOutOfMemory: gpu::Arena::check_buffers.
    static Result<std::uint64_t> bytes_needed(const encoder::Network& network,
                                              const nn::Shape& shape,
                                              const ObjectiveOptions& options,
                                              std::uint32_t record_capacity);

    // Evaluates `image` (3 maps, H, W): its losses into the next record, its gradient into
    // gradient().
    void record(gpu::Program& program, const gpu::Buffer& image,
                const nn::Divergence& divergence = {}) const;

    // Takes up weights that changed in the options and the styles; nothing is in flight. The lowest
    // loss so far is forgotten: `evaluations` have run.
    Status update_weights(gpu::Stream& stream, std::uint32_t evaluations);

    const gpu::Buffer& gradient() const { return *gradient_; }
    const gpu::Buffer& state() const { return *state_; }  // nn/objective.h
    // Of the first picture of a stack.
    const encoder::Plan& plan() const { return plans_.front(); }
    const gpu::Buffer& gram(std::size_t style_term) const { return grams_.gram(style_term); }
    // The loss of the i-th evaluation; valid once it has run, and for record_capacity more.
    Losses losses(std::uint32_t evaluation) const;
    bool diverged(std::uint32_t evaluation) const;  // likewise
    // Likewise the terms', content terms first, in the order of the options. Allocates nothing
    // where `losses` has room for them.
    void layer_losses(std::uint32_t evaluation, std::vector<LayerLoss>& losses) const;

  private:
    Objective(gpu::Device& device, const ObjectiveOptions& options, std::uint32_t record_capacity);
    Status reserve(const encoder::Network& network, const nn::Shape& shape, encoder::Keep keep);
    // The first term of long-range order; there are none without options.structure.
    std::uint32_t first_order_term() const {
        return layout_.terms() -
               (options_.structure > 0 ? static_cast<std::uint32_t>(options_.maps) : 0);
    }
    GramTerms::Sums sums() const { return {layout_, layout_.content_terms, *partials_, *factors_}; }
    const gpu::Buffer& picture(gpu::Program& program, const gpu::Buffer& image,
                               std::size_t i) const;
    bool add_gradients(gpu::Program& program, std::size_t picture, int layer,
                       const gpu::Buffer& map, const gpu::Buffer& gradient, bool accumulate) const;
    Status make_content_targets(gpu::Stream& stream, const gpu::Buffer& content);
    Status upload_factors(gpu::Stream& stream);
    const float* loss_record(std::uint32_t evaluation) const;

    const ObjectiveOptions& options_;
    nn::ObjectiveLayout layout_;
    nn::Shape shape_;
    gpu::Arena arena_;
    gpu::Arena host_arena_;
    std::vector<encoder::Plan> plans_;  // of each picture of a stack; mostly one
    GramTerms grams_;
    OrderTerms orders_;
    const StyleTargets* styles_ = nullptr;
    std::vector<const gpu::Buffer*> content_maps_;  // F_c of each content layer, picture by picture
    std::vector<double> content_squares_;
    const gpu::Buffer* gradient_ = nullptr;
    const gpu::Buffer* picture_ = nullptr;  // of a stack: one of its pictures, and its gradient
    const gpu::Buffer* picture_gradient_ = nullptr;
    const gpu::Buffer* mask_ = nullptr;  // (H, W), null: every pixel moves
    const gpu::Buffer* partials_ = nullptr;
    const gpu::Buffer* factors_ = nullptr;
    const gpu::Buffer* state_ = nullptr;
    const gpu::Buffer* records_ = nullptr;
    float gradient_scale_ = 1;  // of the gradients inside the encoder: loss scaling
    std::uint32_t record_capacity_ = 1;
};

}  // namespace impasto::style
