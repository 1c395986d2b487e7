// What is known of a device and its driver, kept in a file between runs, behind a header that says
// what kind of knowledge it is, of which driver and device, and what its bytes add up to. It is
// trusted blindly where it is used, so anything doubtful is left out.
//
//     magic, format version | vendor, device, driver, driver's version | two UUIDs
//     | byte count, SHA-256 | the bytes
//
// Two kinds: what the driver compiled (pipeline.h), and what was measured of kernels (nn/tuner.h).
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

// The bytes are of use to the very driver and device that they are from.
struct DeviceFileKey {
    std::uint32_t vendor_id = 0;
    std::uint32_t device_id = 0;
    std::uint32_t driver_id = 0;  // VkDriverId
    std::uint32_t driver_version = 0;
    std::array<std::uint8_t, 16> cache_uuid{};  // pipelineCacheUUID
    std::array<std::uint8_t, 16> device_uuid{};

    bool operator==(const DeviceFileKey&) const = default;
};

struct DeviceFileKind {
    std::array<char, 8> magic{};
    std::uint32_t format = 0;
    std::size_t max_bytes = 0;  // a file is no longer than this
};

// "DRIVER-DEVICE.bin". The driver's version is not in it, so that an update of the driver replaces
// the file instead of leaving it behind.
std::string device_file_name(const DeviceFileKey& key);

// The file's bytes behind the header; empty where the file is missing or unreadable, cut, damaged
// or too long, or is from another device, driver or version of Impasto.
std::vector<std::byte> read_device_file(const std::filesystem::path& path,
                                        const DeviceFileKind& kind, const DeviceFileKey& key);

// Writes the file at once, and its folder where that is missing. kOutput; also for too many bytes.
Status write_device_file(const std::filesystem::path& path, const DeviceFileKind& kind,
                         const DeviceFileKey& key, std::span<const std::byte> bytes);

}  // namespace impasto::gpu
