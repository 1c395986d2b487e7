// A stream whose programs are written into the command buffers of a host, a slice a frame, none
// longer than the host's budget as far as operations can be divided:
//
//     a session's thread    submit(A) submit(B) wait(B) ........................ submit(C)
//     programs              | A0 | A1 |   A2   | B0 |  B1  | B2 |
//     the host's frames     '---- 7 --+- 8 -+-- 9 --'--- 10 ----'
//     complete(frame)                            7     8      9    10 -> B is done, wait(B) returns
//
// The stream waits for nothing but the host's word that the device has finished a frame. Pieces are
// measured, and the next ones cut by what they took; cuts change no byte. So that a slice finds
// enough to fill its budget, as many replays are to be queued as that word lags behind (ahead()).
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "gpu/stream.h"

namespace impasto::gpu {

struct Slice {
    VkCommandBuffer commands = VK_NULL_HANDLE;
    std::uint64_t frame = 0;  // that it is submitted with; never falling
    double seconds = 0;       // budget
};

// What is known of a slice.
struct SliceReport {
    std::uint32_t operations = 0;  // written, whole or in part
    double expected = 0;           // seconds
    // The last slice measured, and the frame that it was part of; 0: none yet.
    double measured = 0;
    std::uint64_t measured_frame = 0;
};

// The functions of Stream are for the session's thread, the others for the host's; the two sides
// may be called at once.
class SliceStream final : public Stream {
  public:
    explicit SliceStream(Device& device);
    ~SliceStream() override;

    Result<std::uint64_t> submit(Program& program) override;
    // kCancelled after cancel(), kDeviceLost after lose_device().
    Status wait(std::uint64_t ticket) override;
    Result<std::uint64_t> completed() override;
    void drain() override;
    // What fills the last slice's budget in each of the frames that are in flight, and in one more.
    std::size_t ahead(const Program& program) const override;

    // Writes what is queued, one piece at least where there is any.
    SliceReport write(const Slice& slice);
    // The device has finished `frame` and all before it.
    void complete(std::uint64_t frame);  // throws nothing
    // The last ticket whose program is wholly written.
    std::uint64_t written() const;
    // What a program's operations took: Program::learned(), while slices may be measured.
    std::vector<Timing> timings(const Program& program) const;
    // Nothing more is written; what waits gets its error once the device has finished what was.
    void cancel();
    // What was written is never waited for.
    void lose_device();

  private:
    struct Queued {
        Program* program = nullptr;
        std::uint64_t ticket = 0;
        std::size_t operation = 0;  // the next one
        std::uint32_t part = 0;     // and its next part
    };
    struct Written {  // a slice
        std::uint64_t frame = 0;
        std::uint64_t ticket = 0;  // the last program that ends in it, or before
        std::size_t ring = 0;      // where in the query pool
        std::vector<std::pair<Program*, Piece>> pieces;
    };

    bool in_flight() const { return !written_.empty(); }
    void plan(const Slice& slice, Written& written);
    void measure(const Written& slice);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Queued> queued_;
    std::deque<Written> written_;  // oldest first, not known to be finished
    std::uint64_t submitted_ = 0;
    std::uint64_t ended_ = 0;  // the last ticket whose program is wholly written
    std::uint64_t completed_ = 0;
    bool cancelled_ = false;
    bool lost_ = false;
    SliceReport report_;
    double budget_ = 0;       // seconds, of the last slice
    std::size_t frames_ = 0;  // then in flight, that slice's included

    // Timestamps: a ring of slices, each with room for so many pieces.
    static constexpr std::size_t kRing = 8;
    static constexpr std::uint32_t kPieces = 2048;
    VkQueryPool queries_ = VK_NULL_HANDLE;  // null: nothing is measured
    std::array<bool, kRing> taken_{};
    std::size_t next_ring_ = 0;
};

}  // namespace impasto::gpu
