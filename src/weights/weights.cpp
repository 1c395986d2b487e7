#include "weights/weights.h"

#include <cstdint>
#include <cstring>

#include "base/float16.h"

namespace impasto {

std::vector<float> weight_floats(const ConvWeights& conv) {
    if (conv.half.empty()) {
        return conv.weight;
    }
    std::vector<float> values(conv.half.size() / sizeof(std::uint16_t));
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint16_t bits = 0;
        std::memcpy(&bits, conv.half.data() + i * sizeof bits, sizeof bits);
        values[i] = half_to_float(bits);
    }
    return values;
}

}  // namespace impasto
