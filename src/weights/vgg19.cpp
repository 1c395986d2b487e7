#include "weights/vgg19.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace impasto {
namespace {

struct LayerRow {
    std::string_view name;
    int feature;
    std::uint64_t channels;  // that it gives, as published
};

// Configuration E, with a ReLU after every convolution and a pool after every block.
constexpr std::array<LayerRow, kVgg19Convolutions> kLayers{{
    {"conv1_1", 0, 64},
    {"conv1_2", 2, 64},
    {"conv2_1", 5, 128},
    {"conv2_2", 7, 128},
    {"conv3_1", 10, 256},
    {"conv3_2", 12, 256},
    {"conv3_3", 14, 256},
    {"conv3_4", 16, 256},
    {"conv4_1", 19, 512},
    {"conv4_2", 21, 512},
    {"conv4_3", 23, 512},
    {"conv4_4", 25, 512},
    {"conv5_1", 28, 512},
    {"conv5_2", 30, 512},
    {"conv5_3", 32, 512},
    {"conv5_4", 34, 512},
}};

// The original Caffe network, converted by Justin Johnson. Its name carries the first digits of its
// sum, and people keep the name when they save it again.
constexpr std::string_view kCaffeFileName = "vgg19-d01eb7cb";
constexpr std::string_view kCaffeSha256Start = "d01eb7cb";

Error bad(const std::string& what) { return {ErrorCode::kWeights, what}; }

Error unknown_tensor(const std::string& name) {
    std::string hint = "Impasto reads VGG19 with torchvision's names (features.0.weight ...)";
    if (name.find("running_") != std::string::npos ||
        name.find("num_batches") != std::string::npos) {
        hint = "a VGG19 with batch normalisation (vgg19_bn) is another network";
    } else if (name.starts_with("features.")) {
        hint += "; is this another VGG?";
    }
    return bad("the layer '" + printable(name) + "' is no part of VGG19: " + hint);
}

// "features.10.weight" -> convolution 4, weight; nothing for a name of another kind.
struct TensorPlace {
    int convolution;
    bool is_bias;
};

std::optional<TensorPlace> place_of(std::string_view name) {
    constexpr std::string_view kPrefix = "features.";
    if (!name.starts_with(kPrefix)) {
        return std::nullopt;
    }
    name.remove_prefix(kPrefix.size());
    int feature = -1;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), feature);
    const std::string_view rest = name.substr(static_cast<std::size_t>(end - name.data()));
    const bool is_bias = rest == ".bias";
    if (error != std::errc() || (!is_bias && rest != ".weight")) {
        return std::nullopt;
    }
    for (int i = 0; i < kVgg19Convolutions; ++i) {
        if (vgg19_feature_index(i) == feature) {
            return TensorPlace{i, is_bias};
        }
    }
    return std::nullopt;
}

// `in` is what the layer before gives.
Status check_shapes(const Vgg19Layer& layer, std::uint64_t in) {
    const auto& weight = layer.weight->shape;
    const std::string conv(vgg19_layer_name(layer.convolution));
    constexpr std::uint64_t kMostChannels = 1 << 16;  // channel numbers fit an int everywhere
    if (weight.size() != 4 || weight[1] != in || weight[2] != 3 || weight[3] != 3 ||
        weight[0] == 0 || weight[0] > kMostChannels) {
        return bad("the tensor '" + printable(layer.weight->name) + "' (" + conv +
                   ") has the shape " + shape_text(weight) + "; [N, " + std::to_string(in) +
                   ", 3, 3] is wanted");
    }
    if (layer.bias->shape.size() != 1 || layer.bias->shape[0] != weight[0]) {
        return bad("the tensor '" + printable(layer.bias->name) + "' (" + conv +
                   ") has the shape " + shape_text(layer.bias->shape) + "; [" +
                   std::to_string(weight[0]) + "] is wanted");
    }
    for (const NamedTensor* tensor : {layer.weight, layer.bias}) {
        if (!dtype_is_readable(tensor->dtype)) {
            return bad("the tensor '" + printable(tensor->name) + "' holds " +
                       std::string(dtype_name(tensor->dtype)) +
                       " values; F32, F16 or BF16 are wanted");
        }
    }
    return {};
}

// False when it is no number that a float holds.
bool read_number(const JsonTree* json, float& out) {
    const auto value = json != nullptr ? json->number() : std::nullopt;
    out = static_cast<float>(value.value_or(0.0));
    return value && std::isfinite(out);
}

bool three_numbers(const JsonTree* json, std::array<float, 3>& out) {
    const JsonTree::List* const list = json != nullptr ? json->list() : nullptr;
    return list != nullptr && list->size() == 3 && read_number(&(*list)[0], out[0]) &&
           read_number(&(*list)[1], out[1]) && read_number(&(*list)[2], out[2]);
}

}  // namespace

InputConvention torchvision_input() { return InputConvention{}; }

InputConvention caffe_input() {
    InputConvention input;
    input.bgr = true;
    input.scale = 255.0f;
    input.mean = {103.939f, 116.779f, 123.68f};
    input.std = {1.0f, 1.0f, 1.0f};
    return input;
}

Result<ConventionChoice> convention_from_text(std::string_view text) {
    if (text.empty() || text == "auto") {
        return ConventionChoice::kAuto;
    }
    if (text == "torchvision") {
        return ConventionChoice::kTorchvision;
    }
    if (text == "caffe") {
        return ConventionChoice::kCaffe;
    }
    return Error{ErrorCode::kInvalidArgument, "the input convention '" + printable(text) +
                                                  "' is unknown; auto, torchvision or caffe"};
}

std::string convention_name(const InputConvention& input) {
    const auto same = [&](const InputConvention& other) {
        return input.bgr == other.bgr && input.scale == other.scale && input.mean == other.mean &&
               input.std == other.std;
    };
    if (same(torchvision_input())) {
        return "torchvision (RGB)";
    }
    return same(caffe_input()) ? "caffe (BGR)" : "its own";
}

std::string input_to_json(const InputConvention& input) {
    // Seven digits and no more: 0.485 and not 0.48500001430511475; with a point wherever we are.
    const auto number = [](float value) {
        std::array<char, 32> text{};
        const auto end = std::to_chars(text.data(), text.data() + text.size(),
                                       static_cast<double>(value), std::chars_format::general, 7);
        return std::string(text.data(), end.ptr);
    };
    const auto three = [&](const std::array<float, 3>& values) {
        return "[" + number(values[0]) + "," + number(values[1]) + "," + number(values[2]) + "]";
    };
    return "{\"mean\":" + three(input.mean) + ",\"order\":\"" + (input.bgr ? "BGR" : "RGB") +
           "\",\"scale\":" + number(input.scale) + ",\"std\":" + three(input.std) + "}";
}

std::optional<InputConvention> input_from_json(const JsonTree& json) {
    const JsonTree* const named = json.find("order");
    const std::string* const order = named != nullptr ? named->text() : nullptr;
    InputConvention input;
    if (order == nullptr || (*order != "RGB" && *order != "BGR") ||
        !read_number(json.find("scale"), input.scale) || !(input.scale > 0.0f) ||
        !three_numbers(json.find("mean"), input.mean) ||
        !three_numbers(json.find("std"), input.std)) {
        return std::nullopt;
    }
    input.bgr = *order == "BGR";
    for (const float deviation : input.std) {
        if (!(deviation > 0.0f)) {
            return std::nullopt;
        }
    }
    return input;
}

Result<InputConvention> input_from_json(std::string_view text) {
    const auto json = parse_json(text);
    const auto input = json ? input_from_json(*json) : std::nullopt;
    if (!input) {
        return bad("the metadata '" + std::string(kInputMetadataKey) +
                   "' describes no input convention: " + printable(text));
    }
    return *input;
}

std::string_view vgg19_layer_name(int convolution) {
    return kLayers[static_cast<std::size_t>(convolution)].name;
}

int vgg19_feature_index(int convolution) {
    return kLayers[static_cast<std::size_t>(convolution)].feature;
}

bool is_classifier_tensor(std::string_view name) {
    return name.starts_with("classifier.") || name.starts_with("pre_logits.") ||
           name.starts_with("head.");
}

Result<std::vector<Vgg19Layer>> find_vgg19_layers(const TensorFile& file) {
    std::array<Vgg19Layer, kVgg19Convolutions> found{};
    int count = 0;
    for (const NamedTensor& tensor : file.tensors) {
        if (is_classifier_tensor(tensor.name)) {
            continue;
        }
        const auto place = place_of(tensor.name);
        if (!place) {
            return unknown_tensor(tensor.name);
        }
        Vgg19Layer& layer = found[static_cast<std::size_t>(place->convolution)];
        (place->is_bias ? layer.bias : layer.weight) = &tensor;
        count = std::max(count, place->convolution + 1);
    }
    if (count == 0) {
        return bad("the file has none of VGG19's convolutions (features.0.weight ...)");
    }
    std::vector<Vgg19Layer> layers;
    std::uint64_t in = 3;
    for (int i = 0; i < count; ++i) {
        Vgg19Layer& layer = found[static_cast<std::size_t>(i)];
        layer.convolution = i;
        if (layer.weight == nullptr || layer.bias == nullptr) {
            return bad("the tensor 'features." + std::to_string(vgg19_feature_index(i)) +
                       (layer.weight == nullptr ? ".weight' (" : ".bias' (") +
                       std::string(vgg19_layer_name(i)) + ") is missing");
        }
        IMPASTO_TRY(check_shapes(layer, in));
        in = layer.weight->shape[0];
        layers.push_back(layer);
    }
    return layers;
}

Status check_published_vgg19(const std::vector<Vgg19Layer>& layers) {
    for (std::size_t i = 0; i < kLayers.size(); ++i) {
        const std::string conv(kLayers[i].name);
        if (i >= layers.size()) {
            return bad("it ends before " + conv);
        }
        if (layers[i].weight->shape[0] != kLayers[i].channels) {
            return bad(conv + " has " + std::to_string(layers[i].weight->shape[0]) +
                       " channels instead of " + std::to_string(kLayers[i].channels));
        }
    }
    return {};
}

Result<InputConvention> settle_convention(const TensorFile& file, const WeightsOrigin& origin) {
    if (origin.convention == ConventionChoice::kTorchvision) {
        return torchvision_input();
    }
    if (origin.convention == ConventionChoice::kCaffe) {
        return caffe_input();
    }
    const auto stated = file.metadata.find(std::string(kInputMetadataKey));
    if (stated != file.metadata.end()) {
        return input_from_json(stated->second);
    }
    // Only a .pth can be the published file by its sum: no other needs to be hashed for it.
    const bool caffe =
        origin.file_name.find(kCaffeFileName) != std::string::npos ||
        (file.format != "safetensors" && origin.sha256.hex().starts_with(kCaffeSha256Start));
    return caffe ? caffe_input() : torchvision_input();
}

Result<EncoderWeights> vgg19_from_tensors(const TensorFile& file, const WeightsOrigin& origin,
                                          HalfWeights halves) {
    const auto layers = find_vgg19_layers(file);
    if (!layers) {
        return layers.error();
    }
    const auto input = settle_convention(file, origin);
    if (!input) {
        return input.error();
    }
    EncoderWeights encoder;
    encoder.name = origin.name;
    encoder.sha256 = origin.sha256;
    encoder.input = *input;
    for (const Vgg19Layer& layer : *layers) {
        ConvWeights convolution;
        if (halves == HalfWeights::kLeaveInPlace && holds_halves(*layer.weight)) {
            const auto half = tensor_halves(*layer.weight);
            if (!half) {
                return half.error();
            }
            convolution.half = *half;
        } else {
            auto weight = tensor_floats(*layer.weight);
            if (!weight) {
                return weight.error();
            }
            convolution.weight = *std::move(weight);
        }
        auto bias = tensor_floats(*layer.bias);
        if (!bias) {
            return bias.error();
        }
        convolution.in_channels = static_cast<int>(layer.weight->shape[1]);
        convolution.out_channels = static_cast<int>(layer.weight->shape[0]);
        convolution.bias = *std::move(bias);
        encoder.convolutions.push_back(std::move(convolution));
    }
    return encoder;
}

}  // namespace impasto
