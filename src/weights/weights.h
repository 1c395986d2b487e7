// The parameters of a VGG19-shaped encoder in host memory, and where they came from.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "weights/file_hash.h"

namespace impasto {

// The sixteen 3x3 convolutions of VGG19 (Simonyan and Zisserman 2014, configuration E), in order.
inline constexpr int kVgg19Convolutions = 16;

// One 3x3 convolution.
struct ConvWeights {
    int in_channels = 0;
    int out_channels = 0;
    // (out, in, 3, 3), OIHW as PyTorch stores it; empty where `half` holds it.
    std::vector<float> weight;
    // The same in 16-bit floats (IEEE binary16), little endian and of any alignment, where they lie
    // in EncoderWeights::file: the device widens them (nn/widen.h). All are finite.
    std::span<const std::byte> half;
    std::vector<float> bias;  // (out)
};

// The values of `weight`, whichever of the two holds them.
std::vector<float> weight_floats(const ConvWeights& conv);

// What the network wants as input x, given an image p in [0, 1] RGB.
struct InputConvention {
    bool bgr = false;    // Caffe's channel order
    float scale = 1.0f;  // x = (p * scale - mean) / std, in the order above
    std::array<float, 3> mean{0.485f, 0.456f, 0.406f};
    std::array<float, 3> std{0.229f, 0.224f, 0.225f};
};

struct EncoderWeights {
    std::string name;  // "builtin", "vgg19", or the file's name
    FileHash sha256;   // of the whole file
    InputConvention input;
    // conv1_1, conv1_2, ...: at least one, at most kVgg19Convolutions; a file may hold fewer
    // (the built-in encoder ends at conv5_1).
    std::vector<ConvWeights> convolutions;
    // What keeps the bytes that ConvWeights::half refers to where they are; null where none does,
    // or where they are the program's own. The file must not change meanwhile.
    std::shared_ptr<const void> file;
};

}  // namespace impasto
