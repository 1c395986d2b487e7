// Matrix units: VK_KHR_cooperative_matrix, by which a subgroup multiplies small matrices of 16-bit
// floats and adds them up in 32 bits.
#pragma once

#include <cstdint>
#include <span>

#include "gpu/vulkan_functions.h"

namespace impasto::gpu {

// The fragments' size, M x N x K: an M x K times a K x N matrix. Kernels are compiled for these.
enum class MatrixShape : std::uint8_t { kNone, k16x16x16, k8x16x16, k8x8x8 };
const char* matrix_shape_name(MatrixShape shape);  // "16x16x16"; "none"

struct MatrixUnits {
    MatrixShape shape = MatrixShape::kNone;
    // Threads of the subgroups that a kernel for them asks for: the fewest that the device makes,
    // which is what Intel's drivers want; elsewhere there is no choice or it does not matter.
    std::uint32_t subgroup_size = 0;

    bool any() const { return shape != MatrixShape::kNone; }
};

// The first of the shapes above that the device multiplies, and kNone where it lacks anything else
// that the kernels need (subgroups of a chosen size, 16-bit floats, the Vulkan memory model).
MatrixUnits find_matrix_units(const InstanceFunctions& vk, VkPhysicalDevice device);

// The extensions that they need. Lives as long as the program.
std::span<const char* const> matrix_unit_extensions();

// What a VkDevice has to enable for kernels that use them. Lives until the device is made.
class MatrixUnitFeatures {
  public:
    MatrixUnitFeatures();
    MatrixUnitFeatures(const MatrixUnitFeatures&) = delete;
    MatrixUnitFeatures& operator=(const MatrixUnitFeatures&) = delete;

    // Adds them to a device's creation.
    void enable(VkDeviceCreateInfo& create, VkPhysicalDeviceVulkan12Features& features);

  private:
    VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrix_{};
    VkPhysicalDeviceSubgroupSizeControlFeaturesEXT subgroups_{};
};

}  // namespace impasto::gpu
