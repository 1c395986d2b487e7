// Where a program is cut: no submission longer than a target, since Windows and some drivers reset
// a device whose single submission runs for seconds, and a desktop on the same device stands still
// meanwhile. What would be longer by itself is divided.
//
//     work         |  a  |   b   |            c            | d | e |
//     pieces       |  a  |   b   |   c 0   |  c 1  |  c 2  | d | e |
//     submissions  '-------------+---------+-------+-----------+---'
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace impasto::gpu {

struct Work {
    double seconds = 0;       // expected
    std::uint32_t parts = 1;  // equal ones that it can be divided into
};

struct Piece {
    std::size_t work = 0;     // index
    std::uint32_t first = 0;  // of its parts
    std::uint32_t count = 1;
    bool opens = false;  // a submission begins here

    bool operator==(const Piece&) const = default;
};

// All parts of all works, in order. A submission takes at most `target` seconds, as far as the
// works can be divided.
std::vector<Piece> cut(std::span<const Work> works, double target);

}  // namespace impasto::gpu
