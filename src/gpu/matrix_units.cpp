#include "gpu/matrix_units.h"

#include <algorithm>
#include <array>
#include <vector>

namespace impasto::gpu {

namespace {

// Kernels for matrix units run up to 8 subgroups a workgroup (shaders/include/half.h).
constexpr std::uint32_t kSubgroups = 8;

struct NamedShape {
    MatrixShape shape;
    std::uint32_t m, n, k;
    const char* name;
};
constexpr std::array kShapes{NamedShape{MatrixShape::k16x16x16, 16, 16, 16, "16x16x16"},
                             NamedShape{MatrixShape::k8x16x16, 8, 16, 16, "8x16x16"},
                             NamedShape{MatrixShape::k8x8x8, 8, 8, 8, "8x8x8"}};

bool multiplies(const VkCooperativeMatrixPropertiesKHR& offered, const NamedShape& shape) {
    return offered.MSize == shape.m && offered.NSize == shape.n && offered.KSize == shape.k &&
           offered.AType == VK_COMPONENT_TYPE_FLOAT16_KHR &&
           offered.BType == VK_COMPONENT_TYPE_FLOAT16_KHR &&
           offered.CType == VK_COMPONENT_TYPE_FLOAT32_KHR &&
           offered.ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR &&
           offered.saturatingAccumulation == VK_FALSE && offered.scope == VK_SCOPE_SUBGROUP_KHR;
}

MatrixShape find_shape(const InstanceFunctions& vk, VkPhysicalDevice device) {
    std::uint32_t count = 0;
    if (vk.GetPhysicalDeviceCooperativeMatrixPropertiesKHR(device, &count, nullptr) != VK_SUCCESS) {
        return MatrixShape::kNone;
    }
    VkCooperativeMatrixPropertiesKHR empty{};
    empty.sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR;
    std::vector<VkCooperativeMatrixPropertiesKHR> offered(count, empty);
    if (vk.GetPhysicalDeviceCooperativeMatrixPropertiesKHR(device, &count, offered.data()) !=
        VK_SUCCESS) {
        return MatrixShape::kNone;
    }
    for (const NamedShape& shape : kShapes) {
        if (std::any_of(offered.begin(), offered.end(),
                        [&](const auto& one) { return multiplies(one, shape); })) {
            return shape.shape;
        }
    }
    return MatrixShape::kNone;
}

}  // namespace

const char* matrix_shape_name(MatrixShape shape) {
    const auto* found = std::find_if(kShapes.begin(), kShapes.end(),
                                     [&](const NamedShape& one) { return one.shape == shape; });
    return found == kShapes.end() ? "none" : found->name;
}

MatrixUnits find_matrix_units(const InstanceFunctions& vk, VkPhysicalDevice device) {
    if (vk.GetPhysicalDeviceCooperativeMatrixPropertiesKHR == nullptr ||
        !has_extension(vk, device, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME) ||
        !has_extension(vk, device, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME)) {
        return {};
    }
    VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrix{};
    matrix.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR;
    VkPhysicalDeviceSubgroupSizeControlFeaturesEXT subgroups{};
    subgroups.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES_EXT;
    subgroups.pNext = &matrix;
    VkPhysicalDeviceVulkan12Features features12{};
    features12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    features12.pNext = &subgroups;
    VkPhysicalDeviceFeatures2 features{};
    features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    features.pNext = &features12;
    vk.GetPhysicalDeviceFeatures2(device, &features);

    VkPhysicalDeviceSubgroupSizeControlPropertiesEXT sizes{};
    sizes.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES_EXT;
    VkPhysicalDeviceProperties2 properties{};
    properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
    properties.pNext = &sizes;
    vk.GetPhysicalDeviceProperties2(device, &properties);

    const bool usable =
        matrix.cooperativeMatrix == VK_TRUE && subgroups.subgroupSizeControl == VK_TRUE &&
        subgroups.computeFullSubgroups == VK_TRUE && features12.shaderFloat16 == VK_TRUE &&
        features12.vulkanMemoryModel == VK_TRUE && features12.bufferDeviceAddress == VK_TRUE &&
        (sizes.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0 &&
        sizes.maxComputeWorkgroupSubgroups >= kSubgroups &&
        kSubgroups * sizes.minSubgroupSize <=
            properties.properties.limits.maxComputeWorkGroupInvocations;
    if (!usable) {
        return {};
    }
    return {find_shape(vk, device), sizes.minSubgroupSize};
}

std::span<const char* const> matrix_unit_extensions() {
    static constexpr std::array kNames{VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME,
                                       VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME};
    return kNames;
}

MatrixUnitFeatures::MatrixUnitFeatures() {
    matrix_.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR;
    matrix_.cooperativeMatrix = VK_TRUE;
    subgroups_.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES_EXT;
    subgroups_.subgroupSizeControl = VK_TRUE;
    subgroups_.computeFullSubgroups = VK_TRUE;
    subgroups_.pNext = &matrix_;
}

void MatrixUnitFeatures::enable(VkDeviceCreateInfo& create,
                                VkPhysicalDeviceVulkan12Features& features) {
    features.shaderFloat16 = VK_TRUE;
    features.vulkanMemoryModel = VK_TRUE;
    matrix_.pNext = features.pNext;
    features.pNext = &subgroups_;
    create.enabledExtensionCount = static_cast<std::uint32_t>(matrix_unit_extensions().size());
    create.ppEnabledExtensionNames = matrix_unit_extensions().data();
}

}  // namespace impasto::gpu
