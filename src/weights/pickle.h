// Reads the pickles inside PyTorch checkpoints as plain data. A pickle is a program for a stack
// machine that can call anything by name; this machine knows the instructions and the dozen names
// that a file of tensors consists of, builds values for them, and refuses every other by name.
// Nothing is ever called.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "weights/tensor_file.h"

namespace impasto {

// The values of a pickle lie in one list and refer to each other by index, so cycles and depth cost
// nothing and the size is bounded by the number of instructions.
using PickleRef = std::uint32_t;

enum class PickleKind {
    kNone,
    kBool,     // integer: 0 or 1
    kInteger,  // integer
    kReal,     // not kept
    kText,     // text
    kTuple,    // items
    kList,     // items
    kDict,     // items: key, value, key, value ...
    kGlobal,   // text: "torch._utils _rebuild_tensor_v2"
    kStorage,  // dtype; text: its key; integer: elements; items: none
    kTensor,   // a tensor over storage items[0]
};

struct PickleValue {
    PickleKind kind = PickleKind::kNone;
    std::int64_t integer = 0;
    std::string text;
    std::vector<PickleRef> items;
    DType dtype = DType::kF32;           // kStorage
    std::uint64_t offset = 0;            // kTensor, and kStorage that is a view: in elements
    std::vector<std::uint64_t> shape;    // kTensor
    std::vector<std::uint64_t> strides;  // kTensor, in elements, one a dimension
};

struct Pickle {
    std::vector<PickleValue> values;
    PickleRef root = 0;
    std::size_t bytes = 0;  // consumed, with the final STOP

    const PickleValue& operator[](PickleRef ref) const { return values[ref]; }
};

// Runs the pickle at the start of `bytes`. kWeights for a damaged one, for an instruction or a name
// outside the list (named in the message), and for one of more than a million values.
Result<Pickle> read_pickle(std::span<const std::byte> bytes);

}  // namespace impasto
