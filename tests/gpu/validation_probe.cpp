// Does what the validation layer must notice, to prove that it is on where the tests run:
//
//   validation_probe hazard    two writes with no barrier between them
//   validation_probe misuse    a fill beyond the end of a buffer
//
// Nothing is submitted.
#include <cstdio>
#include <cstring>

#include "gpu/arena.h"
#include "gpu/program.h"

using namespace impasto;

int main(int argc, char** argv) {
    auto instance = gpu::Instance::create();
    auto physical = instance ? gpu::select_device(**instance, "") : instance.error();
    if (!physical) {
        std::printf("skipped: %s\n", physical.error().message.c_str());
        return 77;
    }
    auto device = gpu::Device::create(*instance, *physical);
    if (!device) {
        return 1;
    }
    gpu::Arena arena(**device);
    const gpu::Buffer& buffer = arena.reserve(64);
    gpu::Program program(**device);
    if (!arena.commit("the probe")) {
        return 1;
    }
    program.fill(buffer, 1);
    const auto& vk = (*device)->vk();
    const VkCommandBuffer commands = program.command_buffers().back();
    const bool hazard = argc > 1 && std::strcmp(argv[1], "hazard") == 0;
    vk.CmdFillBuffer(commands, buffer.handle, hazard ? 0 : 4096, 4, 2);
    return program.finish() ? 0 : 1;
}
