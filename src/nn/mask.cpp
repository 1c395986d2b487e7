#include "nn/mask.h"

#include "include/mask.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

void record_mask(gpu::Program& program, const gpu::Buffer& mask, const Shape& shape,
                 const gpu::Buffer& x) {
    const MaskParams params{static_cast<std::uint32_t>(shape.size()),
                            static_cast<std::uint32_t>(shape.plane())};
    record(program, shaders::mask, {&mask, &x}, {}, params,
           {groups_for(shape.size(), MASK_THREADS), 1, 1});
}

}  // namespace impasto::nn
