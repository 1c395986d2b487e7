// The features of a device that kernels and streams use, as it has them and as a host enabled them.
#pragma once

#include "gpu/matrix_units.h"

namespace impasto::gpu {

struct Features {
    bool timeline = false;   // timelineSemaphore: for a queue of our own
    bool addresses = false;  // bufferDeviceAddress
    bool int64 = false;      // shaderInt64
    bool matrix = false;     // all that MatrixUnitFeatures enables
};

Features offered_features(const InstanceFunctions& vk, VkPhysicalDevice device);

// By the pNext chain, the extensions and pEnabledFeatures of a device's creation.
Features enabled_features(const VkDeviceCreateInfo& info);

}  // namespace impasto::gpu
