// A program: dispatches and copies recorded once and replayed many times.
//
//   Program program(device);
//   nn::record_conv3x3(program, ...);      // any number of operations
//   program.finish();
//   stream.submit(program);                // as often as wanted
//
// Operations run in the order recorded; each sees what all before it wrote. finish() cuts a program
// into command buffers that are submitted one by one, none longer than Pace::target(): by what its
// operations are expected to take, and once it has run measured, by what they took. An operation
// that is longer is divided, a dispatch into bands of workgroups. No sum's order depends on the
// cuts.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "gpu/arena.h"
#include "gpu/cuts.h"
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
    double flops = 0;  // its work, for cutting the program and for reports; 0: not counted
    double bytes = 0;  // that it must at least read and write, likewise
};

// Pixels of an image, 2D and of one sample, that are copied: levels `level` to `level` + `levels` -
// 1 of a layer, one after the other in a buffer, rows without gaps.
struct ImagePart {
    VkImage image = VK_NULL_HANDLE;
    std::uint32_t width = 0;  // px, of mip level 0
    std::uint32_t height = 0;
    std::uint32_t texel_bytes = 4;
    std::uint32_t level = 0;
    std::uint32_t levels = 1;
    std::uint32_t layer = 0;
    // Before the copy, and after it. What is overwritten may be VK_IMAGE_LAYOUT_UNDEFINED before.
    VkImageLayout before = VK_IMAGE_LAYOUT_UNDEFINED;
    VkImageLayout after = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
};

// What one operation of a program took, the last time that it ran.
struct Timing {
    const char* kernel = "";  // the shader's name, "copy" or "fill"
    std::string label;        // of Program::label(), e.g. "relu3_1"
    double begin = 0;         // seconds, from an origin that all programs of the device share
    double seconds = 0;
    double flops = 0;
    double bytes = 0;
    bool matrix_units = false;  // a kernel for them
};

// Which replays of a program measure its operations, on devices with a clock. A program that
// measures can't be in flight twice.
enum class Measure {
    kNever,
    kFirst,  // up to recut()
    kAlways
};

class Program {
  public:
    explicit Program(Device& device, Measure measure = Measure::kNever);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    // Recording. The first error is kept and returned by finish().
    void dispatch(const Dispatch& dispatch);
    void copy(const Buffer& from, const Buffer& to, VkDeviceSize bytes,
              VkDeviceSize from_offset = 0, VkDeviceSize to_offset = 0);
    void fill(const Buffer& buffer, float value);
    // Between an image and a buffer, which is long enough. All earlier uses of the image on the
    // queue are waited for, and all later ones see the copy.
    void copy_to_image(const Buffer& from, const ImagePart& to);
    void copy_from_image(const ImagePart& from, const Buffer& to);
    // What the operations recorded from here on belong to, for reports.
    void label(std::string label) { label_ = std::move(label); }
    // Ends recording. The host may read host-visible buffers once the program has run.
    Status finish();
    Device& device() const { return device_; }

    // ---- For a queue: command buffers of its own ----

    // Made when they are first asked for, after finish().
    Result<std::span<const VkCommandBuffer>> command_buffers();
    // Cuts the program anew by what its operations took, and lets the device's Pace learn from it.
    // The program measured its first replay, which is done, and nothing of it is in flight. Does
    // nothing where nothing was measured.
    Status recut();
    // Of each operation in order, once a measuring replay is done; empty when nothing is measured
    // or the device has no clock.
    Result<std::vector<Timing>> timings() const;

    // ---- For the command buffers of a host (gpu/slice_stream.h) ----

    std::size_t operations() const { return operations_.size(); }
    // What an operation is expected to take, and what it can be divided into.
    Work work(std::size_t operation) const;
    // Writes a part of the operation `piece.work`, behind a barrier that waits for all before it;
    // its begin and end into queries `query` and `query` + 1 of `queries` unless that is null.
    void write(VkCommandBuffer commands, const Piece& piece, VkQueryPool queries,
               std::uint32_t query) const;
    // Writes what lets the host read what the program wrote.
    void write_end(VkCommandBuffer commands) const;
    // A piece of a replay took so long: the next is expected to take likewise. Pieces come in the
    // order of the replays; some may be missing.
    void learn(const Piece& piece, double seconds);
    // Of each operation in order, what the last replay took of which all its pieces were learned;
    // `begin` is the sum of those before. Empty until there is one for every operation.
    std::vector<Timing> learned() const;

  private:
    enum class Kind { kDispatch, kCopy, kFill, kToImage, kFromImage };
    struct Operation {
        Kind kind = Kind::kDispatch;
        Timing about;          // but for the times
        double guess = 0;      // Pace::guess, seconds
        double measured = -1;  // seconds, as expected again; below zero: not yet
        double last = -1;      // seconds, of the last replay learned; likewise
        double sum = 0;        // seconds, of the parts learned of this one, from the first on:
        std::uint32_t summed = 0;
        std::uint32_t parts = 1;  // workgroups along `axis`, or blocks of a copy or fill
        // A dispatch.
        Pipeline pipeline;
        VkDescriptorSet set = VK_NULL_HANDLE;
        std::array<unsigned char, kPushBytes> push{};
        std::uint32_t push_bytes = 0;
        std::array<std::uint32_t, 3> groups{1, 1, 1};
        std::uint32_t axis = 0;  // along which it is divided
        // A copy or fill.
        VkBuffer from = VK_NULL_HANDLE;
        VkBuffer to = VK_NULL_HANDLE;
        VkBufferCopy region{};
        std::uint32_t bits = 0;
        ImagePart image;
    };

    Operation& add(Kind kind, const char* kernel, double flops, double bytes);
    VkDescriptorSet descriptor_set(const Pipeline& pipeline,
                                   std::span<const Buffer* const> buffers);
    void add_image_copy(Kind kind, const char* name, const Buffer& buffer, const ImagePart& image);
    void write_image_copy(VkCommandBuffer commands, const Operation& operation) const;
    void barrier(VkCommandBuffer commands, VkPipelineStageFlags to_stage,
                 VkAccessFlags to_access) const;
    Status write_all();
    Status begin_buffer();
    Status end_buffer();
    void reset();
    void fail(Error error);

    Device& device_;
    Measure measure_;
    VkCommandPool pool_ = VK_NULL_HANDLE;
    std::vector<VkDescriptorPool> descriptor_pools_;
    std::uint32_t sets_left_ = 0;
    std::string label_;
    Status status_;
    std::vector<Operation> operations_;

    // What is made of them for a queue.
    std::vector<Piece> pieces_;
    std::vector<VkCommandBuffer> command_buffers_;
    VkQueryPool queries_ = VK_NULL_HANDLE;  // two timestamps a piece
};

}  // namespace impasto::gpu
