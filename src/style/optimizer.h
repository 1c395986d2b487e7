// An optimiser of an image with its memory on the device: L-BFGS or Adam.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "gpu/arena.h"
#include "gpu/program.h"
#include "style/options.h"

namespace impasto::style {

class ImageOptimizer {
  public:
    static Result<std::unique_ptr<ImageOptimizer>> create(gpu::Device& device, std::size_t count,
                                                          const SessionOptions& options);
    // Device memory that create() would take, in bytes. kOutOfMemory: gpu::Arena::check_buffers.
    static Result<std::uint64_t> bytes_needed(gpu::Device& device, std::size_t count,
                                              const SessionOptions& options);

    // Forgets everything: to run before the first step, and to begin anew from another image.
    void record_reset(gpu::Program& program) const;
    // What a step reads of the steps before it.
    std::span<const gpu::Buffer* const> state() const { return kept_; }
    // One step of `image` against `gradient`.
    void record_step(gpu::Program& program, const gpu::Buffer& image,
                     const gpu::Buffer& gradient) const;

  private:
    ImageOptimizer(gpu::Device& device, std::size_t count, const SessionOptions& options);

    gpu::Arena arena_;
    std::size_t count_;
    Optimizer kind_;
    std::uint32_t history_;
    nn::AdamOptions adam_;
    const gpu::Buffer* state_ = nullptr;
    // L-BFGS: gradient of the step before, direction, s, y, partial sums.
    // Adam: first and second moment.
    const gpu::Buffer* first_ = nullptr;
    const gpu::Buffer* second_ = nullptr;
    const gpu::Buffer* s_ = nullptr;
    const gpu::Buffer* y_ = nullptr;
    const gpu::Buffer* partials_ = nullptr;
    std::vector<const gpu::Buffer*> kept_;
};

}  // namespace impasto::style
