#include "viewer/queue.h"

#include <algorithm>
#include <limits>

namespace impasto::viewer {

Result<std::unique_ptr<Queue>> Queue::create(const Device& device) {
    std::unique_ptr<Queue> self(new Queue(device));
    VkCommandPoolCreateInfo pool{};
    pool.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
    pool.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT;
    pool.queueFamilyIndex = device.family();
    auto made = make<CommandPool>(device.get(), pool, vkCreateCommandPool, "vkCreateCommandPool");
    if (!made) {
        return made.error();
    }
    self->pool_ = *std::move(made);
    for (Slot& slot : self->slots_) {
        VkCommandBufferAllocateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
        info.commandPool = self->pool_.get();
        info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
        info.commandBufferCount = 1;
        IMPASTO_TRY(check(vkAllocateCommandBuffers(device.get(), &info, &slot.commands),
                          "vkAllocateCommandBuffers"));
        VkFenceCreateInfo fence{};
        fence.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO;
        auto fenced = make<Fence>(device.get(), fence, vkCreateFence, "vkCreateFence");
        if (!fenced) {
            return fenced.error();
        }
        slot.fence = *std::move(fenced);
    }
    return self;
}

Queue::~Queue() {
    if (!lost_) {
        static_cast<void>(wait_all());
    }
}

Result<Submission> Queue::begin() {
    const std::uint64_t number = last_ + 1;
    if (number > kSlots) {
        IMPASTO_TRY(wait(number - kSlots, std::numeric_limits<double>::infinity()));
    }
    Slot& next = slot(number);
    IMPASTO_TRY(check(vkResetCommandBuffer(next.commands, 0), "vkResetCommandBuffer"));
    VkCommandBufferBeginInfo info{};
    info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
    info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    IMPASTO_TRY(check(vkBeginCommandBuffer(next.commands, &info), "vkBeginCommandBuffer"));
    return Submission{next.commands, number};
}

Status Queue::submit(const Submission& submission, const Signals& signals) {
    IMPASTO_TRY(check(vkEndCommandBuffer(submission.commands), "vkEndCommandBuffer"));
    Slot& used = slot(submission.number);
    const VkFence fence = used.fence.get();
    IMPASTO_TRY(check(vkResetFences(device_.get(), 1, &fence), "vkResetFences"));
    const VkPipelineStageFlags stage = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
    VkSubmitInfo info{};
    info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
    info.waitSemaphoreCount = signals.wait != VK_NULL_HANDLE ? 1 : 0;
    info.pWaitSemaphores = &signals.wait;
    info.pWaitDstStageMask = &stage;
    info.commandBufferCount = 1;
    info.pCommandBuffers = &submission.commands;
    info.signalSemaphoreCount = signals.signal != VK_NULL_HANDLE ? 1 : 0;
    info.pSignalSemaphores = &signals.signal;
    IMPASTO_TRY(check(vkQueueSubmit(device_.queue(), 1, &info, fence), "vkQueueSubmit"));
    last_ = submission.number;
    return {};
}

Status Queue::discard(const Submission& submission) {
    return check(vkEndCommandBuffer(submission.commands), "vkEndCommandBuffer");
}

void Queue::take_completed(std::uint64_t number) {
    completed_ = std::max(completed_, number);
    while (!kept_.empty() && kept_.front().number <= completed_) {
        kept_.pop_front();
    }
}

Result<std::uint64_t> Queue::completed() {
    while (completed_ < last_) {
        const VkResult state = vkGetFenceStatus(device_.get(), slot(completed_ + 1).fence.get());
        if (state == VK_NOT_READY) {
            break;
        }
        IMPASTO_TRY(check(state, "vkGetFenceStatus"));
        take_completed(completed_ + 1);
    }
    return completed_;
}

Status Queue::wait(std::uint64_t number, double seconds) {
    if (number <= completed_ || number > last_) {
        return {};
    }
    constexpr double kLongest = 10;  // a hung device is found out by its driver
    const auto nanoseconds = static_cast<std::uint64_t>(1e9 * std::clamp(seconds, 0.0, kLongest));
    const VkFence fence = slot(number).fence.get();
    VkResult result = VK_TIMEOUT;
    do {
        result = vkWaitForFences(device_.get(), 1, &fence, VK_TRUE, nanoseconds);
    } while (result == VK_TIMEOUT && seconds > kLongest);
    IMPASTO_TRY(check(result, "vkWaitForFences"));
    if (result == VK_SUCCESS) {
        take_completed(number);  // and with it all before: one queue, in order
    }
    return {};
}

Status Queue::wait_all() { return wait(last_, std::numeric_limits<double>::infinity()); }

}  // namespace impasto::viewer
