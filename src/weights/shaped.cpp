#include "weights/shaped.h"

#include <cmath>
#include <cstdint>

namespace impasto {

namespace {

constexpr int kChannels[kVgg19Convolutions] = {64,  64,  128, 128, 256, 256, 256, 256,
                                               512, 512, 512, 512, 512, 512, 512, 512};

// SplitMix64 (Steele, Lea and Flood 2014), as a number in [-1, 1).
float next(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return static_cast<float>(static_cast<double>(z >> 40) / 8388608.0 - 1.0);
}

}  // namespace

EncoderWeights shaped_weights() {
    EncoderWeights weights;
    weights.name = kShapedWeights;
    std::uint64_t state = 19;
    int in = 3;
    for (const int out : kChannels) {
        ConvWeights conv;
        conv.in_channels = in;
        conv.out_channels = out;
        conv.weight.resize(std::size_t{9} * static_cast<std::size_t>(in * out));
        conv.bias.assign(static_cast<std::size_t>(out), 0.0f);
        const float scale = std::sqrt(6.0f / static_cast<float>(9 * in));
        for (float& value : conv.weight) {
            value = scale * next(state);
        }
        weights.convolutions.push_back(std::move(conv));
        in = out;
    }
    return weights;
}

}  // namespace impasto
