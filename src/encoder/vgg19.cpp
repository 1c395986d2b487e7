#include "encoder/vgg19.h"

#include <array>

namespace impasto::encoder {

namespace {

constexpr std::array<int, 5> kBlocks{2, 2, 4, 4, 4};  // convolutions in each block

}  // namespace

std::string relu_name(int layer) {
    int block = 0;
    while (layer >= kBlocks[static_cast<std::size_t>(block)]) {
        layer -= kBlocks[static_cast<std::size_t>(block)];
        ++block;
    }
    return "relu" + std::to_string(block + 1) + "_" + std::to_string(layer + 1);
}

std::optional<int> relu_layer(std::string_view name) {
    for (int layer = 0; layer < kLayers; ++layer) {
        if (name == relu_name(layer)) {
            return layer;
        }
    }
    return std::nullopt;
}

bool pool_follows(int layer) {
    int end = 0;
    for (const int convolutions : kBlocks) {
        end += convolutions;
        if (layer == end - 1) {
            return true;
        }
    }
    return false;
}

}  // namespace impasto::encoder
