#include "frames.h"

namespace host {

Frames::Frames(const Device& device) : device_(device) {
    VkCommandPoolCreateInfo pool_info{};
    pool_info.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
    pool_info.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT;
    pool_info.queueFamilyIndex = device.queue_family;
    VkCommandPool pool = VK_NULL_HANDLE;
    check(vkCreateCommandPool(device.get(), &pool_info, nullptr, &pool), "vkCreateCommandPool");
    pool_ = {device.get(), pool};
    for (Slot& slot : slots_) {
        VkCommandBufferAllocateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
        info.commandPool = pool;
        info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
        info.commandBufferCount = 1;
        check(vkAllocateCommandBuffers(device.get(), &info, &slot.commands),
              "vkAllocateCommandBuffers");
        VkFenceCreateInfo fence_info{};
        fence_info.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO;
        fence_info.flags = VK_FENCE_CREATE_SIGNALED_BIT;
        VkFence fence = VK_NULL_HANDLE;
        check(vkCreateFence(device.get(), &fence_info, nullptr, &fence), "vkCreateFence");
        slot.fence = {device.get(), fence};
    }
    if (device.timestamp_ms > 0) {
        VkQueryPoolCreateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO;
        info.queryType = VK_QUERY_TYPE_TIMESTAMP;
        info.queryCount = kMarks * kFramesInFlight;
        VkQueryPool queries = VK_NULL_HANDLE;
        check(vkCreateQueryPool(device.get(), &info, nullptr, &queries), "vkCreateQueryPool");
        queries_ = {device.get(), queries};
    }
}

void Frames::wait() {
    // A frame that was left out keeps its number for the next one.
    if (submitted_) ++number_;
    submitted_ = false;
    const VkFence fence = slots_[slot()].fence.get();
    check(vkWaitForFences(device_.get(), 1, &fence, VK_TRUE, UINT64_MAX), "vkWaitForFences");
}

GpuTimes Frames::times(uint32_t slot) const {
    if (queries_.get() == VK_NULL_HANDLE) return {};
    uint64_t ticks[kMarks]{};
    const VkResult result =
        vkGetQueryPoolResults(device_.get(), queries_.get(), slot * kMarks, kMarks, sizeof ticks,
                              ticks, sizeof ticks[0], VK_QUERY_RESULT_64_BIT);
    check(result, "vkGetQueryPoolResults");
    if (result != VK_SUCCESS) return {};
    const auto between = [&](Mark first, Mark last) {
        return static_cast<double>((ticks[last] - ticks[first]) & device_.timestamp_mask) *
               device_.timestamp_ms;
    };
    return {between(kBegin, kDrawing), between(kDrawing, kEnd)};
}

VkCommandBuffer Frames::begin() {
    const Slot& now = slots_[slot()];
    VkCommandBufferBeginInfo info{};
    info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
    info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    check(vkBeginCommandBuffer(now.commands, &info), "vkBeginCommandBuffer");
    if (queries_.get() != VK_NULL_HANDLE) {
        vkCmdResetQueryPool(now.commands, queries_.get(), slot() * kMarks, kMarks);
    }
    mark(kBegin);
    return now.commands;
}

void Frames::mark_drawing() { mark(kDrawing); }

// At the bottom of the pipe: when all commands before have ended, those of the last frame too.
void Frames::mark(Mark which) {
    if (queries_.get() == VK_NULL_HANDLE) return;
    vkCmdWriteTimestamp(slots_[slot()].commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT,
                        queries_.get(), slot() * kMarks + which);
}

void Frames::submit(VkSemaphore wait, VkSemaphore signal) {
    mark(kEnd);
    const Slot& now = slots_[slot()];
    check(vkEndCommandBuffer(now.commands), "vkEndCommandBuffer");
    // The slice needs no image of the window: only the drawing waits for it.
    const VkPipelineStageFlags stage = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
    VkSubmitInfo info{};
    info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
    info.waitSemaphoreCount = wait != VK_NULL_HANDLE ? 1 : 0;
    info.pWaitSemaphores = &wait;
    info.pWaitDstStageMask = &stage;
    info.commandBufferCount = 1;
    info.pCommandBuffers = &now.commands;
    info.signalSemaphoreCount = signal != VK_NULL_HANDLE ? 1 : 0;
    info.pSignalSemaphores = &signal;
    const VkFence fence = now.fence.get();
    check(vkResetFences(device_.get(), 1, &fence), "vkResetFences");
    check(vkQueueSubmit(device_.queue, 1, &info, fence), "vkQueueSubmit");
    submitted_ = true;
}

}  // namespace host
