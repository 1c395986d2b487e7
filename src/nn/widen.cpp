#include "nn/widen.h"

#include "include/widen.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

void record_widen(gpu::Program& program, const gpu::Buffer& halves, std::size_t count,
                  const gpu::Buffer& floats) {
    record(program, shaders::widen, {&halves, &floats}, {},
           WidenParams{static_cast<std::uint32_t>(count)},
           {groups_for(halves_size(count), WIDEN_THREADS), 1, 1});
}

}  // namespace impasto::nn
