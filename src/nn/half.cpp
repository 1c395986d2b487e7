#include "nn/half.h"

#include "include/half.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

static_assert(kHalfPad == HALF_PAD);

namespace {

void record_pack(gpu::Program& program, const gpu::Buffer& from, const HalfPackParams& params,
                 const gpu::Buffer& packed) {
    const std::size_t parts =
        half_weights_size(params.out_channels, params.in_channels, params.taps) * 2 / HALF_PART;
    record(program, shaders::half_pack, {&from, &packed}, {}, params,
           {groups_for(parts, HALF_THREADS), 1, 1});
}

}  // namespace

void record_half_pack_forward(gpu::Program& program, const gpu::Buffer& oihw,
                              std::uint32_t out_channels, std::uint32_t in_channels, float scale,
                              const gpu::Buffer& packed) {
    record_pack(program, oihw, {out_channels, in_channels, 9, 9 * in_channels, 9, 0, scale},
                packed);
}

void record_half_pack_backward(gpu::Program& program, const gpu::Buffer& oihw,
                               std::uint32_t out_channels, std::uint32_t in_channels, float scale,
                               const gpu::Buffer& packed) {
    record_pack(program, oihw, {in_channels, out_channels, 9, 9, 9 * in_channels, 1, scale},
                packed);
}

void record_half_pack_matrix(gpu::Program& program, const gpu::Buffer& matrix,
                             std::uint32_t channels, float scale, const gpu::Buffer& packed) {
    record_pack(program, matrix, {channels, channels, 1, channels, 1, 0, scale}, packed);
}

void record_half_unpack(gpu::Program& program, const gpu::Buffer& x, const Shape& shape,
                        float scale, const gpu::Buffer& y) {
    const HalfUnpackParams params{shape.channels, static_cast<std::uint32_t>(shape.plane()), scale};
    record(program, shaders::half_unpack, {&x, &y}, {}, params,
           {groups_for(shape.plane(), HALF_THREADS), half_channels(shape.channels) / HALF_PART, 1});
}

}  // namespace impasto::nn
