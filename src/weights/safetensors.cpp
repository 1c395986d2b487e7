#include "weights/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <optional>

#include "base/float16.h"
#include "base/json.h"
#include "platform/atomic_file.h"

namespace impasto {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::string_view kMetadataKey = "__metadata__";

static_assert(std::endian::native == std::endian::little,
              "tensors are written as they lie in memory");

Error damaged(const std::string& what) {
    return {ErrorCode::kWeights, "the safetensors file is damaged: " + what +
                                     "; copy or download it again, or write it anew"};
}

std::uint64_t header_length(std::span<const std::byte> bytes) {
    std::uint64_t length = 0;
    for (std::size_t i = kLengthBytes; i-- > 0;) {
        length = length << 8 | std::to_integer<std::uint64_t>(bytes[i]);
    }
    return length;
}

std::optional<DType> dtype_from_name(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(DType::kF8E4M3); ++i) {
        if (dtype_name(static_cast<DType>(i)) == name) {
            return static_cast<DType>(i);
        }
    }
    return std::nullopt;
}

// One "name": {...} of the header, checked on its own: the entry, or what is wrong with it.
Result<SafetensorsEntry> parse_entry(const std::string& name, const JsonTree& json,
                                     std::uint64_t data_bytes) {
    const std::string tensor = "the tensor '" + printable(name) + "' ";
    if (json.object() == nullptr) {
        return damaged(tensor + "is not described");
    }
    const auto text = [&](const char* key) {
        const JsonTree* const found = json.find(key);
        return found != nullptr ? found->text() : nullptr;
    };
    const auto list = [&](const char* key) {
        const JsonTree* const found = json.find(key);
        return found != nullptr ? found->list() : nullptr;
    };
    const std::string* const type_name = text("dtype");
    const JsonTree::List* const shape = list("shape");
    const JsonTree::List* const offsets = list("data_offsets");
    if (type_name == nullptr || shape == nullptr || offsets == nullptr || offsets->size() != 2 ||
        (*offsets)[0].whole() == nullptr || (*offsets)[1].whole() == nullptr) {
        return damaged(tensor + "lacks a dtype, a shape or its offsets");
    }
    SafetensorsEntry entry;
    entry.name = name;
    const auto type = dtype_from_name(*type_name);
    if (!type) {
        return damaged(tensor + "has the unknown type '" + printable(*type_name) + "'");
    }
    entry.dtype = *type;
    for (const JsonTree& size : *shape) {
        if (size.whole() == nullptr) {
            return damaged(tensor + "has a shape that is not a list of sizes");
        }
        entry.shape.push_back(*size.whole());
    }
    entry.begin = *(*offsets)[0].whole();
    entry.end = *(*offsets)[1].whole();
    if (entry.begin > entry.end || entry.end > data_bytes) {
        return damaged(tensor + "claims bytes " + std::to_string(entry.begin) + " to " +
                       std::to_string(entry.end) + " of " + std::to_string(data_bytes) +
                       ", so it may be cut short");
    }
    std::uint64_t count = 0;
    const std::uint64_t bytes = entry.end - entry.begin;
    const std::uint64_t size = dtype_size(entry.dtype);
    if (!element_count(entry.shape, count) || bytes % size != 0 || bytes / size != count) {
        return damaged(tensor + "of type " + *type_name + " and shape " + shape_text(entry.shape) +
                       " does not fit its " + std::to_string(bytes) + " bytes");
    }
    return entry;
}

Status parse_metadata(const JsonTree& json, std::map<std::string, std::string>& metadata) {
    if (json.object() == nullptr) {
        return damaged("its metadata is not a list of texts");
    }
    for (const auto& [key, value] : *json.object()) {
        if (value.text() == nullptr) {
            return damaged("its metadata '" + printable(key) + "' is not a text");
        }
        metadata[key] = *value.text();
    }
    return {};
}

}  // namespace

bool looks_like_safetensors(std::span<const std::byte> bytes) {
    // The length of a header that exists has zeros in its upper bytes, which no text or image has.
    return bytes.size() > kLengthBytes && bytes[kLengthBytes] == std::byte{'{'} &&
           header_length(bytes) <= kMostSafetensorsHeaderBytes;
}

Result<SafetensorsHeader> parse_safetensors_header(std::span<const std::byte> json,
                                                   std::uint64_t data_bytes) {
    // A name that comes twice means two things at once.
    std::optional<std::string> duplicate;
    constexpr std::size_t kDeepest = 3;  // root, tensor, shape
    const auto root =
        parse_json({reinterpret_cast<const char*>(json.data()), json.size()}, kDeepest, &duplicate);
    if (!root || root->object() == nullptr) {
        return damaged("its header is not valid JSON");
    }
    if (duplicate) {
        return damaged("its header has '" + printable(*duplicate) + "' twice");
    }
    SafetensorsHeader header;
    for (const auto& [name, value] : *root->object()) {
        if (name == kMetadataKey) {
            IMPASTO_TRY(parse_metadata(value, header.metadata));
            continue;
        }
        auto entry = parse_entry(name, value, data_bytes);
        if (!entry) {
            return entry.error();
        }
        header.entries.push_back(*std::move(entry));
    }
    std::sort(header.entries.begin(), header.entries.end(), [](const auto& a, const auto& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t at = 0;
    for (const SafetensorsEntry& entry : header.entries) {
        if (entry.begin != at) {
            return damaged("the tensor '" + printable(entry.name) + "' " +
                           (entry.begin < at
                                ? "overlaps another"
                                : "comes after bytes that belong to no tensor, as where one was "
                                  "taken out of the header alone"));
        }
        at = entry.end;
    }
    if (at != data_bytes) {
        return damaged(std::to_string(data_bytes - at) + " bytes at its end belong to no tensor");
    }
    return header;
}

Result<TensorFile> read_safetensors(std::span<const std::byte> bytes) {
    if (bytes.size() < kLengthBytes) {
        return damaged("it is shorter than a header");
    }
    const std::uint64_t length = header_length(bytes);
    if (length > kMostSafetensorsHeaderBytes || length > bytes.size() - kLengthBytes) {
        return damaged("its header claims " + std::to_string(length) + " bytes of a file of " +
                       std::to_string(bytes.size()));
    }
    const auto json = bytes.subspan(kLengthBytes, static_cast<std::size_t>(length));
    const auto data = bytes.subspan(kLengthBytes + static_cast<std::size_t>(length));
    auto header = parse_safetensors_header(json, data.size());
    if (!header) {
        return header.error();
    }
    TensorFile file;
    file.format = "safetensors";
    file.metadata = std::move(header->metadata);
    for (SafetensorsEntry& entry : header->entries) {
        NamedTensor tensor;
        tensor.name = std::move(entry.name);
        tensor.dtype = entry.dtype;
        tensor.shape = std::move(entry.shape);
        tensor.data = data.subspan(static_cast<std::size_t>(entry.begin),
                                   static_cast<std::size_t>(entry.end - entry.begin));
        file.tensors.push_back(std::move(tensor));
    }
    return file;
}

TensorToWrite f32_tensor(std::string name, std::vector<std::uint64_t> shape,
                         std::span<const float> values) {
    return {std::move(name), DType::kF32, std::move(shape), std::as_bytes(values)};
}

Result<std::vector<std::byte>> f16_bytes(const std::string& name, std::span<const float> values) {
    std::vector<std::byte> bytes;
    bytes.reserve(values.size() * 2);
    for (const float value : values) {
        const std::uint16_t half = float_to_half(value);
        if (!std::isfinite(half_to_float(half))) {
            return Error{ErrorCode::kWeights, "the tensor '" + printable(name) +
                                                  "' has values that F16 cannot hold; choose F32"};
        }
        bytes.push_back(static_cast<std::byte>(half & 0xff));
        bytes.push_back(static_cast<std::byte>(half >> 8));
    }
    return bytes;
}

Status write_safetensors(const std::filesystem::path& path, std::span<const TensorToWrite> tensors,
                         const std::map<std::string, std::string>& metadata) {
    std::map<std::string, std::string> header;  // by name, as JSON
    if (!metadata.empty()) {
        std::string& texts = header[std::string(kMetadataKey)];
        for (const auto& [key, value] : metadata) {
            texts += (texts.empty() ? "{" : ",") + json_text(key) + ":" + json_text(value);
        }
        texts += "}";
    }
    std::uint64_t at = 0;
    for (const TensorToWrite& tensor : tensors) {
        std::uint64_t count = 0;
        if (!element_count(tensor.shape, count) || header.contains(tensor.name) ||
            count * dtype_size(tensor.dtype) != tensor.data.size()) {
            return Error{ErrorCode::kInternal, "the tensor '" + printable(tensor.name) +
                                                   "' to be written does not fit its shape"};
        }
        std::string shape;
        for (const std::uint64_t size : tensor.shape) {
            shape += (shape.empty() ? "" : ",") + std::to_string(size);
        }
        const std::uint64_t end = at + tensor.data.size();
        header[tensor.name] =
            "{\"data_offsets\":[" + std::to_string(at) + "," + std::to_string(end) +
            "],\"dtype\":" + json_text(dtype_name(tensor.dtype)) + ",\"shape\":[" + shape + "]}";
        at = end;
    }
    std::string text;
    for (const auto& [name, about] : header) {
        text += (text.empty() ? "{" : ",") + json_text(name) + ":" + about;
    }
    text += text.empty() ? "{}" : "}";
    text.append((8 - text.size() % 8) % 8, ' ');  // tensors begin aligned
    std::array<std::byte, kLengthBytes> length;
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
        length[i] = static_cast<std::byte>(static_cast<std::uint64_t>(text.size()) >> (8 * i));
    }
    auto file = platform::AtomicFile::open(path);
    if (!file) {
        return file.error();
    }
    IMPASTO_TRY(file->write(length));
    IMPASTO_TRY(file->write(std::as_bytes(std::span(text))));
    for (const TensorToWrite& tensor : tensors) {
        IMPASTO_TRY(file->write(tensor.data));
    }
    return file->commit();
}

}  // namespace impasto
