#include "settings/layers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "settings/numbers.h"

namespace impasto::settings {
namespace {

Error bad(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

std::vector<std::string> all_layers() {
    constexpr std::array<int, 5> kRelusInBlock{2, 2, 4, 4, 4};
    std::vector<std::string> names;
    for (std::size_t block = 0; block < kRelusInBlock.size(); ++block) {
        for (int i = 1; i <= kRelusInBlock[block]; ++i) {
            names.push_back("relu" + std::to_string(block + 1) + "_" + std::to_string(i));
        }
    }
    return names;
}

}  // namespace

const std::vector<std::string>& vgg19_layers() {
    static const std::vector<std::string> names = all_layers();
    return names;
}

Result<std::vector<LayerWeight>> parse_layers(std::string_view text) {
    std::vector<LayerWeight> layers;
    double sum = 0.0;
    for (const std::string& part : split(text, ',')) {
        const std::size_t colon = std::min(part.find(':'), part.size());
        const std::string name(trimmed(std::string_view(part).substr(0, colon)));
        const auto& known = vgg19_layers();
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            return bad("'" + name +
                       "' is not a layer; there are relu1_1 to relu1_2, relu2_1 to relu2_2, "
                       "relu3_1 to relu3_4, relu4_1 to relu4_4 and relu5_1 to relu5_4");
        }
        if (std::any_of(layers.begin(), layers.end(),
                        [&](const LayerWeight& one) { return one.name == name; })) {
            return bad("'" + name + "' is named twice");
        }
        float weight = 1.0f;
        if (colon < part.size()) {
            const auto number = parse_number(trimmed(std::string_view(part).substr(colon + 1)), {});
            if (!number) return bad(name + ": " + number.error().message);
            weight = *number;
        }
        layers.push_back({name, weight});
        sum += weight;
    }
    if (!(sum > 0.0)) return bad("the layers' weights are all 0; one must be above");
    return layers;
}

std::string layers_text(const std::vector<LayerWeight>& layers) {
    std::string text;
    for (const LayerWeight& layer : layers) {
        text += (text.empty() ? "" : ",") + layer.name;
        if (layer.weight != 1.0f) text += ":" + number_text(layer.weight);
    }
    return text;
}

}  // namespace impasto::settings
