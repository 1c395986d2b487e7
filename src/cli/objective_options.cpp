#include "cli/objective_options.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace impasto::cli {
namespace {

// How many ReLUs each of VGG19's five blocks has.
constexpr std::array<char, 5> kRelusInBlock{'2', '2', '4', '4', '4'};

bool is_relu_of_vgg19(const std::string& name) {
    return name.size() == 7 && name.starts_with("relu") && name[4] >= '1' && name[4] <= '5' &&
           name[5] == '_' && name[6] >= '1' &&
           name[6] <= kRelusInBlock[static_cast<std::size_t>(name[4] - '1')];
}

Error bad(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

}  // namespace

ObjectiveOptions::ObjectiveOptions() {
    values_.struct_size = sizeof values_;
    impasto_objective_default(&values_);
    content_layers_ = copy(values_.content_layers, values_.content_layer_count);
    style_layers_ = copy(values_.style_layers, values_.style_layer_count);
    if (values_.style_blend_count > 0) {
        style_blend_.assign(values_.style_blend, values_.style_blend + values_.style_blend_count);
    }
}

ObjectiveOptions::Layers ObjectiveOptions::copy(const ImpastoLayerWeight* layers,
                                                std::uint32_t count) {
    Layers copied;
    for (std::uint32_t i = 0; i < count; ++i) {
        copied.names.emplace_back(layers[i].layer);
        copied.weights.push_back(layers[i].weight);
    }
    copied.refresh_view();
    return copied;
}

void ObjectiveOptions::Layers::refresh_view() {
    view.clear();
    for (std::size_t i = 0; i < names.size(); ++i) {
        view.push_back({names[i].c_str(), weights[i]});
    }
}

Status ObjectiveOptions::Layers::set(std::string_view given) {
    Layers parsed;
    for (const std::string& part : split(given, ',')) {
        const std::size_t colon = std::min(part.find(':'), part.size());
        const std::string name(trimmed(std::string_view(part).substr(0, colon)));
        if (!is_relu_of_vgg19(name)) {
            return bad("'" + name +
                       "' is not a layer; there are relu1_1 to relu1_2, relu2_1 to relu2_2, "
                       "relu3_1 to relu3_4, relu4_1 to relu4_4 and relu5_1 to relu5_4");
        }
        if (std::find(parsed.names.begin(), parsed.names.end(), name) != parsed.names.end()) {
            return bad("'" + name + "' is named twice");
        }
        float weight = 1.0f;
        if (colon < part.size()) {
            const auto number = parse_number(trimmed(std::string_view(part).substr(colon + 1)), {});
            if (!number) return bad(name + ": " + number.error().message);
            weight = *number;
        }
        parsed.names.push_back(name);
        parsed.weights.push_back(weight);
    }
    if (!(std::accumulate(parsed.weights.begin(), parsed.weights.end(), 0.0) > 0.0)) {
        return bad("the layers' weights are all 0; one must be above");
    }
    *this = std::move(parsed);
    refresh_view();
    return {};
}

std::string ObjectiveOptions::Layers::text() const {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += (i == 0 ? "" : ",") + names[i];
        if (weights[i] != 1.0f) text += ":" + number_text(weights[i]);
    }
    return text;
}

void ObjectiveOptions::declare_layers(Options& options, const char* name, Layers& layers,
                                      const char* help) {
    options
        .add(
            name, "LIST", ValueKind::kText, help,
            [&layers](std::string_view given) { return layers.set(given); },
            [&layers] { return layers.text(); })
        .preset = PresetUse::kPicture;
}

void ObjectiveOptions::declare(Options& options) {
    options.group(
        "What the picture should have (all terms are relative, so a weight means the same at every "
        "size and with every encoder)");
    options
        .number("--content-weight", "W", {}, values_.content_weight,
                "how much the content's shapes count, 0 or more")
        .preset = PresetUse::kPicture;
    options
        .number("--style-weight", "W", {}, values_.style_weight,
                "how much the style's texture and colours count, 0 or more")
        .preset = PresetUse::kPicture;
    options
        .number("--tv-weight", "W", {}, values_.tv_weight,
                "how much smoothness counts (total variation), 0 or more; against speckles")
        .preset = PresetUse::kPicture;
    declare_layers(options, "--content-layers", content_layers_,
                   "layers of VGG19 for the content, each with a weight if wanted: "
                   "relu4_2 or relu3_2:0.5,relu4_2. Deeper layers keep less of the photo's detail");
    declare_layers(options, "--style-layers", style_layers_,
                   "layers for the style: relu1_1 to relu5_4, each with a weight if wanted. "
                   "The first ones hold colour and grain, the last ones large strokes");
    options
        .add(
            "--style-blend", "SHARES", ValueKind::kNumbers,
            "shares of several styles, as 0.7,0.3; their sum does not matter. Without it all "
            "count the same",
            [this](std::string_view given) -> Status {
                auto shares = parse_numbers(given, {});
                if (!shares) return shares.error();
                if (!(std::accumulate(shares->begin(), shares->end(), 0.0) > 0.0)) {
                    return bad("the shares are all 0; one must be above");
                }
                style_blend_ = *std::move(shares);
                return {};
            },
            [this] {
                std::string text;
                for (const float share : style_blend_) {
                    text += (text.empty() ? "" : ",") + number_text(share);
                }
                return text;
            })
        .preset = PresetUse::kPicture;
    options
        .choice<ImpastoPooling>(
            "--pooling", {{"max", IMPASTO_POOLING_MAX}, {"avg", IMPASTO_POOLING_AVERAGE}},
            values_.pooling, "how the encoder halves its pictures: as published (max) or smoother")
        .preset = PresetUse::kPicture;
}

void ObjectiveOptions::declare_padding(Options& options) {
    options
        .choice<ImpastoPadding>(
            "--padding", {{"zero", IMPASTO_PADDING_ZERO}, {"replicate", IMPASTO_PADDING_REPLICATE}},
            values_.padding,
            "what the first convolution sees beyond the picture's edge: black as published (zero), "
            "or the edge again, which leaves less of a frame")
        .preset = PresetUse::kPicture;
}

Status ObjectiveOptions::check(std::size_t style_count) const {
    if (values_.content_weight <= 0.0f && values_.style_weight <= 0.0f) {
        return bad("--content-weight and --style-weight are both 0; one must be above");
    }
    if (!style_blend_.empty() && style_blend_.size() != style_count) {
        return bad("--style-blend: the number of shares, " + std::to_string(style_blend_.size()) +
                   ", is not that of the styles, " + std::to_string(style_count));
    }
    return {};
}

ImpastoObjective ObjectiveOptions::objective() const {
    ImpastoObjective objective = values_;
    objective.content_layers = content_layers_.view.data();
    objective.content_layer_count = static_cast<std::uint32_t>(content_layers_.view.size());
    objective.style_layers = style_layers_.view.data();
    objective.style_layer_count = static_cast<std::uint32_t>(style_layers_.view.size());
    objective.style_blend = style_blend_.empty() ? nullptr : style_blend_.data();
    objective.style_blend_count = static_cast<std::uint32_t>(style_blend_.size());
    return objective;
}

}  // namespace impasto::cli
