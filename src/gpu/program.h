// A program: dispatches and copies recorded once and replayed many times.
//
//   Program program(device);
//   nn::record_conv3x3(program, ...);      // any number of operations
//   program.finish();
//   stream.submit(program);                // as often as wanted
//
// Operations run in the order recorded; each sees what all before it wrote. A program is cut into
// several command buffers where its work adds up, since Windows and some drivers reset a device
// whose single submission runs for seconds. A single dispatch is not cut.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/arena.h"
#include "gpu/pipeline.h"

namespace impasto::gpu {

struct Dispatch {
    const Shader& shader;
    std::span<const Buffer* const> buffers;    // in the order of the shader's slots
    std::span<const std::uint32_t> constants;  // specialization constants 0, 1, ...
    const void* params = nullptr;              // the shader's parameter struct
    std::uint32_t params_bytes = 0;
    std::array<std::uint32_t, 3> groups{1, 1, 1};
    std::uint32_t subgroup_size = 0;  // that the kernel asks for; 0: any
    double flops = 0;                 // work, for cutting the program; 0 for small passes
    double bytes = 0;                 // that it must at least read and write, for reports
};

// What one operation of a program took, the last time that it ran.
struct Timing {
    const char* kernel = "";  // the shader's name, "copy" or "fill"
    std::string label;        // of Program::label(), e.g. "relu3_1"
    double begin = 0;         // seconds, from an origin that all programs of the device share
    double seconds = 0;
    double flops = 0;
    double bytes = 0;
};

class Program {
  public:
    // `timed` programs measure each operation; they cannot be in flight twice.
    explicit Program(Device& device, bool timed = false);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    // Recording. The first error is kept and returned by finish().
    void dispatch(const Dispatch& dispatch);
    void copy(const Buffer& from, const Buffer& to, VkDeviceSize bytes,
              VkDeviceSize from_offset = 0, VkDeviceSize to_offset = 0);
    void fill(const Buffer& buffer, float value);
    // What the operations recorded from here on belong to, for reports.
    void label(std::string label) { label_ = std::move(label); }
    // Ends recording. The host may read host-visible buffers once the program has run.
    Status finish();

    Device& device() { return device_; }
    std::span<const VkCommandBuffer> command_buffers() const { return command_buffers_; }
    // Of each operation in order, once a timed program has run; empty when the device has no clock.
    Result<std::vector<Timing>> timings() const;

  private:
    bool begin_if_needed();
    void end_current();
    void barrier(VkPipelineStageFlags to_stage, VkAccessFlags to_access);
    VkDescriptorSet descriptor_set(const Pipeline& pipeline,
                                   std::span<const Buffer* const> buffers);
    // Whether the operation is measured, and end_timing() to be called after it.
    bool begin_timing(const char* kernel, double flops, double bytes);
    void end_timing(bool begun);
    void fail(Error error);

    Device& device_;
    VkCommandPool pool_ = VK_NULL_HANDLE;
    std::vector<VkCommandBuffer> command_buffers_;
    std::vector<VkDescriptorPool> descriptor_pools_;
    std::uint32_t sets_left_ = 0;
    bool recording_ = false;
    double flops_ = 0;
    Status status_;

    // Timed programs: a pool of two timestamps an operation, for as many operations as it holds.
    VkQueryPool queries_ = VK_NULL_HANDLE;
    std::string label_;
    std::vector<Timing> operations_;
};

}  // namespace impasto::gpu
