#include "settings/session_view.h"

#include <utility>

namespace impasto::settings {
namespace {

std::vector<ImpastoLayerWeight> pointing_into(const std::vector<LayerWeight>& layers) {
    std::vector<ImpastoLayerWeight> view;
    view.reserve(layers.size());
    for (const LayerWeight& layer : layers) view.push_back({layer.name.c_str(), layer.weight});
    return view;
}

}  // namespace

SessionView::SessionView(Settings settings)
    : settings_(std::move(settings)),
      content_layers_(pointing_into(settings_.content_layers)),
      style_layers_(pointing_into(settings_.style_layers)) {}

ImpastoObjective SessionView::objective() const {
    ImpastoObjective to{};
    to.struct_size = sizeof to;
    impasto_objective_default(&to);
    to.content_weight = settings_.content_weight;
    to.style_weight = settings_.style_weight;
    to.tv_weight = settings_.tv_weight;
    to.content_layers = content_layers_.data();
    to.content_layer_count = static_cast<std::uint32_t>(content_layers_.size());
    to.style_layers = style_layers_.data();
    to.style_layer_count = static_cast<std::uint32_t>(style_layers_.size());
    to.pooling = settings_.pooling;
    to.padding = settings_.padding;
    to.style_blend = settings_.style_blend.empty() ? nullptr : settings_.style_blend.data();
    to.style_blend_count = static_cast<std::uint32_t>(settings_.style_blend.size());
    return to;
}

ImpastoSessionOptions SessionView::options(const ImpastoImage* init_image) const {
    ImpastoSessionOptions to{};
    to.struct_size = sizeof to;
    to.objective.struct_size = sizeof to.objective;
    impasto_session_options_default(&to);
    to.objective = objective();
    to.size = settings_.size;
    to.first_size = settings_.first_size;
    to.iterations = settings_.iterations.data();
    to.iterations_count = static_cast<std::uint32_t>(settings_.iterations.size());
    to.init = settings_.init == "content" ? IMPASTO_INIT_CONTENT
              : settings_.init == "noise" ? IMPASTO_INIT_NOISE
                                          : IMPASTO_INIT_IMAGE;
    to.init_image = init_image;
    to.optimizer = settings_.optimizer;
    to.lbfgs_history = settings_.lbfgs_history;
    to.adam_learning_rate = settings_.adam_learning_rate;
    to.style_scale = settings_.style_scale;
    to.colors = settings_.colors;
    to.seed = settings_.seed;
    to.flatten = settings_.flatten ? 1 : 0;
    to.structure = settings_.structure;
    to.tile = static_cast<std::uint32_t>(settings_.tile);
    to.width = settings_.width > 0 ? settings_.width : settings_.size;
    to.height = settings_.height > 0 ? settings_.height : settings_.size;
    return to;
}

}  // namespace impasto::settings
