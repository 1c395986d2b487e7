// The layer table of VGG19 (Simonyan and Zisserman 2014, configuration E), which every encoder here
// follows with its own number of channels:
//
//     conv1_1 conv1_2 pool  conv2_1 conv2_2 pool  conv3_1 .. conv3_4 pool
//     conv4_1 .. conv4_4 pool  conv5_1 .. conv5_4
//
// A layer is named by its index, 0 (conv1_1, relu1_1) to 15 (conv5_4, relu5_4).
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "weights/weights.h"

namespace impasto::encoder {

inline constexpr int kLayers = kVgg19Convolutions;
using LayerSet = std::bitset<kLayers>;

// "relu3_1" for 4.
std::string relu_name(int layer);
// The layer of "relu3_1"; nothing for another text.
std::optional<int> relu_layer(std::string_view name);
// Whether a 2x2 pool follows the layer on the way to the next one.
bool pool_follows(int layer);

}  // namespace impasto::encoder
