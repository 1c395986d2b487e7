#include "accessor.h"

#include <tiny_gltf.h>

#include <cstring>

#include "failure.h"

namespace host {
namespace {

template <typename T>
T read(const unsigned char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

}  // namespace

Accessor::Accessor(const tinygltf::Model& gltf, int number, int components,
                   const std::string& path) {
    const auto fail = [&](const char* why) {
        throw Failure(kInput, path + ": accessor " + std::to_string(number) + " " + why);
    };
    const auto at = static_cast<size_t>(number);
    if (number < 0 || at >= gltf.accessors.size()) fail("does not exist");
    const tinygltf::Accessor& accessor = gltf.accessors[at];
    if (accessor.sparse.isSparse) fail("is sparse, which is not read here");
    if (tinygltf::GetNumComponentsInType(static_cast<uint32_t>(accessor.type)) != components) {
        fail("is of another type than its use");
    }
    const auto view_at = static_cast<size_t>(accessor.bufferView);
    if (accessor.bufferView < 0 || view_at >= gltf.bufferViews.size()) fail("has no buffer view");
    const tinygltf::BufferView& view = gltf.bufferViews[view_at];
    if (view.buffer < 0 || static_cast<size_t>(view.buffer) >= gltf.buffers.size()) {
        fail("has no buffer");
    }
    const auto& bytes = gltf.buffers[static_cast<size_t>(view.buffer)].data;

    type_ = accessor.componentType;
    const bool integer = type_ == TINYGLTF_COMPONENT_TYPE_UNSIGNED_BYTE ||
                         type_ == TINYGLTF_COMPONENT_TYPE_UNSIGNED_SHORT;
    const bool number_type =
        components == 1
            ? integer || type_ == TINYGLTF_COMPONENT_TYPE_UNSIGNED_INT
            : type_ == TINYGLTF_COMPONENT_TYPE_FLOAT || (integer && accessor.normalized);
    if (!number_type) fail("has numbers of a type that is not read here");
    const auto component_size =
        static_cast<size_t>(tinygltf::GetComponentSizeInBytes(static_cast<uint32_t>(type_)));
    const size_t element = component_size * static_cast<size_t>(components);
    stride_ = view.byteStride == 0 ? element : view.byteStride;

    // offset + (count - 1) stride + element <= the view's length <= the buffer's, without overflow.
    count = accessor.count;
    if (count == 0) return;
    if (view.byteOffset > bytes.size() || view.byteLength > bytes.size() - view.byteOffset ||
        accessor.byteOffset > view.byteLength || element > view.byteLength - accessor.byteOffset ||
        count - 1 > (view.byteLength - accessor.byteOffset - element) / stride_) {
        fail("lies beyond its buffer");
    }
    first_ = bytes.data() + view.byteOffset + accessor.byteOffset;
}

float Accessor::component(size_t element, size_t i) const {
    const unsigned char* at = first_ + element * stride_;
    switch (type_) {
        case TINYGLTF_COMPONENT_TYPE_FLOAT:
            return read<float>(at + 4 * i);
        case TINYGLTF_COMPONENT_TYPE_UNSIGNED_SHORT:
            return static_cast<float>(read<uint16_t>(at + 2 * i)) / 65535;
        default:
            return static_cast<float>(at[i]) / 255;
    }
}

uint32_t Accessor::index(size_t element) const {
    const unsigned char* at = first_ + element * stride_;
    switch (type_) {
        case TINYGLTF_COMPONENT_TYPE_UNSIGNED_INT:
            return read<uint32_t>(at);
        case TINYGLTF_COMPONENT_TYPE_UNSIGNED_SHORT:
            return read<uint16_t>(at);
        default:
            return *at;
    }
}

}  // namespace host
