// A share of a batch, for one of several machines or tasks of a queue.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace impasto::batch {

struct Shard {
    std::uint32_t index = 1;  // from 1
    std::uint32_t count = 1;

    bool all() const { return count == 1; }
    // Whether the job of this output is of this shard. It depends on the name alone, not on what
    // else there is: a shard that starts an hour later, when more pictures lie there, agrees with
    // those before it on who does what. Names are spread evenly, as dice are.
    bool has(std::string_view output) const;
    // ".2-of-8", or "" for all
    std::string suffix() const;
};

inline constexpr std::uint32_t kMostShards = 1000000;

// kInvalidArgument unless 1 <= index <= count <= kMostShards.
Result<Shard> make_shard(std::uint64_t index, std::uint64_t count);

}  // namespace impasto::batch
