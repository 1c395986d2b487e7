// What `impasto weights list | info | import` show and do.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "weights/load.h"
#include "weights/tensor_file.h"
#include "weights/weights.h"

namespace impasto {

// One line of `weights list`.
struct ListedWeights {
    std::string name;
    std::string title;
    std::string licence;
    bool available = false;      // compiled in, or in the cache
    std::uint64_t bytes = 0;     // where available; else the download's size, 0 where unknown
    std::filesystem::path path;  // where it is or would be; empty for the built-in encoder
};

// The built-in encoder and the catalogue. Fails only where there is no cache folder (kOutput).
Result<std::vector<ListedWeights>> list_weights(const std::filesystem::path& cache_folder = {});

struct LayerInfo {
    std::string name;                      // "conv1_1"
    std::string tensor;                    // "features.0"
    std::array<std::uint64_t, 4> shape{};  // out, in, 3, 3
    DType dtype = DType::kF32;             // of the weights
    std::uint64_t parameters = 0;          // weights and biases
};

struct WeightsInfo {
    std::string name;
    std::string format;  // "safetensors", "pth (zip)", "pth (legacy)"
    std::string sha256;
    std::uint64_t bytes = 0;
    std::uint64_t parameters = 0;     // of the convolutions
    std::size_t ignored_tensors = 0;  // of the classifier
    InputConvention input;
    std::vector<LayerInfo> layers;
    std::map<std::string, std::string> metadata;
};

// Reads and checks the whole file, every value included: what it returns can be loaded. Errors of
// load_weights.
Result<WeightsInfo> weights_info(const WeightsRequest& request);

struct ImportOptions {
    DType dtype = DType::kF16;                    // or kF32
    std::map<std::string, std::string> metadata;  // to add, e.g. where a download came from
};

// Writes the convolutions of any file that can be read, and its input convention, as safetensors.
// Metadata of the source is kept. Nothing is written unless everything is right. Errors of
// load_weights, kOutput, and kWeights for values that F16 cannot hold. Returns what was written.
Result<WeightsInfo> import_weights(const WeightsRequest& request,
                                   const std::filesystem::path& destination,
                                   const ImportOptions& options);

}  // namespace impasto
