#include "weights/tensor_file.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/float16.h"
#include "weights/pth.h"
#include "weights/safetensors.h"

namespace impasto {
namespace {

struct DTypeRow {
    DType dtype;
    std::string_view name;
    std::size_t size;
};

// In the order of the enum.
constexpr std::array kDTypes{
    DTypeRow{DType::kF64, "F64", 8},        DTypeRow{DType::kF32, "F32", 4},
    DTypeRow{DType::kF16, "F16", 2},        DTypeRow{DType::kBF16, "BF16", 2},
    DTypeRow{DType::kI64, "I64", 8},        DTypeRow{DType::kI32, "I32", 4},
    DTypeRow{DType::kI16, "I16", 2},        DTypeRow{DType::kI8, "I8", 1},
    DTypeRow{DType::kU64, "U64", 8},        DTypeRow{DType::kU32, "U32", 4},
    DTypeRow{DType::kU16, "U16", 2},        DTypeRow{DType::kU8, "U8", 1},
    DTypeRow{DType::kBool, "BOOL", 1},      DTypeRow{DType::kF8E5M2, "F8_E5M2", 1},
    DTypeRow{DType::kF8E4M3, "F8_E4M3", 1},
};

template <typename Bits>
Bits load(const std::byte* at) {
    Bits bits;
    std::memcpy(&bits, at, sizeof bits);
    if constexpr (std::endian::native == std::endian::big) {
        Bits swapped = 0;
        for (std::size_t i = 0; i < sizeof bits; ++i) {
            swapped = static_cast<Bits>(swapped << 8 | ((bits >> (8 * i)) & 0xff));
        }
        bits = swapped;
    }
    return bits;
}

// Calls `use` with the bits of an element, for their type, and what makes a float of them.
template <typename Use>
void with_conversion(DType dtype, Use use) {
    switch (dtype) {
        case DType::kF64:
            return use(std::uint64_t{}, [](std::uint64_t bits) {
                return static_cast<float>(std::bit_cast<double>(bits));
            });
        case DType::kF16:
            return use(std::uint16_t{}, [](std::uint16_t bits) { return half_to_float(bits); });
        case DType::kBF16:
            return use(std::uint16_t{}, [](std::uint16_t bits) { return bfloat16_to_float(bits); });
        default:
            return use(std::uint32_t{},
                       [](std::uint32_t bits) { return std::bit_cast<float>(bits); });
    }
}

// Visits the offsets, in elements, of a strided tensor in row-major order.
template <typename Visit>
void for_each_offset(const NamedTensor& tensor, std::uint64_t count, Visit visit) {
    std::vector<std::uint64_t> index(tensor.shape.size(), 0);
    std::uint64_t offset = 0;
    for (std::uint64_t done = 0; done < count; ++done) {
        visit(offset);
        for (std::size_t d = tensor.shape.size(); d-- > 0;) {
            offset += tensor.strides[d];
            if (++index[d] < tensor.shape[d]) {
                break;
            }
            offset -= tensor.strides[d] * tensor.shape[d];
            index[d] = 0;
        }
    }
}

}  // namespace

std::size_t dtype_size(DType dtype) { return kDTypes[static_cast<std::size_t>(dtype)].size; }

std::string_view dtype_name(DType dtype) { return kDTypes[static_cast<std::size_t>(dtype)].name; }

bool dtype_is_readable(DType dtype) {
    return dtype == DType::kF64 || dtype == DType::kF32 || dtype == DType::kF16 ||
           dtype == DType::kBF16;
}

const NamedTensor* TensorFile::find(std::string_view name) const {
    for (const NamedTensor& tensor : tensors) {
        if (tensor.name == name) {
            return &tensor;
        }
    }
    return nullptr;
}

bool element_count(std::span<const std::uint64_t> shape, std::uint64_t& count) {
    count = 1;
    bool fits = true;
    for (const std::uint64_t size : shape) {
        if (size == 0) {
            count = 0;
            return true;
        }
        fits = fits && count <= std::numeric_limits<std::uint64_t>::max() / size;
        count = fits ? count * size : 0;
    }
    return fits;
}

std::string shape_text(std::span<const std::uint64_t> shape) {
    std::string text = "[";
    for (const std::uint64_t size : shape) {
        text += (text.size() > 1 ? ", " : "") + std::to_string(size);
    }
    return text + "]";
}

std::string printable(std::string_view name) {
    constexpr std::size_t kMostCharacters = 80;
    std::string text(name.substr(0, kMostCharacters));
    for (char& c : text) {
        const auto code = static_cast<unsigned char>(c);
        c = code < 0x20 || code == 0x7f ? '?' : c;
    }
    return name.size() > kMostCharacters ? text + "..." : text;
}

Result<std::vector<float>> tensor_floats(const NamedTensor& tensor) {
    if (!dtype_is_readable(tensor.dtype)) {
        return Error{ErrorCode::kWeights, "the tensor '" + printable(tensor.name) + "' holds " +
                                              std::string(dtype_name(tensor.dtype)) +
                                              " values; F32, F16 or BF16 are wanted"};
    }
    std::uint64_t count = 0;
    if (!element_count(tensor.shape, count) || count > tensor.data.size()) {
        return Error{ErrorCode::kInternal,
                     "the tensor '" + printable(tensor.name) + "' is too large"};
    }
    std::vector<float> values(static_cast<std::size_t>(count));
    const std::byte* data = tensor.data.data();
    with_conversion(tensor.dtype, [&]<typename Bits>(Bits, auto convert) {
        if (tensor.strides.empty()) {
            for (std::size_t i = 0; i < values.size(); ++i) {
                values[i] = convert(load<Bits>(data + i * sizeof(Bits)));
            }
            return;
        }
        float* out = values.data();
        for_each_offset(tensor, count, [&](std::uint64_t offset) {
            *out++ = convert(load<Bits>(data + static_cast<std::size_t>(offset) * sizeof(Bits)));
        });
    });
    bool finite = true;
    for (const float value : values) {
        finite &= std::isfinite(value);
    }
    for (std::size_t i = 0; !finite && i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            return Error{ErrorCode::kWeights,
                         "the tensor '" + printable(tensor.name) + "' holds " +
                             (std::isnan(values[i]) ? "a NaN" : "an infinity") + " at element " +
                             std::to_string(i) + " of " + std::to_string(count) +
                             "; the file is damaged"};
        }
    }
    return values;
}

bool holds_halves(const NamedTensor& tensor) {
    return tensor.dtype == DType::kF16 && tensor.strides.empty() &&
           std::endian::native == std::endian::little;
}

Result<std::span<const std::byte>> tensor_halves(const NamedTensor& tensor) {
    std::uint64_t count = 0;
    if (!element_count(tensor.shape, count) || count > tensor.data.size() / sizeof(std::uint16_t)) {
        return Error{ErrorCode::kInternal,
                     "the tensor '" + printable(tensor.name) + "' is too large"};
    }
    const auto bytes = tensor.data.first(static_cast<std::size_t>(count) * sizeof(std::uint16_t));
    // Branches only at the end: the loop becomes vector code.
    bool finite = true;
    for (std::size_t i = 0; i < bytes.size(); i += sizeof(std::uint16_t)) {
        finite &= (load<std::uint16_t>(bytes.data() + i) & 0x7c00u) != 0x7c00u;
    }
    if (!finite) {
        return tensor_floats(tensor).error();  // says where
    }
    return bytes;
}

Result<TensorFile> read_tensor_file(std::span<const std::byte> bytes) {
    if (looks_like_pth(bytes)) {
        return read_pth(bytes);
    }
    if (looks_like_safetensors(bytes)) {
        return read_safetensors(bytes);
    }
    return Error{ErrorCode::kInput,
                 "it is no weights file that Impasto reads (safetensors or PyTorch .pth)"};
}

}  // namespace impasto
