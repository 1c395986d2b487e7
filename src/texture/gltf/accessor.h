// The numbers of a glTF accessor, checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "texture/gltf/tiny_gltf.h"

namespace impasto::gltf {

// As many elements as anything here is given, so that an accessor without a buffer view, which is
// all zeros, costs no more memory than one with.
inline constexpr std::size_t kMostElements = std::size_t{1} << 25;

// (count, components) floats of an accessor of floats, or of integers: normalised ones stand for
// [0, 1] or [-1, 1], others for themselves (KHR_mesh_quantization). Sparse ones too. kInput.
Result<std::vector<float>> read_floats(const tinygltf::Model& model, int accessor,
                                       std::size_t components);
// Of an accessor of unsigned integers. kInput.
Result<std::vector<std::uint32_t>> read_indices(const tinygltf::Model& model, int accessor);

}  // namespace impasto::gltf
