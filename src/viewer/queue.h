// Numbered submissions to the one queue of the device: slices of the optimisation and the window's
// frames take turns there.
//
//     begin() -> commands, number ... submit()      at most kSlots in flight
//     completed() says up to which number the device has finished
//
// What a submission uses and nobody needs any more is handed to keep(), and destroyed when the
// device has finished it.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>

#include "viewer/device.h"

namespace impasto::viewer {

struct Submission {
    VkCommandBuffer commands = VK_NULL_HANDLE;
    std::uint64_t number = 0;  // from 1 on
};

struct Signals {                        // of a frame of the window; null: none
    VkSemaphore wait = VK_NULL_HANDLE;  // before colours are written
    VkSemaphore signal = VK_NULL_HANDLE;
};

class Queue {
  public:
    static Result<std::unique_ptr<Queue>> create(const Device& device);
    ~Queue();  // waits for what is in flight, unless the device is lost

    // A command buffer that records. Waits where kSlots are in flight.
    Result<Submission> begin();
    Status submit(const Submission& submission, const Signals& signals = {});
    // Of one that turned out empty: its number is given to the next.
    Status discard(const Submission& submission);

    std::uint64_t last() const { return last_; }  // submitted
    Result<std::uint64_t> completed();
    std::size_t in_flight() const { return static_cast<std::size_t>(last_ - completed_); }
    // Until the device has finished `number`, or `seconds` are over.
    Status wait(std::uint64_t number, double seconds);
    Status wait_all();
    // Nothing is waited for any more.
    void lose_device() { lost_ = true; }

    // Destroys `what` when the device has finished all that was submitted, and what is being
    // recorded.
    template <typename T>
    void keep(T&& what) {
        kept_.push_back({last_ + 1, std::make_shared<T>(std::forward<T>(what))});
    }

  private:
    static constexpr std::size_t kSlots = 8;
    struct Slot {
        VkCommandBuffer commands = VK_NULL_HANDLE;
        Fence fence;
    };
    struct Kept {
        std::uint64_t number;
        std::shared_ptr<void> what;
    };
    explicit Queue(const Device& device) : device_(device) {}
    Slot& slot(std::uint64_t number) { return slots_[number % kSlots]; }
    void take_completed(std::uint64_t number);

    const Device& device_;
    CommandPool pool_;
    std::array<Slot, kSlots> slots_;
    std::uint64_t last_ = 0;
    std::uint64_t completed_ = 0;
    bool lost_ = false;
    std::deque<Kept> kept_;
};

}  // namespace impasto::viewer
