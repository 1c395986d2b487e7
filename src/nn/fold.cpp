#include "nn/fold.h"

#include "include/fold.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

void record_fold(gpu::Program& program, const gpu::Buffer& padded, const gpu::Buffer* mask,
                 const gpu::Buffer& dx, const Shape& shape, Borders borders) {
    const FoldParams params{shape.channels,
                            shape.height,
                            shape.width,
                            borders.y == Border::kReplicate ? 1u : 0u,
                            borders.x == Border::kReplicate ? 1u : 0u,
                            mask != nullptr ? 1u : 0u};
    record(program, shaders::fold, {&padded, mask != nullptr ? mask : &dx, &dx}, {}, params,
           {groups_for(shape.plane(), FOLD_THREADS), shape.channels, 1});
}

}  // namespace impasto::nn
