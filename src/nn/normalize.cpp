#include "nn/normalize.h"

#include "include/normalize.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

void record_map(gpu::Program& program, const gpu::Buffer& x, const gpu::Buffer& y,
                std::size_t plane, const ChannelMap& map, bool rests) {
    const auto high = [](double value) { return static_cast<float>(value); };
    // volatile: GCC 12 at -O3 vectorises these differences and takes two of three for zero.
    const auto rest = [](double value) {
        const volatile float rounded = static_cast<float>(value);
        return static_cast<float>(value - static_cast<double>(rounded));
    };
    const auto& [source, scale, offset] = map;
    const NormalizeParams params{static_cast<std::uint32_t>(plane),
                                 source[0],
                                 source[1],
                                 source[2],
                                 high(scale[0]),
                                 high(scale[1]),
                                 high(scale[2]),
                                 high(offset[0]),
                                 high(offset[1]),
                                 high(offset[2]),
                                 rest(scale[0]),
                                 rest(scale[1]),
                                 rest(scale[2]),
                                 rest(offset[0]),
                                 rest(offset[1]),
                                 rest(offset[2])};
    record(program, shaders::normalize, {&x, &y}, {rests ? 1u : 0u}, params,
           {groups_for(plane, NORMALIZE_THREADS), 1, 1});
}

}  // namespace

void record_normalize(gpu::Program& program, const gpu::Buffer& x, const gpu::Buffer& y,
                      std::size_t plane, const ChannelMap& map) {
    record_map(program, x, y, plane, map, true);
}

void record_normalize_backward(gpu::Program& program, const gpu::Buffer& dy, const gpu::Buffer& dx,
                               std::size_t plane, const ChannelMap& map) {
    ChannelMap inverse;
    for (std::uint32_t k = 0; k < 3; ++k) {
        inverse.source[map.source[k]] = k;
        inverse.scale[map.source[k]] = map.scale[k];
    }
    record_map(program, dy, dx, plane, inverse, false);
}

}  // namespace impasto::nn
