// What a VkDeviceCreateInfo says was enabled, in whichever structure it does.
#include "gpu/features.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace impasto::gpu {
namespace {

// A creation to which structures and extensions are added.
class Creation {
  public:
    template <typename Struct>
    void add(Struct& features, VkStructureType type) {
        features.sType = type;
        features.pNext = const_cast<void*>(info_.pNext);
        info_.pNext = &features;
    }
    void extension(const char* name) { names_.push_back(name); }
    VkDeviceCreateInfo& info() {
        info_.enabledExtensionCount = static_cast<std::uint32_t>(names_.size());
        info_.ppEnabledExtensionNames = names_.data();
        return info_;
    }
    Features enabled() { return enabled_features(info()); }

  private:
    VkDeviceCreateInfo info_{};
    std::vector<const char*> names_;
};

TEST(EnabledFeatures, NothingIsNothing) {
    Creation creation;
    const Features found = creation.enabled();
    EXPECT_FALSE(found.timeline || found.addresses || found.int64 || found.matrix);
}

TEST(EnabledFeatures, OfTheVersionsStructures) {
    VkPhysicalDeviceVulkan12Features v12{};
    v12.timelineSemaphore = VK_TRUE;
    Creation creation;
    creation.add(v12, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES);
    EXPECT_TRUE(creation.enabled().timeline);
    EXPECT_FALSE(creation.enabled().addresses);
    v12.bufferDeviceAddress = VK_TRUE;
    EXPECT_TRUE(creation.enabled().addresses);
    EXPECT_FALSE(creation.enabled().int64);
    VkPhysicalDeviceFeatures2 basic{};
    basic.features.shaderInt64 = VK_TRUE;
    creation.add(basic, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2);
    EXPECT_TRUE(creation.enabled().int64);
    EXPECT_TRUE(creation.enabled().timeline);
}

TEST(EnabledFeatures, OfTheExtensionsStructures) {
    VkPhysicalDeviceTimelineSemaphoreFeatures timeline{};
    timeline.timelineSemaphore = VK_TRUE;
    VkPhysicalDeviceBufferDeviceAddressFeatures addresses{};
    addresses.bufferDeviceAddress = VK_TRUE;
    VkPhysicalDeviceFeatures basic{};
    basic.shaderInt64 = VK_TRUE;
    Creation creation;
    creation.add(timeline, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES);
    creation.add(addresses, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES);
    creation.info().pEnabledFeatures = &basic;
    const Features found = creation.enabled();
    EXPECT_TRUE(found.timeline && found.addresses && found.int64);
    EXPECT_FALSE(found.matrix);
}

// The sizes of subgroups come from an extension or, without it, from Vulkan 1.3; each part lacking
// is all lacking.
TEST(EnabledFeatures, MatrixUnitsTakeAllOfTheirParts) {
    enum Part {
        kMatrix,
        kAddresses,
        kFloat16,
        kMemoryModel,
        kSizes,
        kFull,
        kMatrixName,
        kSizesName
    };
    constexpr int kNone = -1;
    for (const bool core : {false, true}) {
        for (int lacking = kNone; lacking <= kSizesName; ++lacking) {
            SCOPED_TRACE(core ? "of Vulkan 1.3" : "of the extension");
            SCOPED_TRACE(lacking);
            const auto has = [&](Part part) -> VkBool32 {
                return lacking != part ? VK_TRUE : VK_FALSE;
            };
            VkPhysicalDeviceVulkan12Features v12{};
            v12.bufferDeviceAddress = has(kAddresses);
            v12.shaderFloat16 = has(kFloat16);
            v12.vulkanMemoryModel = has(kMemoryModel);
            VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrix{};
            matrix.cooperativeMatrix = has(kMatrix);
            VkPhysicalDeviceVulkan13Features v13{};
            v13.subgroupSizeControl = has(kSizes);
            v13.computeFullSubgroups = has(kFull);
            VkPhysicalDeviceSubgroupSizeControlFeaturesEXT sizes{};
            sizes.subgroupSizeControl = has(kSizes);
            sizes.computeFullSubgroups = has(kFull);
            Creation creation;
            creation.add(v12, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES);
            creation.add(matrix, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR);
            if (core) {
                creation.add(v13, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES);
            } else {
                creation.add(sizes,
                             VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES_EXT);
            }
            if (lacking != kMatrixName) {
                creation.extension(VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
            }
            if (!core && lacking != kSizesName) {
                creation.extension(VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME);
            }
            const bool all = lacking == kNone || (core && lacking == kSizesName);
            EXPECT_EQ(creation.enabled().matrix, all);
        }
    }
}

}  // namespace
}  // namespace impasto::gpu
