// Lists of VGG19's layers as text: "relu1_1:0.5,relu2_1".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace impasto::settings {

struct LayerWeight {
    std::string name;  // "relu1_1" ... "relu5_4"
    float weight = 1.0f;

    bool operator==(const LayerWeight&) const = default;
};

// The layers that an objective can name, first to last.
const std::vector<std::string>& vgg19_layers();

// Names with weights (1 where none is given), each name once, at least one weight above 0.
// kInvalidArgument.
Result<std::vector<LayerWeight>> parse_layers(std::string_view text);
std::string layers_text(const std::vector<LayerWeight>& layers);

}  // namespace impasto::settings
