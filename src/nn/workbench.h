// Runs an operation by itself on a device: host values in, host values out. What the device must
// not do is made visible: outputs start as NaN, every buffer is followed by guard words that must
// come back unchanged, and inputs must too.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gpu/stream.h"

namespace impasto::nn {

class Workbench {
  public:
    using Slot = std::size_t;

    explicit Workbench(gpu::Stream& stream) : stream_(stream) {}

    // The buffers of the operation. An output's words start as NaN; a scratch buffer likewise, and
    // nobody looks at it afterwards.
    Slot input(std::vector<float> values) { return add(std::move(values), Use::kInput); }
    Slot in_out(std::vector<float> values) { return add(std::move(values), Use::kInOut); }
    Slot output(std::size_t count);
    Slot scratch(std::size_t count);

    // Uploads everything, runs what `record` records, `repeats` times from the same start, and
    // reads everything back. An Error is the device's; what the operation did wrong is in
    // complaint().
    Status run(const std::function<void(gpu::Program&)>& record, int repeats = 1);

    // For `record`: the buffer of a slot.
    const gpu::Buffer& operator[](Slot slot) const { return *slots_[slot].device; }
    // The words of a slot after run().
    const std::vector<float>& result(Slot slot) const { return slots_[slot].values; }
    // Empty, or in words: an input that changed, a word written behind a buffer, two runs that
    // differ.
    const std::string& complaint() const { return complaint_; }

  private:
    enum class Use { kInput, kInOut, kOutput, kScratch };
    struct Item {
        std::vector<float> values;
        Use use = Use::kInput;
        const gpu::Buffer* host = nullptr;
        const gpu::Buffer* device = nullptr;
    };

    Slot add(std::vector<float> values, Use use);
    void fill_staging();
    void read_staging(bool first);

    gpu::Stream& stream_;
    std::vector<Item> slots_;
    std::vector<std::vector<float>> before_;
    std::string complaint_;
};

}  // namespace impasto::nn
