// 16-bit floats (IEEE binary16) into the 32-bit ones of the same value, exactly: subnormals,
// infinities and NaNs too. So weights go to the device as their file holds them: half the bytes,
// and the host only copies them.
#pragma once

#include <cstddef>

#include "gpu/program.h"

namespace impasto::nn {

// 32-bit words of `count` 16-bit values, two a word, the first in the lower half. Of an odd number
// the last word's upper half may be anything.
inline std::size_t halves_size(std::size_t count) { return (count + 1) / 2; }

// floats[i] = halves[i] for `count` values; `halves` has halves_size(count) words.
void record_widen(gpu::Program& program, const gpu::Buffer& halves, std::size_t count,
                  const gpu::Buffer& floats);

}  // namespace impasto::nn
