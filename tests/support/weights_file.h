// A weights file in memory, made the way a host's pak file would hold it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "weights/safetensors.h"
#include "weights/weights.h"

namespace impasto::testing {

// safetensors by torchvision's names. Leaves tiny.safetensors in `folder`. At most 13 layers.
inline std::vector<char> weights_file(const EncoderWeights& weights,
                                      const std::filesystem::path& folder) {
    constexpr int kPlaces[] = {0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28};
    std::vector<TensorToWrite> tensors;
    for (std::size_t i = 0; i < weights.convolutions.size(); ++i) {
        const auto& conv = weights.convolutions[i];
        const auto out = static_cast<std::uint64_t>(conv.out_channels);
        const auto in = static_cast<std::uint64_t>(conv.in_channels);
        const std::string name = "features." + std::to_string(kPlaces[i]);
        tensors.push_back(f32_tensor(name + ".weight", {out, in, 3, 3}, conv.weight));
        tensors.push_back(f32_tensor(name + ".bias", {out}, conv.bias));
    }
    const auto path = folder / "tiny.safetensors";
    EXPECT_TRUE(write_safetensors(path, tensors, {}));
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace impasto::testing
