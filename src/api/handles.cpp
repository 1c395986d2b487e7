#include "api/handles.h"

#include <cmath>

namespace impasto::api {

void copy_text(const std::string& text, char* to, std::size_t size) {
    if (to == nullptr || size == 0) {
        return;
    }
    std::size_t length = std::min(text.size(), size - 1);
    while (length > 0 && length < text.size() &&
           (static_cast<unsigned char>(text[length]) & 0xC0u) == 0x80u) {
        --length;
    }
    std::memcpy(to, text.data(), length);
    to[length] = '\0';
}

namespace {

Result<std::vector<style::LayerWeight>> layer_weights(const ImpastoLayerWeight* layers,
                                                      std::uint32_t count, const char* kind) {
    std::vector<style::LayerWeight> terms;
    double sum = 0;
    for (std::uint32_t i = 0; layers != nullptr && i < count; ++i) {
        const std::string name = layers[i].layer != nullptr ? layers[i].layer : "";
        const auto layer = encoder::relu_layer(name);
        if (!layer) {
            return bad_argument(std::string("unknown ") + kind + " layer '" + name +
                                "': the layers are relu1_1 relu1_2 relu2_1 relu2_2 relu3_1 to "
                                "relu3_4, relu4_1 to relu4_4 and relu5_1 to relu5_4");
        }
        if (!std::isfinite(layers[i].weight) || layers[i].weight < 0) {
            return bad_argument(std::string("the weight of ") + kind + " layer " + name +
                                " must be a number of 0 or more");
        }
        for (const style::LayerWeight& term : terms) {
            if (term.layer == *layer) {
                return bad_argument(std::string(kind) + " layer " + name + " is named twice");
            }
        }
        sum += layers[i].weight;
        terms.push_back({*layer, layers[i].weight});
    }
    if (!terms.empty() && !(sum > 0)) {
        return bad_argument(std::string("the weights of the ") + kind +
                            " layers are all 0: give one of them a weight");
    }
    return terms;
}

Status check_weight(float weight, const char* name) {
    if (!std::isfinite(weight) || weight < 0) {
        return bad_argument(std::string("the ") + name + " must be a number of 0 or more");
    }
    return {};
}

}  // namespace

Result<style::ObjectiveOptions> objective_options(const ImpastoObjective& given,
                                                  std::size_t style_count) {
    ImpastoObjective from;
    if (!read_struct(&given, from)) {
        return bad_argument("ImpastoObjective: struct_size is not set");
    }
    style::ObjectiveOptions to;
    IMPASTO_TRY(check_weight(from.content_weight, "content weight"));
    IMPASTO_TRY(check_weight(from.style_weight, "style weight"));
    IMPASTO_TRY(check_weight(from.tv_weight, "TV weight"));
    to.content_weight = from.content_weight;
    to.style_weight = from.style_weight;
    to.tv_weight = from.tv_weight;
    auto content = layer_weights(from.content_layers, from.content_layer_count, "content");
    if (!content) {
        return content.error();
    }
    to.content_layers = *std::move(content);
    auto style = layer_weights(from.style_layers, from.style_layer_count, "style");
    if (!style) {
        return style.error();
    }
    to.style_layers = *std::move(style);
    if (style_count == 0) {
        if (to.style_weight > 0 && !to.style_layers.empty()) {
            return bad_argument("no style picture was given: give one, or a style weight of 0");
        }
        to.style_layers.clear();
    }
    const bool has_content = to.content_weight > 0 && !to.content_layers.empty();
    const bool has_style = to.style_weight > 0 && !to.style_layers.empty();
    if (!has_content && !has_style) {
        return bad_argument(
            "there is nothing to optimise: give the content or the style a weight above 0 and at "
            "least one layer");
    }
    to.pooling =
        from.pooling == IMPASTO_POOLING_AVERAGE ? nn::Pooling::kAverage : nn::Pooling::kMax;
    const nn::Border edge =
        from.padding == IMPASTO_PADDING_REPLICATE ? nn::Border::kReplicate : nn::Border::kZero;
    to.first_padding = {edge, edge};
    if (from.style_blend != nullptr) {
        to.style_blend.assign(from.style_blend, from.style_blend + from.style_blend_count);
        if (to.style_blend.size() != style_count) {
            return bad_argument("the style blend has " + std::to_string(to.style_blend.size()) +
                                " weights for " + std::to_string(style_count) + " style pictures");
        }
        double sum = 0;
        for (const float weight : to.style_blend) {
            IMPASTO_TRY(check_weight(weight, "style blend's weights"));
            sum += weight;
        }
        if (!(sum > 0)) {
            return bad_argument("the style blend's weights are all 0: give one a weight");
        }
    }
    return to;
}

Result<std::vector<Image>> style_images(const ImpastoImage* const* styles, std::uint32_t count) {
    std::vector<Image> images;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (styles == nullptr || styles[i] == nullptr) {
            return bad_argument("style " + std::to_string(i + 1) + " is null");
        }
        images.push_back(styles[i]->image);
    }
    return images;
}

}  // namespace impasto::api
