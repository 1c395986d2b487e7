// What a glTF accessor points to, checked: its views and buffers exist and hold every element.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "vectors.h"

namespace tinygltf {
class Model;
}

namespace host {

struct Accessor {
    Accessor() = default;  // of no elements
    // Of `components` numbers an element: floats, or integers that stand for [0, 1] when they are
    // normalised. Lives as long as the model. Throws Failure(kInput).
    Accessor(const tinygltf::Model& gltf, int number, int components, const std::string& path);

    float component(size_t element, size_t i) const;
    Vec3 vec3(size_t element) const {
        return {component(element, 0), component(element, 1), component(element, 2)};
    }
    // Of an accessor of unsigned integers.
    uint32_t index(size_t element) const;

    size_t count = 0;  // elements

  private:
    const unsigned char* first_ = nullptr;
    size_t stride_ = 0;  // bytes
    int type_ = 0;       // a component's: TINYGLTF_COMPONENT_TYPE_...
};

}  // namespace host
