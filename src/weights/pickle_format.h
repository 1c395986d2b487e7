// The part of the pickle language that PyTorch's files of tensors use; for pickle.cpp alone.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "weights/tensor_file.h"

namespace impasto {

// The instructions that torch.save's pickles consist of (protocol 2, from Python 2 or 3); the
// names are those of Python's pickle.py.
enum class Op : std::uint8_t {
    kMark = '(',
    kStop = '.',
    kPop = '0',
    kBinFloat = 'G',
    kBinInt = 'J',
    kBinInt1 = 'K',
    kBinInt2 = 'M',
    kNone = 'N',
    kBinPersId = 'Q',
    kReduce = 'R',
    kBinString = 'T',
    kShortBinString = 'U',
    kBinUnicode = 'X',
    kEmptyList = ']',
    kAppend = 'a',
    kBuild = 'b',
    kGlobal = 'c',
    kAppends = 'e',
    kBinGet = 'h',
    kLongBinGet = 'j',
    kBinPut = 'q',
    kLongBinPut = 'r',
    kSetItem = 's',
    kTuple = 't',
    kEmptyTuple = ')',
    kSetItems = 'u',
    kEmptyDict = '}',
    kProto = 0x80,
    kTuple1 = 0x85,
    kTuple2 = 0x86,
    kTuple3 = 0x87,
    kNewTrue = 0x88,
    kNewFalse = 0x89,
    kLong1 = 0x8a,
};

// What a name that may appear stands for.
enum class Role { kStorage, kOrderedDict, kSize, kTensor, kTensorV2, kParameter };

struct KnownGlobal {
    std::string_view name;
    Role role;
    DType dtype = DType::kF32;
};

constexpr std::array kGlobals{
    KnownGlobal{"collections OrderedDict", Role::kOrderedDict},
    KnownGlobal{"torch Size", Role::kSize},
    KnownGlobal{"torch._utils _rebuild_tensor", Role::kTensor},
    KnownGlobal{"torch._utils _rebuild_tensor_v2", Role::kTensorV2},
    KnownGlobal{"torch._utils _rebuild_parameter", Role::kParameter},
    KnownGlobal{"torch FloatStorage", Role::kStorage, DType::kF32},
    KnownGlobal{"torch HalfStorage", Role::kStorage, DType::kF16},
    KnownGlobal{"torch BFloat16Storage", Role::kStorage, DType::kBF16},
    KnownGlobal{"torch DoubleStorage", Role::kStorage, DType::kF64},
    // Written by a model that was on a GPU with an early PyTorch.
    KnownGlobal{"torch.cuda FloatStorage", Role::kStorage, DType::kF32},
    KnownGlobal{"torch.cuda HalfStorage", Role::kStorage, DType::kF16},
    KnownGlobal{"torch.cuda DoubleStorage", Role::kStorage, DType::kF64},
    // No weights, but the counters that stand beside them in other networks.
    KnownGlobal{"torch LongStorage", Role::kStorage, DType::kI64},
    KnownGlobal{"torch IntStorage", Role::kStorage, DType::kI32},
    KnownGlobal{"torch ShortStorage", Role::kStorage, DType::kI16},
    KnownGlobal{"torch CharStorage", Role::kStorage, DType::kI8},
    KnownGlobal{"torch ByteStorage", Role::kStorage, DType::kU8},
    KnownGlobal{"torch BoolStorage", Role::kStorage, DType::kBool},
};

inline const KnownGlobal* find_global(std::string_view name) {
    for (const KnownGlobal& known : kGlobals) {
        if (known.name == name) {
            return &known;
        }
    }
    return nullptr;
}

}  // namespace impasto
