#include "gpu/placement.h"

#include <algorithm>
#include <numeric>

namespace impasto::gpu {

namespace {

// The lowest offset in a block at which `reservation` lies over none of `placed` (indices into
// `reservations` by rising offset) that lives at the same time.
std::uint64_t lowest_offset(const Reservation& reservation,
                            std::span<const Reservation> reservations,
                            std::span<const Place> places, std::span<const std::size_t> placed,
                            std::uint64_t alignment) {
    std::uint64_t offset = 0;
    for (const std::size_t other : placed) {
        if (!reservations[other].lifetime.overlaps(reservation.lifetime)) {
            continue;
        }
        if (offset + reservation.bytes <= places[other].offset) {
            break;
        }
        const std::uint64_t end = places[other].offset + reservations[other].bytes;
        offset = std::max(offset, (end + alignment - 1) / alignment * alignment);
    }
    return offset;
}

}  // namespace

std::uint64_t Placement::bytes() const {
    return std::accumulate(blocks.begin(), blocks.end(), std::uint64_t{0});
}

Placement place(std::span<const Reservation> reservations, std::uint64_t alignment,
                std::uint64_t largest_block) {
    Placement result;
    result.places.resize(reservations.size());
    std::vector<std::size_t> order(reservations.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return reservations[a].bytes > reservations[b].bytes;
    });
    std::vector<std::vector<std::size_t>> placed;  // in each block, by offset
    for (const std::size_t index : order) {
        const Reservation& reservation = reservations[index];
        Place to{placed.size(), 0};
        for (std::size_t block = 0; block < placed.size(); ++block) {
            const std::uint64_t offset =
                lowest_offset(reservation, reservations, result.places, placed[block], alignment);
            if (offset + reservation.bytes <= largest_block) {
                to = {block, offset};
                break;
            }
        }
        if (to.block == placed.size()) {
            placed.emplace_back();
            result.blocks.push_back(0);
        }
        result.places[index] = to;
        std::uint64_t& end = result.blocks[to.block];
        end = std::max(end, to.offset + reservation.bytes);
        auto& neighbours = placed[to.block];
        const auto behind = std::upper_bound(
            neighbours.begin(), neighbours.end(), to.offset,
            [&](std::uint64_t offset, std::size_t k) { return offset < result.places[k].offset; });
        neighbours.insert(behind, index);
    }
    return result;
}

}  // namespace impasto::gpu
