// What a kernel's SPIR-V says about itself.
#pragma once

#include <cstdint>
#include <span>

namespace impasto::gpu {

// The axes (bit 0 for x, 1 for y, 2 for z) whose number of workgroups the kernel asks for: it
// strides over what lies beyond, and a part of its groups would do the work of all. Dispatches are
// divided along the other axes only. Where it can't be told, all three.
std::uint32_t strided_axes(std::span<const std::uint32_t> code);

}  // namespace impasto::gpu
