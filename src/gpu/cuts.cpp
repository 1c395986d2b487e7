#include "gpu/cuts.h"

#include <algorithm>
#include <cmath>

namespace impasto::gpu {

std::vector<Piece> cut(std::span<const Work> works, double target) {
    std::vector<Piece> pieces;
    pieces.reserve(works.size());
    double used = 0;  // of the submission's seconds
    for (std::size_t i = 0; i < works.size(); ++i) {
        const std::uint32_t parts = std::max(works[i].parts, 1u);
        const double needed = std::ceil(works[i].seconds / target);
        const auto bands =
            static_cast<std::uint32_t>(std::clamp(needed, 1.0, static_cast<double>(parts)));
        const auto begin_of = [&](std::uint64_t band) {
            return static_cast<std::uint32_t>(band * parts / bands);
        };
        for (std::uint32_t band = 0; band < bands; ++band) {
            const std::uint32_t first = begin_of(band);
            const std::uint32_t count = begin_of(band + 1) - first;
            const double seconds = works[i].seconds * count / parts;
            const bool opens = pieces.empty() || (used > 0 && used + seconds > target);
            used = opens ? seconds : used + seconds;
            pieces.push_back({i, first, count, opens});
        }
    }
    return pieces;
}

}  // namespace impasto::gpu
