// What every weights file is to Impasto once read: a list of named tensors over the file's bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace impasto {

// Element types that occur in weights files. Values come out of the floating-point ones alone; the
// others are known so that a tensor nobody asks for does not spoil its file.
enum class DType {
    kF64,
    kF32,
    kF16,
    kBF16,
    kI64,
    kI32,
    kI16,
    kI8,
    kU64,
    kU32,
    kU16,
    kU8,
    kBool,
    kF8E5M2,
    kF8E4M3
};

std::size_t dtype_size(DType dtype);       // bytes of one element
std::string_view dtype_name(DType dtype);  // "F32", as safetensors writes it
bool dtype_is_readable(DType dtype);       // F64, F32, F16, BF16: tensor_floats() takes it

struct NamedTensor {
    std::string name;
    DType dtype = DType::kF32;
    std::vector<std::uint64_t> shape;    // outermost first; empty for a scalar
    std::vector<std::uint64_t> strides;  // in elements, one a dimension; empty: contiguous
    // From the first element to the end of what the tensor may touch, little endian, of any
    // alignment. The reader has checked that shape and strides stay inside. Owned by whoever holds
    // the file's bytes.
    std::span<const std::byte> data;
};

struct TensorFile {
    std::string format;                           // "safetensors", "pth (zip)", "pth (legacy)"
    std::vector<NamedTensor> tensors;             // in the file's order, names differ
    std::map<std::string, std::string> metadata;  // of a safetensors file

    const NamedTensor* find(std::string_view name) const;
};

// The product of the sizes; false where it does not fit 64 bits.
bool element_count(std::span<const std::uint64_t> shape, std::uint64_t& count);

// "[64, 3, 3, 3]"
std::string shape_text(std::span<const std::uint64_t> shape);

// The name for an error message: control characters shown as '?', cut to a readable length.
std::string printable(std::string_view name);

// The tensor's values in row-major order of its shape, as 32-bit floats. kWeights, naming the
// tensor, for an element type that is no floating-point one and for a NaN or an infinity (also a
// 64-bit value beyond what a float holds).
Result<std::vector<float>> tensor_floats(const NamedTensor& tensor);

// Whether the tensor's bytes are its values in row-major order as 16-bit floats of this machine's
// byte order.
bool holds_halves(const NamedTensor& tensor);
// These bytes, of a tensor that does. kWeights as tensor_floats() for what is not finite.
Result<std::span<const std::byte>> tensor_halves(const NamedTensor& tensor);

// Reads a weights file of any kind it knows, told by its bytes and not its name. The result refers
// to `bytes`, which must outlive it. kWeights for a damaged file, kInput for one of another kind.
Result<TensorFile> read_tensor_file(std::span<const std::byte> bytes);

}  // namespace impasto
