#include "gpu/errors.h"

#include <array>
#include <cstdio>

namespace impasto::gpu {

const char* result_name(VkResult result) {
    switch (result) {
        case VK_SUCCESS:
            return "VK_SUCCESS";
        case VK_TIMEOUT:
            return "VK_TIMEOUT";
        case VK_ERROR_OUT_OF_HOST_MEMORY:
            return "VK_ERROR_OUT_OF_HOST_MEMORY";
        case VK_ERROR_OUT_OF_DEVICE_MEMORY:
            return "VK_ERROR_OUT_OF_DEVICE_MEMORY";
        case VK_ERROR_INITIALIZATION_FAILED:
            return "VK_ERROR_INITIALIZATION_FAILED";
        case VK_ERROR_DEVICE_LOST:
            return "VK_ERROR_DEVICE_LOST";
        case VK_ERROR_MEMORY_MAP_FAILED:
            return "VK_ERROR_MEMORY_MAP_FAILED";
        case VK_ERROR_LAYER_NOT_PRESENT:
            return "VK_ERROR_LAYER_NOT_PRESENT";
        case VK_ERROR_EXTENSION_NOT_PRESENT:
            return "VK_ERROR_EXTENSION_NOT_PRESENT";
        case VK_ERROR_FEATURE_NOT_PRESENT:
            return "VK_ERROR_FEATURE_NOT_PRESENT";
        case VK_ERROR_INCOMPATIBLE_DRIVER:
            return "VK_ERROR_INCOMPATIBLE_DRIVER";
        case VK_ERROR_TOO_MANY_OBJECTS:
            return "VK_ERROR_TOO_MANY_OBJECTS";
        case VK_ERROR_FRAGMENTED_POOL:
            return "VK_ERROR_FRAGMENTED_POOL";
        case VK_ERROR_OUT_OF_POOL_MEMORY:
            return "VK_ERROR_OUT_OF_POOL_MEMORY";
        default:
            return "an unknown Vulkan error";
    }
}

Error vulkan_error(VkResult result, const std::string& doing) {
    const std::string where = std::string(result_name(result)) + " while " + doing;
    switch (result) {
        case VK_ERROR_DEVICE_LOST:
            return {ErrorCode::kDeviceLost,
                    "the driver gave the device up (" + where +
                        "): other programs may be using it hard, or one step took too long; try "
                        "again, or a smaller size"};
        case VK_ERROR_OUT_OF_DEVICE_MEMORY:
            return {ErrorCode::kOutOfMemory,
                    "out of device memory (" + where + "): try a smaller size"};
        case VK_ERROR_OUT_OF_HOST_MEMORY:
        case VK_ERROR_MEMORY_MAP_FAILED:
            return {ErrorCode::kOutOfMemory, "out of memory (" + where + "): try a smaller size"};
        default:
            return {ErrorCode::kInternal, "the Vulkan driver failed with " + where +
                                              ": please report it with the "
                                              "output of `impasto doctor`"};
    }
}

std::string format_bytes(std::uint64_t bytes) {
    constexpr std::array<const char*, 4> kUnits{"KiB", "MiB", "GiB", "TiB"};
    double value = static_cast<double>(bytes) / 1024.0;
    std::size_t unit = 0;
    while (value >= 1024.0 && unit + 1 < kUnits.size()) {
        value /= 1024.0;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f %s", value, kUnits[unit]);
    return text.data();
}

}  // namespace impasto::gpu
