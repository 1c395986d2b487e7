// The one way an operation records a dispatch.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "gpu/program.h"
#include "nn/shape.h"

namespace impasto::nn {

// Workgroups of `threads` threads for `count` items along x, at most as many as every device runs
// (maxComputeWorkGroupCount): a kernel launched so strides over the rest.
inline std::uint32_t groups_for(std::size_t count, std::size_t threads) {
    return std::clamp<std::uint32_t>(divide_up(count, threads), 1, 65535);
}

// Whether the device wants the variants of kernels that load two words at once and share what is
// uniform by broadcast: drivers on the CPU, where a load costs as much as dozens of multiply-adds
// (bench/NOTES.md). Their workgroups of 8 threads would leave most of a GPU's subgroup idle.
inline bool loads_are_dear(const gpu::Device& device) {
    const gpu::Capabilities& can = device.capabilities();
    return device.info().type == VK_PHYSICAL_DEVICE_TYPE_CPU && can.int64 && can.subgroup_broadcast;
}

// Buffers and specialization constants in the shader's order; `params` is the struct shared with
// it.
template <typename Params>
void record(gpu::Program& program, const gpu::Shader& shader,
            std::initializer_list<const gpu::Buffer*> buffers,
            std::initializer_list<std::uint32_t> constants, const Params& params,
            std::array<std::uint32_t, 3> groups, double flops = 0, double bytes = 0,
            std::uint32_t subgroup_size = 0) {
    static_assert(sizeof(Params) % 4 == 0);
    program.dispatch({.shader = shader,
                      .buffers = {buffers.begin(), buffers.size()},
                      .constants = {constants.begin(), constants.size()},
                      .params = &params,
                      .params_bytes = sizeof(Params),
                      .groups = groups,
                      .subgroup_size = subgroup_size,
                      .flops = flops,
                      .bytes = bytes});
}

}  // namespace impasto::nn
