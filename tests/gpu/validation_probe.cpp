// Does what the validation layer must notice, to prove that it is on where the tests run:
//
//   validation_probe hazard    two writes with no barrier between them
//   validation_probe misuse    a fill beyond the end of a buffer
//
// Nothing is submitted.
#include <cstdio>
#include <cstring>

#include "gpu/arena.h"
#include "gpu/device.h"

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
    if (!arena.commit("the probe")) {
        return 1;
    }
    const auto& vk = (*device)->vk();
    VkCommandPoolCreateInfo pool_info{};
    pool_info.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
    pool_info.queueFamilyIndex = (*device)->queue_family();
    VkCommandPool pool = VK_NULL_HANDLE;
    if (vk.CreateCommandPool((*device)->handle(), &pool_info, nullptr, &pool) != VK_SUCCESS) {
        return 1;
    }
    VkCommandBufferAllocateInfo allocate{};
    allocate.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
    allocate.commandPool = pool;
    allocate.commandBufferCount = 1;
    VkCommandBuffer commands = VK_NULL_HANDLE;
    VkCommandBufferBeginInfo begin{};
    begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
    bool recorded =
        vk.AllocateCommandBuffers((*device)->handle(), &allocate, &commands) == VK_SUCCESS &&
        vk.BeginCommandBuffer(commands, &begin) == VK_SUCCESS;
    if (recorded) {
        const bool hazard = argc > 1 && std::strcmp(argv[1], "hazard") == 0;
        vk.CmdFillBuffer(commands, buffer.handle, 0, buffer.bytes, 1);
        vk.CmdFillBuffer(commands, buffer.handle, hazard ? 0 : 4096, 4, 2);
        recorded = vk.EndCommandBuffer(commands) == VK_SUCCESS;
    }
    vk.DestroyCommandPool((*device)->handle(), pool, nullptr);
    return recorded ? 0 : 1;
}
