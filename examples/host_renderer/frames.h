// Frames in flight: a command buffer, a fence and timestamps each. Frames are numbered from 1 on.
#pragma once

#include <array>
#include <cstdint>

#include "device.h"
#include "handle.h"
#include "output.h"

namespace host {

// What the device's clock says of a frame; below 0 where its queue has none.
struct GpuTimes {
    double slice_ms = -1;  // Impasto's
    double draw_ms = -1;   // the renderer's
};

class Frames {
  public:
    explicit Frames(const Device& device);

    // Waits until the next frame's slot is free: until the frame before the last one is finished.
    void wait();
    uint64_t number() const { return number_; }  // of the frame that wait() waited for
    uint32_t slot() const { return static_cast<uint32_t>(number_ % kFramesInFlight); }
    // All frames up to this one are finished; 0: none is.
    uint64_t completed() const { return number_ > kFramesInFlight ? number_ - kFramesInFlight : 0; }
    // Of the frame whose slot is taken over; its number is completed().
    GpuTimes times(uint32_t slot) const;

    // The frame's command buffer, in the recording state.
    VkCommandBuffer begin();
    // Where the slice ends and the drawing begins.
    void mark_drawing();
    void submit(VkSemaphore wait, VkSemaphore signal);

  private:
    enum Mark : uint32_t { kBegin, kDrawing, kEnd, kMarks };
    void mark(Mark which);

    struct Slot {
        VkCommandBuffer commands = VK_NULL_HANDLE;
        Fence fence;
    };
    const Device& device_;
    CommandPool pool_;
    QueryPool queries_;  // kMarks a slot
    std::array<Slot, kFramesInFlight> slots_;
    uint64_t number_ = 0;
    bool submitted_ = true;  // frame number_
};

}  // namespace host
