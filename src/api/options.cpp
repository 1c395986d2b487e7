// Objectives and options of sessions: their defaults, and from C to the style room's.
#include <algorithm>
#include <cmath>

#include "api/handles.h"
#include "nn/lbfgs.h"

using namespace impasto;

namespace {

// The C structs point at arrays; these are the defaults', named once for the library's life.
struct Defaults {
    style::SessionOptions options;
    std::vector<std::string> names;
    std::vector<ImpastoLayerWeight> content;
    std::vector<ImpastoLayerWeight> style;

    Defaults() {
        const auto& objective = options.objective;
        names.reserve(objective.content_layers.size() + objective.style_layers.size());
        const auto fill = [&](const std::vector<style::LayerWeight>& from,
                              std::vector<ImpastoLayerWeight>& to) {
            for (const style::LayerWeight& term : from) {
                to.push_back(
                    {names.emplace_back(encoder::relu_name(term.layer)).c_str(), term.weight});
            }
        };
        fill(objective.content_layers, content);
        fill(objective.style_layers, style);
    }
};

const Defaults& defaults() {
    static const Defaults instance;
    return instance;
}

// False when there is no memory for them: the caller gets zeros, which no session accepts.
bool has_defaults() {
    try {
        (void)defaults();
        return true;
    } catch (...) {
        return false;
    }
}

Result<std::vector<style::LayerWeight>> layer_weights(const ImpastoLayerWeight* layers,
                                                      std::uint32_t count, const char* kind) {
    std::vector<style::LayerWeight> terms;
    double sum = 0;
    if (layers == nullptr && count > 0) {
        return api::bad_argument(std::string("the ") + kind + " layers are null");
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::string name = layers[i].layer != nullptr ? layers[i].layer : "";
        const auto layer = encoder::relu_layer(name);
        if (!layer) {
            return api::bad_argument(std::string("unknown ") + kind + " layer '" + name +
                                     "': the layers are relu1_1 relu1_2 relu2_1 relu2_2 relu3_1 to "
                                     "relu3_4, relu4_1 to relu4_4 and relu5_1 to relu5_4");
        }
        if (!std::isfinite(layers[i].weight) || layers[i].weight < 0) {
            return api::bad_argument(std::string("the weight of ") + kind + " layer " + name +
                                     " must be a number of 0 or more");
        }
        for (const style::LayerWeight& term : terms) {
            if (term.layer == *layer) {
                return api::bad_argument(std::string(kind) + " layer " + name + " is named twice");
            }
        }
        sum += layers[i].weight;
        terms.push_back({*layer, layers[i].weight});
    }
    if (!terms.empty() && !(sum > 0)) {
        return api::bad_argument(std::string("the weights of the ") + kind +
                                 " layers are all 0: give one of them a weight");
    }
    return terms;
}

Status check_weight(float weight, const char* name) {
    if (!std::isfinite(weight) || weight < 0) {
        return api::bad_argument(std::string("the ") + name + " must be a number of 0 or more");
    }
    return {};
}

// The first channel.
style::Mask mask_of(const ImpastoImage* image) {
    style::Mask mask;
    if (image != nullptr) {
        mask.width = image->image.width;
        mask.height = image->image.height;
        const auto pixels = static_cast<std::ptrdiff_t>(image->image.pixels());
        mask.weights.assign(image->image.rgb.begin(), image->image.rgb.begin() + pixels);
        for (float& weight : mask.weights) {
            weight = weight > 0 ? std::min(weight, 1.0f) : 0.0f;  // 0 for what is no number
        }
    }
    return mask;
}

// Null where every pixel counts.
Result<std::shared_ptr<const style::Masks>> masks_of(const ImpastoSessionOptions& from,
                                                     std::size_t style_count) {
    if (from.style_mask_count > 0 &&
        (from.style_masks == nullptr || from.style_mask_count != style_count)) {
        return api::bad_argument("there are " + std::to_string(from.style_mask_count) +
                                 " style masks for " + std::to_string(style_count) +
                                 " style pictures: give one for each (NULL: all of it counts)");
    }
    if (from.blend_mask != nullptr && (style_count != 2 || from.objective.style_blend != nullptr)) {
        return api::bad_argument(
            "a blend mask takes two style pictures, and no style blend beside it");
    }
    style::Masks masks;
    masks.picture = mask_of(from.mask);
    masks.blend = mask_of(from.blend_mask);
    bool some = !masks.picture.empty() || !masks.blend.empty();
    for (std::uint32_t i = 0; i < from.style_mask_count; ++i) {
        masks.styles.push_back(mask_of(from.style_masks[i]));
        some = some || !masks.styles.back().empty();
    }
    const auto counts = [](const style::Mask& mask) {
        return mask.empty() || std::any_of(mask.weights.begin(), mask.weights.end(),
                                           [](float weight) { return weight > 0; });
    };
    if (!counts(masks.picture)) {
        return api::bad_argument("the mask is 0 everywhere: nothing would change");
    }
    if (!std::all_of(masks.styles.begin(), masks.styles.end(), counts)) {
        return api::bad_argument("a style's mask is 0 everywhere: nothing of it would count");
    }
    return some ? std::make_shared<const style::Masks>(std::move(masks)) : nullptr;
}

}  // namespace

Result<Image> api::blank_content(const ImpastoSessionOptions* given, int maps) {
    ImpastoSessionOptions from;
    if (!api::read_struct(given, from) || from.width < 16 || from.height < 16 ||
        from.width > 16384 || from.height > 16384) {
        return api::bad_argument(
            "without a content picture options.width and options.height must be given, from 16 to "
            "16384 pixels");
    }
    Image blank;
    blank.width = static_cast<int>(from.width);
    blank.height = static_cast<int>(from.height);
    blank.maps = maps;
    blank.rgb.assign(blank.planes() * blank.pixels(), 0.5f);
    return blank;
}

Result<style::ObjectiveOptions> api::objective_options(const ImpastoObjective& given,
                                                       std::size_t style_count, bool has_content) {
    ImpastoObjective from;
    if (!api::read_struct(&given, from)) {
        return api::bad_argument("ImpastoObjective: struct_size is not set");
    }
    if (from.reserved != 0 ||
        std::any_of(std::begin(from.reserved_words), std::end(from.reserved_words),
                    [](std::uint64_t word) { return word != 0; })) {
        return api::bad_argument(
            "ImpastoObjective: what is reserved must be 0: fill the struct with "
            "impasto_objective_default, or use a library as new as the header");
    }
    style::ObjectiveOptions to;
    IMPASTO_TRY(check_weight(from.content_weight, "content weight"));
    IMPASTO_TRY(check_weight(from.style_weight, "style weight"));
    IMPASTO_TRY(check_weight(from.tv_weight, "TV weight"));
    to.content_weight = from.content_weight;
    to.style_weight = from.style_weight;
    to.tv_weight = from.tv_weight;
    to.content_layers.clear();
    if (has_content) {
        auto content = layer_weights(from.content_layers, from.content_layer_count, "content");
        if (!content) {
            return content.error();
        }
        to.content_layers = *std::move(content);
    }
    auto style = layer_weights(from.style_layers, from.style_layer_count, "style");
    if (!style) {
        return style.error();
    }
    to.style_layers = *std::move(style);
    if (style_count == 0) {
        if (to.style_weight > 0 && !to.style_layers.empty()) {
            return api::bad_argument(
                "no style picture was given: give one, or a style weight of 0");
        }
        to.style_layers.clear();
    }
    const bool content_counts = to.content_weight > 0 && !to.content_layers.empty();
    const bool style_counts = to.style_weight > 0 && !to.style_layers.empty();
    if (!content_counts && !style_counts) {
        return api::bad_argument(
            "there is nothing to optimise: give the content or the style a weight above 0 and at "
            "least one layer");
    }
    const auto pooling = api::enum_number(from.pooling);
    if (pooling != IMPASTO_POOLING_MAX && pooling != IMPASTO_POOLING_AVERAGE) {
        return api::bad_argument("pooling has no such value");
    }
    const auto padding = api::enum_number(from.padding);
    if (padding != IMPASTO_PADDING_ZERO && padding != IMPASTO_PADDING_REPLICATE) {
        return api::bad_argument("padding has no such value");
    }
    to.pooling = pooling == IMPASTO_POOLING_AVERAGE ? nn::Pooling::kAverage : nn::Pooling::kMax;
    const nn::Border edge =
        padding == IMPASTO_PADDING_REPLICATE ? nn::Border::kReplicate : nn::Border::kZero;
    to.first_padding = {edge, edge};
    if (from.style_blend != nullptr) {
        to.style_blend.assign(from.style_blend, from.style_blend + from.style_blend_count);
        if (to.style_blend.size() != style_count) {
            return api::bad_argument("the style blend has " +
                                     std::to_string(to.style_blend.size()) + " weights for " +
                                     std::to_string(style_count) + " style pictures");
        }
        double sum = 0;
        for (const float weight : to.style_blend) {
            IMPASTO_TRY(check_weight(weight, "style blend's weights"));
            sum += weight;
        }
        if (!(sum > 0)) {
            return api::bad_argument("the style blend's weights are all 0: give one a weight");
        }
    }
    return to;
}

Result<style::SessionOptions> api::session_options(const ImpastoSessionOptions* given,
                                                   std::size_t style_count, bool has_content) {
    ImpastoSessionOptions from;
    if (!api::read_struct(given, from)) {
        return api::bad_argument("ImpastoSessionOptions: struct_size is not set");
    }
    style::SessionOptions to;
    ImpastoObjective terms;
    if (!api::read_struct(&from.objective, terms)) {
        return api::bad_argument("ImpastoObjective: struct_size is not set");
    }
    if (!has_content) {
        from.size = std::max(from.width, from.height);
        if (api::enum_number(from.init) == IMPASTO_INIT_CONTENT) {
            from.init = IMPASTO_INIT_NOISE;
        }
    }
    terms.struct_size = sizeof terms;
    auto objective = api::objective_options(terms, style_count, has_content);
    if (!objective) {
        return objective.error();
    }
    to.objective = *std::move(objective);
    if (from.tile > IMPASTO_TILE_XY) {
        return api::bad_argument("tile has no such value");
    }
    to.objective.wrap = {(from.tile & IMPASTO_TILE_X) != 0, (from.tile & IMPASTO_TILE_Y) != 0};
    if (!(from.structure >= 0 && from.structure <= 1)) {
        return api::bad_argument("structure must lie between 0 and 1");
    }
    to.objective.structure = to.objective.style_layers.empty() ? 0 : from.structure;
    to.objective.leader = to.objective.heaviest_style();
    auto masks = masks_of(from, style_count);
    if (!masks) {
        return masks.error();
    }
    to.objective.masks = *std::move(masks);
    if (from.size < 16 || from.size > 16384) {
        return api::bad_argument("the size must lie between 16 and 16384 pixels");
    }
    if (from.first_size < 16) {
        return api::bad_argument("the first scale's size must be at least 16 pixels");
    }
    to.size = from.size;
    to.first_size = from.first_size;
    if (from.iterations != nullptr && from.iterations_count > 0) {
        to.iterations.assign(from.iterations, from.iterations + from.iterations_count);
    }
    for (const std::uint32_t iterations : to.iterations) {
        if (iterations < 1 || iterations > 1000000) {
            return api::bad_argument("iterations must lie between 1 and 1000000");
        }
    }
    switch (api::enum_number(from.init)) {
        case IMPASTO_INIT_CONTENT:
            to.init = style::Init::kContent;
            break;
        case IMPASTO_INIT_NOISE:
            to.init = style::Init::kNoise;
            break;
        case IMPASTO_INIT_IMAGE:
            to.init = style::Init::kImage;
            if (from.init_image == nullptr) {
                return api::bad_argument("the start image is missing");
            }
            to.init_image = from.init_image->image;
            break;
        default:
            return api::bad_argument("init has no such value");
    }
    const auto optimizer = api::enum_number(from.optimizer);
    if (optimizer != IMPASTO_LBFGS && optimizer != IMPASTO_ADAM) {
        return api::bad_argument("optimizer has no such value");
    }
    to.optimizer = optimizer == IMPASTO_ADAM ? style::Optimizer::kAdam : style::Optimizer::kLbfgs;
    if (from.lbfgs_history < 1 || from.lbfgs_history > nn::kLbfgsMaxHistory) {
        return api::bad_argument("the L-BFGS history must lie between 1 and " +
                                 std::to_string(nn::kLbfgsMaxHistory));
    }
    to.lbfgs_history = from.lbfgs_history;
    if (!std::isfinite(from.adam_learning_rate) || from.adam_learning_rate <= 0) {
        return api::bad_argument("Adam's learning rate must be above 0");
    }
    to.adam.learning_rate = from.adam_learning_rate;
    if (!std::isfinite(from.style_scale) || from.style_scale <= 0 || from.style_scale > 64) {
        return api::bad_argument("the style scale must lie above 0 and not above 64");
    }
    to.style_scale = from.style_scale;
    const auto colors = api::enum_number(from.colors);
    if (colors != IMPASTO_COLORS_STYLE && colors != IMPASTO_COLORS_CONTENT) {
        return api::bad_argument("colors has no such value");
    }
    to.colors = colors == IMPASTO_COLORS_CONTENT ? style::Colors::kContent : style::Colors::kStyle;
    to.seed = from.seed;
    to.flatten = from.flatten != 0;
    to.profile = from.profile != 0;
    return to;
}

void impasto_objective_default(ImpastoObjective* objective) {
    if (objective == nullptr) {
        return;
    }
    ImpastoObjective to{};
    if (!has_defaults()) {
        api::write_struct(to, objective);
        return;
    }
    const Defaults& d = defaults();
    const style::ObjectiveOptions& from = d.options.objective;
    to.content_weight = from.content_weight;
    to.style_weight = from.style_weight;
    to.tv_weight = from.tv_weight;
    to.content_layers = d.content.data();
    to.content_layer_count = static_cast<uint32_t>(d.content.size());
    to.style_layers = d.style.data();
    to.style_layer_count = static_cast<uint32_t>(d.style.size());
    to.pooling =
        from.pooling == nn::Pooling::kAverage ? IMPASTO_POOLING_AVERAGE : IMPASTO_POOLING_MAX;
    to.padding = from.first_padding.x == nn::Border::kReplicate ? IMPASTO_PADDING_REPLICATE
                                                                : IMPASTO_PADDING_ZERO;
    api::write_struct(to, objective);
}

void impasto_session_options_default(ImpastoSessionOptions* options) {
    if (options == nullptr) {
        return;
    }
    ImpastoSessionOptions to{};
    if (!has_defaults()) {
        api::write_struct(to, options);
        return;
    }
    const style::SessionOptions& from = defaults().options;
    to.objective.struct_size = sizeof to.objective;
    impasto_objective_default(&to.objective);
    to.size = from.size;
    to.first_size = from.first_size;
    to.iterations = from.iterations.data();
    to.iterations_count = static_cast<uint32_t>(from.iterations.size());
    to.init = IMPASTO_INIT_CONTENT;
    to.optimizer = from.optimizer == style::Optimizer::kAdam ? IMPASTO_ADAM : IMPASTO_LBFGS;
    to.lbfgs_history = from.lbfgs_history;
    to.adam_learning_rate = from.adam.learning_rate;
    to.style_scale = from.style_scale;
    to.colors = IMPASTO_COLORS_STYLE;
    to.seed = from.seed;
    api::write_struct(to, options);
}
