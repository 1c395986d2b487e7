#include "gpu/slice_stream.h"

#include <algorithm>
#include <cmath>
#include <new>

#include "gpu/errors.h"

namespace impasto::gpu {

namespace {

Error cancelled_error() { return {ErrorCode::kCancelled, "the session was cancelled"}; }

}  // namespace

SliceStream::SliceStream(Device& device) : Stream(device) {
    if (device.timestamp_bits() == 0) {
        return;
    }
    VkQueryPoolCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO;
    info.queryType = VK_QUERY_TYPE_TIMESTAMP;
    info.queryCount = static_cast<std::uint32_t>(kRing) * kPieces * 2;
    // Without a pool nothing is measured and the cautious guess stays.
    if (device.vk().CreateQueryPool(device.handle(), &info, nullptr, &queries_) != VK_SUCCESS) {
        queries_ = VK_NULL_HANDLE;
    }
}

SliceStream::~SliceStream() {
    drain();
    if (queries_ != VK_NULL_HANDLE) {
        device().vk().DestroyQueryPool(device().handle(), queries_, nullptr);
    }
}

// ---- The session's side ----

Result<std::uint64_t> SliceStream::submit(Program& program) {
    const std::lock_guard lock(mutex_);
    lost_ = lost_ || device().is_lost();
    if (lost_ || cancelled_) {
        return lost_ ? lost_error() : cancelled_error();
    }
    queued_.push_back({&program, submitted_ + 1});
    return ++submitted_;
}

Status SliceStream::wait(std::uint64_t ticket) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [&] { return completed_ >= ticket || lost_ || (cancelled_ && !in_flight()); });
    if (completed_ >= ticket) {
        return {};
    }
    return lost_ ? lost_error() : cancelled_error();
}

Result<std::uint64_t> SliceStream::completed() {
    const std::lock_guard lock(mutex_);
    return completed_;
}

void SliceStream::drain() {
    std::unique_lock lock(mutex_);
    changed_.wait(
        lock, [&] { return completed_ >= submitted_ || lost_ || (cancelled_ && !in_flight()); });
}

std::size_t SliceStream::ahead(const Program& program) const {
    const std::lock_guard lock(mutex_);
    double seconds = 0;
    for (std::size_t i = 0; i < program.operations(); ++i) {
        seconds += program.work(i).seconds;
    }
    const double wanted = static_cast<double>(frames_ + 1) * budget_;
    if (!(wanted > seconds * static_cast<double>(kAhead))) {
        return kAhead;
    }
    if (wanted >= seconds * static_cast<double>(kMostAhead)) {
        return kMostAhead;
    }
    return static_cast<std::size_t>(std::ceil(wanted / seconds));
}

// ---- The host's side ----

SliceReport SliceStream::write(const Slice& slice) {
    const std::lock_guard lock(mutex_);
    report_.operations = 0;
    report_.expected = 0;
    if (cancelled_ || lost_ || queued_.empty()) {
        return report_;
    }
    // Known before the first command is written: what the device does is never forgotten.
    Written& written = written_.emplace_back();
    written.pieces.reserve(kPieces);
    written.frame = slice.frame;
    budget_ = slice.seconds;
    frames_ = written_.size();
    written.ring = next_ring_;
    plan(slice, written);
    const bool measures =
        queries_ != VK_NULL_HANDLE && !taken_[next_ring_] && !written.pieces.empty();
    const auto first_query = static_cast<std::uint32_t>(written.ring) * kPieces * 2;
    if (measures) {
        device().vk().CmdResetQueryPool(slice.commands, queries_, first_query,
                                        2 * static_cast<std::uint32_t>(written.pieces.size()));
    }
    std::uint32_t query = first_query;
    for (const auto& [program, piece] : written.pieces) {
        program->write(slice.commands, piece, measures ? queries_ : VK_NULL_HANDLE, query);
        query += 2;
        const bool ends = piece.work + 1 == program->operations() &&
                          piece.first + piece.count == program->work(piece.work).parts;
        if (ends) {
            program->write_end(slice.commands);
        }
    }
    if (measures) {
        taken_[written.ring] = true;
        next_ring_ = (next_ring_ + 1) % kRing;
    } else {
        written.pieces.clear();
    }
    return report_;
}

// Takes from the queue what the budget has room for, into the room that `written` has.
void SliceStream::plan(const Slice& slice, Written& written) {
    while (!queued_.empty()) {
        Queued& next = queued_.front();
        if (next.operation == next.program->operations()) {
            ended_ = next.ticket;
            queued_.pop_front();
            continue;
        }
        if (written.pieces.size() == kPieces) {
            break;
        }
        const Work work = next.program->work(next.operation);
        const double part = work.seconds / work.parts;
        const double left = slice.seconds - report_.expected;
        const std::uint32_t parts_left = work.parts - next.part;
        std::uint32_t count = parts_left;
        if (left < part * parts_left) {
            count = left > part ? static_cast<std::uint32_t>(left / part) : 0;
            if (count == 0 && !written.pieces.empty()) {
                break;
            }
            count = std::clamp(count, 1u, parts_left);
        }
        written.pieces.emplace_back(next.program, Piece{next.operation, next.part, count, false});
        report_.expected += part * count;
        ++report_.operations;
        next.part += count;
        if (next.part == work.parts) {
            next.part = 0;
            ++next.operation;
        }
    }
    written.ticket = ended_;
}

void SliceStream::measure(const Written& slice) {
    if (slice.pieces.empty()) {
        return;
    }
    taken_[slice.ring] = false;
    const auto first = static_cast<std::uint32_t>(slice.ring) * kPieces * 2;
    std::vector<std::uint64_t> ticks(2 * slice.pieces.size());
    const VkResult result = device().vk().GetQueryPoolResults(
        device().handle(), queries_, first, static_cast<std::uint32_t>(ticks.size()),
        ticks.size() * sizeof(std::uint64_t), ticks.data(), sizeof(std::uint64_t),
        VK_QUERY_RESULT_64_BIT);
    if (result != VK_SUCCESS) {
        return;  // a device that is lost says so elsewhere
    }
    const double period = 1e-9 * static_cast<double>(device().limits().timestampPeriod);
    const std::uint32_t bits = device().timestamp_bits();
    const std::uint64_t mask = bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    const auto seconds = [&](std::size_t from, std::size_t to) {
        return period * static_cast<double>((ticks[to] - ticks[from]) & mask);
    };
    for (std::size_t i = 0; i < slice.pieces.size(); ++i) {
        const auto& [program, piece] = slice.pieces[i];
        program->learn(piece, seconds(2 * i, 2 * i + 1));
    }
    report_.measured = seconds(0, ticks.size() - 1);
    report_.measured_frame = slice.frame;
}

void SliceStream::complete(std::uint64_t frame) {
    {
        const std::lock_guard lock(mutex_);
        while (!written_.empty() && written_.front().frame <= frame) {
            try {
                measure(written_.front());
            } catch (const std::bad_alloc&) {
                // Not measured, then.
            }
            completed_ = std::max(completed_, written_.front().ticket);
            written_.pop_front();
        }
    }
    changed_.notify_all();
}

std::uint64_t SliceStream::written() const {
    const std::lock_guard lock(mutex_);
    return ended_;
}

std::vector<Timing> SliceStream::timings(const Program& program) const {
    const std::lock_guard lock(mutex_);
    return program.learned();
}

void SliceStream::cancel() {
    {
        const std::lock_guard lock(mutex_);
        cancelled_ = true;
        queued_.clear();
    }
    changed_.notify_all();
}

void SliceStream::lose_device() {
    {
        const std::lock_guard lock(mutex_);
        lost_ = true;
        queued_.clear();
        written_.clear();
    }
    changed_.notify_all();
}

}  // namespace impasto::gpu
