#include "settings/suggest.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace impasto::settings {
namespace {

// Letters replaced, left out, added, or two neighbours swapped (optimal string alignment), by rows:
// row[j] is the distance of a's first i letters to b's first j.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    std::vector<std::size_t> before(row.size());  // row i - 1
    std::vector<std::size_t> before_that(row.size());
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::swap(before_that, before);
        before = row;
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, before[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_that[j - 2] + 1);
            }
        }
    }
    return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         std::string_view before) {
    const std::string* nearest = nullptr;
    // A third of the letters may be wrong; and the beginning of one word alone will do.
    std::size_t best = std::max<std::size_t>(word.size() / 3, 1) + 1;
    for (const std::string& candidate : known) {
        const bool begun = word.size() >= 3 && candidate.starts_with(word);
        const std::size_t distance = begun ? 1 : edit_distance(word, candidate);
        if (distance < best) {
            best = distance;
            nearest = &candidate;
        }
    }
    if (nearest == nullptr) return "";
    return "; did you mean '" + std::string(before) + *nearest + "'?";
}

}  // namespace impasto::settings
