#include "settings/settings.h"

#include <utility>

namespace impasto::settings {
namespace {

Error bad(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

std::vector<LayerWeight> copied(const ImpastoLayerWeight* layers, std::uint32_t count) {
    std::vector<LayerWeight> copy;
    for (std::uint32_t i = 0; i < count; ++i) copy.push_back({layers[i].layer, layers[i].weight});
    return copy;
}

}  // namespace

Settings::Settings() {
    ImpastoSessionOptions from{};
    from.struct_size = sizeof from;
    from.objective.struct_size = sizeof from.objective;
    impasto_session_options_default(&from);
    size = from.size;
    first_size = from.first_size;
    iterations.assign(from.iterations, from.iterations + from.iterations_count);
    optimizer = from.optimizer;
    lbfgs_history = from.lbfgs_history;
    adam_learning_rate = from.adam_learning_rate;
    style_scale = from.style_scale;
    colors = from.colors;
    init = from.init == IMPASTO_INIT_NOISE ? "noise" : "content";
    seed = from.seed;
    const ImpastoObjective& objective = from.objective;
    content_weight = objective.content_weight;
    style_weight = objective.style_weight;
    tv_weight = objective.tv_weight;
    content_layers = copied(objective.content_layers, objective.content_layer_count);
    style_layers = copied(objective.style_layers, objective.style_layer_count);
    if (objective.style_blend_count > 0) {
        style_blend.assign(objective.style_blend,
                           objective.style_blend + objective.style_blend_count);
    }
    pooling = objective.pooling;
    padding = objective.padding;
}

std::string Settings::init_file() const {
    return init == "content" || init == "noise" ? std::string() : init;
}

Status Settings::check(std::size_t style_count) const {
    if (content_weight <= 0.0f && style_weight <= 0.0f) {
        return bad("--content-weight and --style-weight are both 0; one must be above");
    }
    if (!style_blend.empty() && style_blend.size() != style_count) {
        return bad("--style-blend: the number of shares, " + std::to_string(style_blend.size()) +
                   ", is not that of the styles, " + std::to_string(style_count));
    }
    return {};
}

}  // namespace impasto::settings
