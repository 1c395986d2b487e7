// A host of a SliceStream with one command buffer, which waits for every frame.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>

#include "gpu/slice_stream.h"

namespace impasto::testing {

class SliceHost {
  public:
    explicit SliceHost(gpu::Device& device) : device_(device) {
        VkCommandPoolCreateInfo pool{};
        pool.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
        pool.queueFamilyIndex = device.queue_family();
        EXPECT_EQ(device.vk().CreateCommandPool(device.handle(), &pool, nullptr, &pool_),
                  VK_SUCCESS);
    }
    ~SliceHost() { device_.vk().DestroyCommandPool(device_.handle(), pool_, nullptr); }
    SliceHost(const SliceHost&) = delete;
    SliceHost& operator=(const SliceHost&) = delete;

    // A frame with one slice, which is done and not yet told to be complete.
    gpu::SliceReport frame(gpu::SliceStream& slices, double seconds) {
        const gpu::DeviceFunctions& vk = device_.vk();
        VkCommandBufferAllocateInfo allocate{};
        allocate.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
        allocate.commandPool = pool_;
        allocate.commandBufferCount = 1;
        VkCommandBuffer commands = VK_NULL_HANDLE;
        vk.AllocateCommandBuffers(device_.handle(), &allocate, &commands);
        VkCommandBufferBeginInfo begin{};
        begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
        vk.BeginCommandBuffer(commands, &begin);
        const gpu::SliceReport report = slices.write({commands, ++frame_, seconds});
        vk.EndCommandBuffer(commands);
        VkSubmitInfo submit{};
        submit.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
        submit.commandBufferCount = 1;
        submit.pCommandBuffers = &commands;
        EXPECT_TRUE(device_.submit(submit));
        vk.DeviceWaitIdle(device_.handle());
        vk.FreeCommandBuffers(device_.handle(), pool_, 1, &commands);
        return report;
    }
    std::uint64_t frame_number() const { return frame_; }

  private:
    gpu::Device& device_;
    VkCommandPool pool_ = VK_NULL_HANDLE;
    std::uint64_t frame_ = 0;
};

}  // namespace impasto::testing
