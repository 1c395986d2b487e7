// Work in flight on a device, counted by tickets; and copies between host and device by it. What
// runs the programs is a queue (here) or the command buffers of a host (gpu/slice_stream.h).
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
    // On the device's queue; kNoDevice when it has none.
    static Result<std::unique_ptr<Stream>> create(Device& device);
    virtual ~Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    // Queues one replay of `program`, which must outlive it, and returns its ticket.
    virtual Result<std::uint64_t> submit(Program& program) = 0;
    // Blocks until `ticket` and all before it are done. On an error nothing of the stream is in
    // flight any more, or the device is lost.
    virtual Status wait(std::uint64_t ticket) = 0;
    // The last ticket that is done.
    virtual Result<std::uint64_t> completed() = 0;
    // Blocks until nothing is in flight.
    virtual void drain() = 0;
    // How many replays of `program` to keep in flight, so that the device never waits for the
    // thread that submits them: from kAhead to kMostAhead.
    virtual std::size_t ahead(const Program& /*program*/) const { return kAhead; }
    static constexpr std::size_t kAhead = 2;
    static constexpr std::size_t kMostAhead = 64;

    Status run(Program& program);  // submit and wait

    // Copies between host memory and a device buffer, through memory that both see, which the
    // stream keeps for the next copy; blocking. Bytes of any alignment.
    Status upload(std::span<const std::byte> bytes, const Buffer& to);
    Status upload(std::span<const float> values, const Buffer& to);
    Status download(const Buffer& from, std::span<float> values);
    // Bytes of that memory once a copy of `words` has been made.
    static std::uint64_t staging_bytes(Device& device, std::size_t words);

    Device& device() { return device_; }

  protected:
    explicit Stream(Device& device) : device_(device) {}

  private:
    Result<const Buffer*> staging(std::size_t words);  // that many, or the most there are

    Device& device_;
    std::unique_ptr<Arena> staging_arena_;
    const Buffer* staging_ = nullptr;
};

}  // namespace impasto::gpu
