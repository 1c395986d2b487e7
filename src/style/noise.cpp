#include "style/noise.h"

#include <random>

namespace impasto::style {

std::vector<float> noise(std::size_t count, std::uint64_t seed) {
    // The engine is specified to the bit and std::normal_distribution is not, so the sum of twelve
    // uniform values stands in for it (Irwin-Hall: variance 1).
    std::mt19937_64 engine(seed);
    std::vector<float> values(count);
    for (float& value : values) {
        double sum = -6.0;
        for (int k = 0; k < 12; ++k) {
            sum += static_cast<double>(engine() >> 11) * 0x1p-53;
        }
        value = static_cast<float>(0.5 + 0.1 * sum);
    }
    return values;
}

}  // namespace impasto::style
