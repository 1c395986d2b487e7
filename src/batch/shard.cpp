#include "batch/shard.h"

#include <charconv>
#include <span>

#include "base/sha256.h"

namespace impasto::batch {

bool Shard::has(std::string_view output) const {
    if (all()) return true;
    const std::string hash = sha256_hex(std::as_bytes(std::span(output)));
    std::uint64_t number = 0;
    std::from_chars(hash.data(), hash.data() + 15, number, 16);
    return number % count == index - 1;
}

std::string Shard::suffix() const {
    return all() ? "" : "." + std::to_string(index) + "-of-" + std::to_string(count);
}

Result<Shard> make_shard(std::uint64_t index, std::uint64_t count) {
    if (count < 1 || count > kMostShards || index < 1 || index > count) {
        return Error{ErrorCode::kInvalidArgument,
                     "there is no shard " + std::to_string(index) + " of " + std::to_string(count) +
                         ": it is i/n with i from 1 to n, and n up to 1000000"};
    }
    return Shard{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(count)};
}

}  // namespace impasto::batch
