// Compute pipelines, made the first time a kernel is used and kept for the device's life; what the
// driver compiled for them can be kept in a file for the next run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/device.h"
#include "gpu/device_file.h"

namespace impasto::gpu {

// A kernel's SPIR-V in its two forms. Made from shaders/NAME.comp at build time.
struct Shader {
    const char* name;
    std::span<const std::uint32_t> addresses;  // buffers reached by address
    std::span<const std::uint32_t> bindings;   // buffers bound to set 0
};

struct Pipeline {
    VkPipeline handle = VK_NULL_HANDLE;
    VkPipelineLayout layout = VK_NULL_HANDLE;
    VkDescriptorSetLayout set_layout = VK_NULL_HANDLE;  // null in the address form
    std::uint32_t strided_axes = 0;                     // gpu/spirv.h
};

inline constexpr std::uint32_t kPushBytes = 128;  // what every device grants
inline constexpr std::uint32_t kMaxBuffers = 8;

// Thread-safe.
class PipelineCache {
  public:
    explicit PipelineCache(Device& device) : device_(device) {}
    ~PipelineCache();  // saves what it was told to keep
    PipelineCache(const PipelineCache&) = delete;
    PipelineCache& operator=(const PipelineCache&) = delete;

    // Takes up what was compiled by earlier runs, from a file in `folder` (device_file.h),
    // and brings the file up to date in the end, if anything was added. A file that is missing or
    // of no use is replaced; one that can't be written is left: neither is an error, only a slower
    // start. Call before the first get().
    void keep_in(const std::filesystem::path& folder, const DeviceFileKey& key);

    // The pipeline of `shader` with `buffers` buffers and specialization constants 0, 1, ... set to
    // `constants`; with a `subgroup_size`, of full subgroups of that size (MatrixUnits).
    Result<Pipeline> get(const Shader& shader, std::uint32_t buffers,
                         std::span<const std::uint32_t> constants, std::uint32_t subgroup_size = 0);

  private:
    struct Layout {
        VkPipelineLayout layout = VK_NULL_HANDLE;
        VkDescriptorSetLayout set_layout = VK_NULL_HANDLE;
    };
    Result<Layout> layout(std::uint32_t buffers);
    void save() const;

    Device& device_;
    std::mutex mutex_;
    VkPipelineCache compiled_ = VK_NULL_HANDLE;  // null where nothing is kept
    std::filesystem::path file_;
    DeviceFileKey key_;
    std::size_t bytes_loaded_ = 0;
    std::map<std::uint32_t, Layout> layouts_;  // by number of buffers
    std::map<std::pair<const Shader*, std::vector<std::uint32_t>>, Pipeline> pipelines_;
};

}  // namespace impasto::gpu
