// Work in flight on a device's queue, counted by a timeline semaphore.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "gpu/arena.h"
#include "gpu/program.h"

namespace impasto::gpu {

// One thread at a time uses a stream; several streams of a device may work at once.
class Stream {
  public:
    static Result<std::unique_ptr<Stream>> create(Device& device);
    ~Stream();  // waits for what is in flight
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    // Queues one replay of `program`, which must outlive it, and returns its ticket.
    Result<std::uint64_t> submit(const Program& program);
    // Blocks until `ticket` and all before it are done.
    Status wait(std::uint64_t ticket);
    // The last ticket that is done.
    Result<std::uint64_t> completed() const;
    Status run(const Program& program);  // submit and wait

    // Copies between host memory and a device buffer, through memory that both see, which the
    // stream keeps for the next copy; blocking.
    Status upload(std::span<const float> values, const Buffer& to);
    Status download(const Buffer& from, std::span<float> values);
    // Bytes of that memory once a copy of `words` has been made.
    static std::uint64_t staging_bytes(Device& device, std::size_t words);

    Device& device() { return device_; }

  private:
    explicit Stream(Device& device) : device_(device) {}
    Result<const Buffer*> staging(std::size_t words);  // that many, or the most there are

    Device& device_;
    VkSemaphore semaphore_ = VK_NULL_HANDLE;
    std::uint64_t submitted_ = 0;
    std::unique_ptr<Arena> staging_arena_;
    const Buffer* staging_ = nullptr;
};

}  // namespace impasto::gpu
