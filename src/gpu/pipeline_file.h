// What a driver compiled, kept in a file between runs: its VkPipelineCache behind a header of ours
// that says which driver and device it is from and what its bytes add up to. A driver trusts what
// it is given, so anything doubtful is left out.
//
//     magic, format version | vendor, device, driver, driver's version | two UUIDs
//     | byte count, SHA-256 | the driver's bytes
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace impasto::gpu {

// The driver's bytes are of use to the very driver and device that made them.
struct PipelineFileKey {
    std::uint32_t vendor_id = 0;
    std::uint32_t device_id = 0;
    std::uint32_t driver_id = 0;  // VkDriverId
    std::uint32_t driver_version = 0;
    std::array<std::uint8_t, 16> cache_uuid{};  // pipelineCacheUUID
    std::array<std::uint8_t, 16> device_uuid{};

    bool operator==(const PipelineFileKey&) const = default;
};

// A file is no longer than this; kernels of ours take a hundredth of it.
inline constexpr std::size_t kMaxPipelineFileBytes = std::size_t{64} << 20;

// "DRIVER-DEVICE.bin". The driver's version is not in it, so that an update of the driver replaces
// the file instead of leaving it behind.
std::string pipeline_file_name(const PipelineFileKey& key);

// The driver's bytes; empty where the file is missing or unreadable, cut, damaged or too long, or
// is from another device, driver or version of Impasto.
std::vector<std::byte> read_pipeline_file(const std::filesystem::path& path,
                                          const PipelineFileKey& key);

// Writes the file at once, and its folder where that is missing. kOutput; also for too many bytes.
Status write_pipeline_file(const std::filesystem::path& path, const PipelineFileKey& key,
                           std::span<const std::byte> bytes);

}  // namespace impasto::gpu
