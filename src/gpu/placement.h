// Where buffers lie in memory when each is needed for a while only: those that are never needed at
// the same time may lie over each other.
//
//     offset
//       |  +-----------+
//       |  |     b     |+-------+
//       |  +-----------+|   d   |         a and c overlap in time, so they lie apart; e comes when
//       |  +-------++---+-------+--+      a and b are gone, and takes their memory
//       |  |   a   ||      c       |
//       +--+-------++--------------+--> step
//
// Finding the lowest pile is as hard as bin packing. The greedy of Pisarchyk and Lee 2020
// (Efficient Memory Management for Deep Neural Net Inference, "by size") is used: the largest
// first, each at the lowest offset that is free for all of its life.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace impasto::gpu {

// From the step that writes a buffer first to the one that reads it last, both included, as the
// caller counts its steps. Without numbers: always.
struct Lifetime {
    static constexpr std::uint32_t kEnd = std::numeric_limits<std::uint32_t>::max();

    std::uint32_t first = 0;
    std::uint32_t last = kEnd;

    bool overlaps(const Lifetime& other) const {
        return first <= other.last && other.first <= last;
    }
};

struct Reservation {
    std::uint64_t bytes = 0;
    Lifetime lifetime;
};

struct Place {
    std::size_t block = 0;
    std::uint64_t offset = 0;
};

struct Placement {
    std::vector<Place> places;          // of each reservation, in the order given
    std::vector<std::uint64_t> blocks;  // bytes of each block of memory

    std::uint64_t bytes() const;  // of all blocks
};

// Offsets are multiples of `alignment`. A block is `largest_block` bytes long at most, but for a
// reservation that is longer by itself and has one of its own. The same reservations give the same
// places.
Placement place(std::span<const Reservation> reservations, std::uint64_t alignment,
                std::uint64_t largest_block);

}  // namespace impasto::gpu
