#include "weights/pth.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <unordered_map>

#include "weights/pickle.h"
#include "weights/zip.h"

namespace impasto {
namespace {

// The first pickle of the legacy form: protocol 2, then the number 0x1950a86a20f9469cfc6c.
constexpr std::array<unsigned char, 15> kLegacyMagic{0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46,
                                                     0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e};
constexpr std::int64_t kLegacyProtocol = 1001;

// The bytes of a storage by its key.
using Storages = std::unordered_map<std::string, std::span<const std::byte>>;

Error damaged(const std::string& what) {
    return {ErrorCode::kWeights, "the PyTorch file is damaged: " + what};
}

bool is_legacy(std::span<const std::byte> bytes) {
    return bytes.size() >= kLegacyMagic.size() &&
           std::equal(kLegacyMagic.begin(), kLegacyMagic.end(), bytes.begin(),
                      [](unsigned char a, std::byte b) { return std::byte{a} == b; });
}

bool is_text(const PickleValue& value, std::string_view text) {
    return value.kind == PickleKind::kText && value.text == text;
}

// The index of the last value under `key`, as Python's dictionaries keep the last; or nullptr.
const PickleValue* member(const Pickle& pickle, const PickleValue& dict, std::string_view key) {
    for (std::size_t i = dict.items.size(); i >= 2; i -= 2) {
        if (is_text(pickle[dict.items[i - 2]], key)) {
            return &pickle[dict.items[i - 1]];
        }
    }
    return nullptr;
}

// Whether the elements that shape and strides reach are among `available`.
bool stays_inside(const PickleValue& tensor, std::uint64_t available) {
    std::uint64_t count = 0;
    if (!element_count(tensor.shape, count) || count > available) {
        return false;  // also a tensor that repeats its elements (stride 0) beyond its storage
    }
    if (count == 0) {
        return true;
    }
    std::uint64_t last = 0;
    for (std::size_t d = 0; d < tensor.shape.size(); ++d) {
        const std::uint64_t steps = tensor.shape[d] - 1;
        if (steps != 0 && tensor.strides[d] > (available - 1 - last) / steps) {
            return false;
        }
        last += steps * tensor.strides[d];
    }
    return true;
}

bool is_contiguous(const PickleValue& tensor) {
    std::uint64_t stride = 1;
    for (std::size_t d = tensor.shape.size(); d-- > 0;) {
        if (tensor.shape[d] != 1 && tensor.strides[d] != stride) {
            return false;
        }
        stride *= tensor.shape[d];
    }
    return true;
}

Result<NamedTensor> place_tensor(const std::string& name, const Pickle& pickle,
                                 const PickleValue& tensor, const Storages& storages) {
    const std::string shown = "the tensor '" + printable(name) + "' ";
    const PickleValue& storage = pickle[tensor.items[0]];
    const auto found = storages.find(storage.text);
    if (found == storages.end()) {
        return damaged(shown + "is in the storage '" + printable(storage.text) +
                       "', which is not there");
    }
    const std::uint64_t size = dtype_size(storage.dtype);
    const std::uint64_t elements = found->second.size() / size;
    std::uint64_t first = storage.offset;
    if (first > elements || tensor.offset > elements - first) {
        return damaged(shown + "begins outside its storage");
    }
    first += tensor.offset;
    if (!stays_inside(tensor, elements - first)) {
        return damaged(shown + "of shape " + shape_text(tensor.shape) + " and strides " +
                       shape_text(tensor.strides) + " does not fit the " +
                       std::to_string(elements) + " values of its storage");
    }
    NamedTensor placed;
    placed.name = name;
    placed.dtype = storage.dtype;
    placed.shape = tensor.shape;
    if (!is_contiguous(tensor)) {
        placed.strides = tensor.strides;
    }
    placed.data = found->second.subspan(static_cast<std::size_t>(first * size));
    return placed;
}

// The state dictionary in the pickle, with its tensors over the storages.
Result<TensorFile> tensors_of(const Pickle& pickle, const Storages& storages) {
    const PickleValue* dict = &pickle[pickle.root];
    if (dict->kind == PickleKind::kDict) {
        const PickleValue* inner = member(pickle, *dict, "state_dict");
        dict = inner != nullptr && inner->kind == PickleKind::kDict ? inner : dict;
    }
    if (dict->kind != PickleKind::kDict) {
        return Error{ErrorCode::kWeights,
                     "the PyTorch file holds no state dictionary; save the model's state_dict()"};
    }
    TensorFile file;
    std::set<std::string> names;
    for (std::size_t i = 0; i + 1 < dict->items.size(); i += 2) {
        const PickleValue& key = pickle[dict->items[i]];
        const PickleValue& value = pickle[dict->items[i + 1]];
        if (key.kind != PickleKind::kText || value.kind != PickleKind::kTensor) {
            continue;
        }
        if (!names.insert(key.text).second) {
            return damaged("the tensor '" + printable(key.text) + "' is there twice");
        }
        auto tensor = place_tensor(key.text, pickle, value, storages);
        if (!tensor) {
            return tensor.error();
        }
        file.tensors.push_back(*std::move(tensor));
    }
    return file;
}

// Every storage that the pickle names must have the elements that it claims.
Status check_storages(const Pickle& pickle, const Storages& storages, bool exact) {
    for (const PickleValue& value : pickle.values) {
        if (value.kind != PickleKind::kStorage) {
            continue;
        }
        const auto found = storages.find(value.text);
        if (found == storages.end()) {
            return damaged("the storage '" + printable(value.text) + "' is not there");
        }
        const std::uint64_t elements = found->second.size() / dtype_size(value.dtype);
        const auto claimed = static_cast<std::uint64_t>(value.integer);
        if (elements < claimed || (exact && elements != claimed)) {
            return damaged("the storage '" + printable(value.text) + "' has " +
                           std::to_string(elements) + " values where " + std::to_string(claimed) +
                           " are claimed");
        }
    }
    return {};
}

// NAME/data.pkl describes, NAME/data/KEY are the storages, NAME/byteorder says "little".
Result<TensorFile> read_archive(std::span<const std::byte> bytes) {
    const auto entries = read_zip(bytes);
    if (!entries) {
        return entries.error();
    }
    constexpr std::string_view kPickleName = "/data.pkl";
    const ZipEntry* described = nullptr;
    for (const ZipEntry& entry : *entries) {
        if (entry.name.ends_with(kPickleName)) {
            described = &entry;
            break;
        }
    }
    if (described == nullptr) {
        return Error{ErrorCode::kInput, "the archive is no PyTorch file: it has no data.pkl"};
    }
    const std::string folder =
        described->name.substr(0, described->name.size() - kPickleName.size() + 1);
    Storages storages;
    for (const ZipEntry& entry : *entries) {
        if (entry.name.starts_with(folder + "data/")) {
            storages[entry.name.substr(folder.size() + 5)] = entry.data;
        } else if (entry.name == folder + "byteorder" &&
                   (entry.data.size() < 6 || entry.data[0] != std::byte{'l'})) {
            return Error{ErrorCode::kWeights, "the PyTorch file is in big-endian byte order"};
        }
    }
    const auto pickle = read_pickle(described->data);
    if (!pickle) {
        return pickle.error();
    }
    IMPASTO_TRY(check_storages(*pickle, storages, /*exact=*/false));
    auto file = tensors_of(*pickle, storages);
    if (file) {
        file->format = "pth (zip)";
    }
    return file;
}

// Pickles: magic number, protocol, the system that wrote it, the object, the list of storage keys.
// Then for each key the number of its elements in 8 bytes, and these.
Result<TensorFile> read_legacy(std::span<const std::byte> bytes) {
    std::size_t at = kLegacyMagic.size();
    std::array<Pickle, 4> pickles;
    for (Pickle& pickle : pickles) {
        auto read = read_pickle(bytes.subspan(at));
        if (!read) {
            return read.error();
        }
        pickle = *std::move(read);
        at += pickle.bytes;
    }
    const auto& [protocol, system, object, keys] = pickles;
    if (protocol[protocol.root].kind != PickleKind::kInteger ||
        protocol[protocol.root].integer != kLegacyProtocol) {
        return damaged("its protocol is not 1001");
    }
    const PickleValue* little = member(system, system[system.root], "little_endian");
    if (little != nullptr && little->integer == 0) {
        return Error{ErrorCode::kWeights, "the PyTorch file is in big-endian byte order"};
    }
    if (keys[keys.root].kind != PickleKind::kList) {
        return damaged("it has no list of storages");
    }
    std::unordered_map<std::string, std::uint64_t> sizes;  // of an element, by key
    for (const PickleValue& value : object.values) {
        if (value.kind == PickleKind::kStorage) {
            const auto [known, added] = sizes.try_emplace(value.text, dtype_size(value.dtype));
            if (!added && known->second != dtype_size(value.dtype)) {
                return damaged("the storage '" + printable(value.text) + "' has two types");
            }
        }
    }
    Storages storages;
    for (const PickleRef ref : keys[keys.root].items) {
        const std::string& key = keys[ref].text;
        const auto size = sizes.find(key);
        if (size == sizes.end() || storages.contains(key)) {
            return damaged("its list of storages names '" + printable(key) + "'");
        }
        const auto rest = bytes.subspan(at);
        std::uint64_t count = 0;
        for (std::size_t i = 8; i-- > 0 && rest.size() >= 8;) {
            count = count << 8 | std::to_integer<std::uint64_t>(rest[i]);
        }
        if (rest.size() < 8 || count > (rest.size() - 8) / size->second) {
            return damaged("the storage '" + printable(key) +
                           "' lies outside the file; is it cut short?");
        }
        const auto length = static_cast<std::size_t>(count * size->second);
        storages[key] = rest.subspan(8, length);
        at += 8 + length;
    }
    IMPASTO_TRY(check_storages(object, storages, /*exact=*/true));
    auto file = tensors_of(object, storages);
    if (file) {
        file->format = "pth (legacy)";
    }
    return file;
}

}  // namespace

bool looks_like_pth(std::span<const std::byte> bytes) {
    return is_legacy(bytes) || looks_like_zip(bytes);
}

Result<TensorFile> read_pth(std::span<const std::byte> bytes) {
    return is_legacy(bytes) ? read_legacy(bytes) : read_archive(bytes);
}

}  // namespace impasto
