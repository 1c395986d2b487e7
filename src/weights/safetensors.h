// The safetensors format (github.com/huggingface/safetensors): 8 bytes of header length, little
// endian; that many bytes of JSON, {"name": {"dtype", "shape", "data_offsets": [begin, end]},
// "__metadata__": {text: text}}; then the tensors' bytes, without a hole or an overlap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "weights/tensor_file.h"

namespace impasto {

// Whether the bytes begin as a safetensors file: a header length and an opening brace.
bool looks_like_safetensors(std::span<const std::byte> bytes);

// Reads a whole file. Every claim of the header is checked against the bytes: lengths, offsets
// (none outside, overlapping or leaving a hole), element type times shape, names used twice.
// The result refers to `bytes`. kWeights with what is wrong.
Result<TensorFile> read_safetensors(std::span<const std::byte> bytes);

// One tensor of a header whose bytes may lie elsewhere (a file on a server).
struct SafetensorsEntry {
    std::string name;
    DType dtype = DType::kF32;
    std::vector<std::uint64_t> shape;
    std::uint64_t begin = 0;  // bytes from the end of the header
    std::uint64_t end = 0;
};

struct SafetensorsHeader {
    std::vector<SafetensorsEntry> entries;  // by begin
    std::map<std::string, std::string> metadata;
};

// The longest header that is read; the reference implementation's own limit.
inline constexpr std::uint64_t kMostSafetensorsHeaderBytes = 100'000'000;

// Reads the JSON between the length and the tensors, which are `data_bytes` long. kWeights.
Result<SafetensorsHeader> parse_safetensors_header(std::span<const std::byte> json,
                                                   std::uint64_t data_bytes);

// A tensor to write: contiguous little-endian bytes that match dtype and shape.
struct TensorToWrite {
    std::string name;
    DType dtype = DType::kF32;
    std::vector<std::uint64_t> shape;
    std::span<const std::byte> data;
};

// The tensor of F32 values; refers to them.
TensorToWrite f32_tensor(std::string name, std::vector<std::uint64_t> shape,
                         std::span<const float> values);

// Values as the bytes of F16, rounded to nearest. kWeights, naming the tensor, for a value whose
// magnitude is beyond 65504 or not finite.
Result<std::vector<std::byte>> f16_bytes(const std::string& name, std::span<const float> values);

// Writes a file whole or not at all (temporary name, synced, renamed). kOutput; kInternal where
// bytes and shape of a tensor differ or a name comes twice.
Status write_safetensors(const std::filesystem::path& path, std::span<const TensorToWrite> tensors,
                         const std::map<std::string, std::string>& metadata);

}  // namespace impasto
