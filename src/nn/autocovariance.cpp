#include "nn/autocovariance.h"

#include <bit>

#include "include/autocovariance.h"
#include "nn/half.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

AutocovarianceParams params_for(const Shape& shape, std::uint32_t count, Borders borders,
                                std::uint32_t factor) {
    return {shape.channels,
            shape.height,
            shape.width,
            count,
            borders.y == Border::kWrap ? 1u : 0u,
            borders.x == Border::kWrap ? 1u : 0u,
            half_channels(shape.channels) / 2,
            factor};
}

// What a workgroup's y counts: channels, or pairs of them.
std::uint32_t items(MapKind kind, const Shape& shape) {
    return kind == MapKind::kFloat ? shape.channels : half_channels(shape.channels) / 2;
}

}  // namespace

std::vector<float> shift_words(std::span<const Shift> shifts) {
    std::vector<float> words;
    for (const Shift& shift : shifts) {
        words.push_back(std::bit_cast<float>(shift.dy));
        words.push_back(std::bit_cast<float>(shift.dx));
    }
    return words;
}

void record_autocovariance(gpu::Program& program, MapKind kind, const gpu::Buffer& features,
                           const Shape& shape, const gpu::Buffer& shifts, std::uint32_t count,
                           const gpu::Buffer& means, const gpu::Buffer& autocovariances,
                           Borders borders) {
    record(program,
           kind == MapKind::kFloat ? shaders::autocovariance : shaders::autocovariance_half,
           {&features, &shifts, &means, &autocovariances}, {}, params_for(shape, count, borders, 0),
           {divide_up(count, AUTOCOVARIANCE_SHIFTS), items(kind, shape), 1},
           2.0 * static_cast<double>(shape.size()) * count);
}

void record_autocovariance_backward(gpu::Program& program, MapKind kind,
                                    const gpu::Buffer& features, const Shape& shape,
                                    const gpu::Buffer& shifts, std::uint32_t count,
                                    const gpu::Buffer& means, const gpu::Buffer& differences,
                                    const gpu::Buffer& factors, std::uint32_t factor,
                                    const gpu::Buffer& gradient, bool accumulate, Borders borders) {
    record(program,
           kind == MapKind::kFloat ? shaders::autocovariance_backward
                                   : shaders::autocovariance_backward_half,
           {&features, &shifts, &means, &differences, &factors, &gradient}, {accumulate ? 1u : 0u},
           params_for(shape, count, borders, factor),
           {groups_for(shape.plane(), AUTOCOVARIANCE_THREADS), items(kind, shape), 1},
           4.0 * static_cast<double>(shape.size()) * count);
}

}  // namespace impasto::nn
