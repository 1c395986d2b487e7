// Names of Vulkan's results and the wording of its errors.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "gpu/vulkan_functions.h"

namespace impasto::gpu {

const char* result_name(VkResult result);

// The error for a failed call: `doing` completes "while ...", e.g. "allocating 12.0 MiB".
Error vulkan_error(VkResult result, const std::string& doing);

// For a device of which its host has said so.
inline Error lost_error() { return {ErrorCode::kDeviceLost, "the host's device is lost"}; }

// "12.3 MiB"
std::string format_bytes(std::uint64_t bytes);

}  // namespace impasto::gpu
