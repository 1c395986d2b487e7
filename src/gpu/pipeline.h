// Compute pipelines, made the first time a kernel is used and kept for the device's life.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/device.h"

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
};

inline constexpr std::uint32_t kPushBytes = 128;  // what every device grants
inline constexpr std::uint32_t kMaxBuffers = 8;

// Thread-safe.
class PipelineCache {
  public:
    explicit PipelineCache(Device& device) : device_(device) {}
    ~PipelineCache();
    PipelineCache(const PipelineCache&) = delete;
    PipelineCache& operator=(const PipelineCache&) = delete;

    // The pipeline of `shader` with `buffers` buffers and specialization constants 0, 1, ... set to
    // `constants`.
    Result<Pipeline> get(const Shader& shader, std::uint32_t buffers,
                         std::span<const std::uint32_t> constants);

  private:
    struct Layout {
        VkPipelineLayout layout = VK_NULL_HANDLE;
        VkDescriptorSetLayout set_layout = VK_NULL_HANDLE;
    };
    Result<Layout> layout(std::uint32_t buffers);

    Device& device_;
    std::mutex mutex_;
    std::map<std::uint32_t, Layout> layouts_;  // by number of buffers
    std::map<std::pair<const Shader*, std::vector<std::uint32_t>>, Pipeline> pipelines_;
};

}  // namespace impasto::gpu
