// Weights by the name a user gives: the built-in encoder, a file of the catalogue that was fetched,
// or a file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/mapped_file.h"
#include "weights/tensor_file.h"
#include "weights/vgg19.h"
#include "weights/weights.h"

namespace impasto {

inline constexpr std::string_view kBuiltinWeights = "builtin";

struct WeightsRequest {
    // "builtin", a name of the catalogue, or a file's path (UTF-8). A file that has such a name is
    // reached as "./vgg19". A file is told by its bytes, not by its name.
    std::string source{kBuiltinWeights};
    ConventionChoice convention = ConventionChoice::kAuto;
    std::filesystem::path cache_folder;  // empty: the user's own
};

// The result keeps the file mapped where it refers to its 16-bit weights (ConvWeights::half).
// kInput for a missing file, a folder, a file of another kind or a catalogue name that was not
// fetched yet; kWeights for a damaged file or another network. The message names the file.
Result<EncoderWeights> load_weights(const WeightsRequest& request);

// The same for a file in memory, in any of the formats; `name` becomes EncoderWeights::name. The
// bytes are not needed afterwards.
Result<EncoderWeights> load_weights_from_memory(
    std::span<const std::byte> bytes, const std::string& name,
    ConventionChoice convention = ConventionChoice::kAuto);

// A weights file that was found and read, with the bytes that it refers to.
struct OpenedWeights {
    // Null for the built-in encoder and for a file in memory.
    std::shared_ptr<const platform::MappedFile> file;
    std::span<const std::byte> bytes;  // of the file, or compiled in
    TensorFile tensors;                // refers to `bytes`
    WeightsOrigin origin;
    std::string shown;  // how error messages call it: its path, or "the built-in encoder"
};

// The first half of load_weights: everything but the values. Same errors.
Result<OpenedWeights> open_weights(const WeightsRequest& request);

// The error with the file's name before its message.
Error in_file(const Error& error, const std::string& shown);

// Whether a catalogue name was fetched; false for any other text.
bool weights_are_cached(std::string_view name, const std::filesystem::path& cache_folder = {});

}  // namespace impasto
