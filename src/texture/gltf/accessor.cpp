#include "texture/gltf/accessor.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

namespace impasto::gltf {
namespace {

Error bad(int accessor, const std::string& why) {
    return {ErrorCode::kInput, "accessor " + std::to_string(accessor) + " " + why};
}

// Elements in a buffer: where they begin and how far apart they are.
struct Span {
    const unsigned char* first = nullptr;
    std::size_t stride = 0;
};

std::size_t component_bytes(int type) {
    switch (type) {
        case TINYGLTF_COMPONENT_TYPE_BYTE:
        case TINYGLTF_COMPONENT_TYPE_UNSIGNED_BYTE:
            return 1;
        case TINYGLTF_COMPONENT_TYPE_SHORT:
        case TINYGLTF_COMPONENT_TYPE_UNSIGNED_SHORT:
            return 2;
        case TINYGLTF_COMPONENT_TYPE_UNSIGNED_INT:
        case TINYGLTF_COMPONENT_TYPE_FLOAT:
            return 4;
        default:
            return 0;
    }
}

// Nothing where `count` elements of `element` bytes do not lie in the view.
Result<Span> find_span(const tinygltf::Model& model, int accessor, int view_index,
                       std::size_t offset, std::size_t element, std::size_t count, bool strided) {
    if (view_index < 0 || static_cast<std::size_t>(view_index) >= model.bufferViews.size()) {
        return bad(accessor, "has a buffer view that does not exist");
    }
    const tinygltf::BufferView& view = model.bufferViews[static_cast<std::size_t>(view_index)];
    if (view.buffer < 0 || static_cast<std::size_t>(view.buffer) >= model.buffers.size()) {
        return bad(accessor, "has no buffer");
    }
    const auto& bytes = model.buffers[static_cast<std::size_t>(view.buffer)].data;
    const std::size_t stride = strided && view.byteStride != 0 ? view.byteStride : element;
    // offset + (count - 1) stride + element <= the view's length <= the buffer's, without overflow.
    if (view.byteOffset > bytes.size() || view.byteLength > bytes.size() - view.byteOffset ||
        offset > view.byteLength || element > view.byteLength - offset ||
        (count > 0 && count - 1 > (view.byteLength - offset - element) / stride)) {
        return bad(accessor, "lies beyond its buffer");
    }
    return Span{bytes.data() + view.byteOffset + offset, stride};
}

template <typename T>
T load(const unsigned char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

float float_at(const unsigned char* at, int type, bool normalized) {
    switch (type) {
        case TINYGLTF_COMPONENT_TYPE_BYTE: {
            const auto value = static_cast<float>(load<std::int8_t>(at));
            return normalized ? std::max(value / 127.0f, -1.0f) : value;
        }
        case TINYGLTF_COMPONENT_TYPE_UNSIGNED_BYTE: {
            const auto value = static_cast<float>(*at);
            return normalized ? value / 255.0f : value;
        }
        case TINYGLTF_COMPONENT_TYPE_SHORT: {
            const auto value = static_cast<float>(load<std::int16_t>(at));
            return normalized ? std::max(value / 32767.0f, -1.0f) : value;
        }
        case TINYGLTF_COMPONENT_TYPE_UNSIGNED_SHORT: {
            const auto value = static_cast<float>(load<std::uint16_t>(at));
            return normalized ? value / 65535.0f : value;
        }
        default:
            return load<float>(at);
    }
}

std::uint32_t index_at(const unsigned char* at, int type) {
    switch (type) {
        case TINYGLTF_COMPONENT_TYPE_UNSIGNED_BYTE:
            return *at;
        case TINYGLTF_COMPONENT_TYPE_UNSIGNED_SHORT:
            return load<std::uint16_t>(at);
        default:
            return load<std::uint32_t>(at);
    }
}

bool is_index_type(int type) {
    return type == TINYGLTF_COMPONENT_TYPE_UNSIGNED_BYTE ||
           type == TINYGLTF_COMPONENT_TYPE_UNSIGNED_SHORT ||
           type == TINYGLTF_COMPONENT_TYPE_UNSIGNED_INT;
}

Result<const tinygltf::Accessor*> find_accessor(const tinygltf::Model& model, int number,
                                                std::size_t components) {
    if (number < 0 || static_cast<std::size_t>(number) >= model.accessors.size()) {
        return bad(number, "does not exist");
    }
    const tinygltf::Accessor& accessor = model.accessors[static_cast<std::size_t>(number)];
    if (accessor.type < 0 || tinygltf::GetNumComponentsInType(static_cast<std::uint32_t>(
                                 accessor.type)) != static_cast<int>(components)) {
        return bad(number, "is of another type than its use");
    }
    if (accessor.count > kMostElements) return bad(number, "has more elements than are read");
    return &accessor;
}

// Writes the elements that a sparse accessor replaces.
Status read_sparse(const tinygltf::Model& model, int number, const tinygltf::Accessor& accessor,
                   std::size_t components, std::vector<float>& values) {
    const auto& sparse = accessor.sparse;
    const std::size_t element = component_bytes(accessor.componentType) * components;
    const int type = sparse.indices.componentType;
    // (The signs of these types differ between versions of tinygltf.)
    if (std::cmp_less(sparse.count, 0) || std::cmp_greater(sparse.count, accessor.count) ||
        !is_index_type(type) || std::cmp_less(sparse.indices.byteOffset, 0) ||
        std::cmp_less(sparse.values.byteOffset, 0)) {
        return bad(number, "has a damaged sparse part");
    }
    const auto count = static_cast<std::size_t>(sparse.count);
    const auto indices = find_span(model, number, sparse.indices.bufferView,
                                   static_cast<std::size_t>(sparse.indices.byteOffset),
                                   component_bytes(type), count, false);
    if (!indices) return indices.error();
    const auto found =
        find_span(model, number, sparse.values.bufferView,
                  static_cast<std::size_t>(sparse.values.byteOffset), element, count, false);
    if (!found) return found.error();
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t at = index_at(indices->first + i * indices->stride, type);
        if (at >= accessor.count) return bad(number, "has a sparse index beyond its elements");
        for (std::size_t k = 0; k < components; ++k) {
            values[at * components + k] = float_at(
                found->first + i * found->stride + k * component_bytes(accessor.componentType),
                accessor.componentType, accessor.normalized);
        }
    }
    return {};
}

}  // namespace

Result<std::vector<float>> read_floats(const tinygltf::Model& model, int number,
                                       std::size_t components) {
    const auto found = find_accessor(model, number, components);
    if (!found) return found.error();
    const tinygltf::Accessor& accessor = **found;
    const std::size_t bytes = component_bytes(accessor.componentType);
    if (bytes == 0 || accessor.componentType == TINYGLTF_COMPONENT_TYPE_UNSIGNED_INT) {
        return bad(number, "has numbers of a type that is not read here");
    }
    std::vector<float> values(accessor.count * components, 0.0f);
    if (accessor.bufferView >= 0 && accessor.count > 0) {
        const auto span = find_span(model, number, accessor.bufferView, accessor.byteOffset,
                                    bytes * components, accessor.count, true);
        if (!span) return span.error();
        for (std::size_t i = 0; i < accessor.count; ++i) {
            for (std::size_t k = 0; k < components; ++k) {
                values[i * components + k] = float_at(span->first + i * span->stride + k * bytes,
                                                      accessor.componentType, accessor.normalized);
            }
        }
    }
    if (accessor.sparse.isSparse) {
        IMPASTO_TRY(read_sparse(model, number, accessor, components, values));
    }
    if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
        return bad(number, "holds a value that is not a number");
    }
    return values;
}

Result<std::vector<std::uint32_t>> read_indices(const tinygltf::Model& model, int number) {
    const auto found = find_accessor(model, number, 1);
    if (!found) return found.error();
    const tinygltf::Accessor& accessor = **found;
    const int type = accessor.componentType;
    if (!is_index_type(type) || accessor.sparse.isSparse) {
        return bad(number, "has indices of a type that is not read here");
    }
    std::vector<std::uint32_t> indices(accessor.count);
    if (accessor.bufferView < 0 || accessor.count == 0) return indices;
    const auto span = find_span(model, number, accessor.bufferView, accessor.byteOffset,
                                component_bytes(type), accessor.count, true);
    if (!span) return span.error();
    for (std::size_t i = 0; i < accessor.count; ++i) {
        indices[i] = index_at(span->first + i * span->stride, type);
    }
    return indices;
}

}  // namespace impasto::gltf
