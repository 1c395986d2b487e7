#include "resources.h"

#include <cstring>

#include "failure.h"

namespace host {
namespace {

Memory allocate(const Device& device, const VkMemoryRequirements& needs,
                VkMemoryPropertyFlags wanted) {
    for (uint32_t i = 0; i < device.memory.memoryTypeCount; ++i) {
        const bool fits = (needs.memoryTypeBits >> i & 1) != 0 &&
                          (device.memory.memoryTypes[i].propertyFlags & wanted) == wanted;
        if (!fits) continue;
        VkMemoryAllocateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
        info.allocationSize = needs.size;
        info.memoryTypeIndex = i;
        VkDeviceMemory memory = VK_NULL_HANDLE;
        check(vkAllocateMemory(device.get(), &info, nullptr, &memory), "vkAllocateMemory");
        return {device.get(), memory};
    }
    throw Failure(kNoDevice, "the device has no memory of the kind that is needed");
}

}  // namespace

Buffer make_buffer(const Device& device, VkDeviceSize size, VkBufferUsageFlags usage, bool host) {
    VkBufferCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
    info.size = size;
    info.usage = usage;
    VkBuffer handle = VK_NULL_HANDLE;
    check(vkCreateBuffer(device.get(), &info, nullptr, &handle), "vkCreateBuffer");
    Buffer made;
    made.buffer = {device.get(), handle};
    VkMemoryRequirements needs{};
    vkGetBufferMemoryRequirements(device.get(), handle, &needs);
    made.memory =
        allocate(device, needs,
                 host ? VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT
                      : VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
    check(vkBindBufferMemory(device.get(), handle, made.memory.get(), 0), "vkBindBufferMemory");
    if (host) {
        check(vkMapMemory(device.get(), made.memory.get(), 0, VK_WHOLE_SIZE, 0, &made.mapped),
              "vkMapMemory");
    }
    return made;
}

Image make_image(const Device& device, VkFormat format, VkExtent2D extent, uint32_t levels,
                 VkImageUsageFlags usage, VkImageAspectFlags aspect) {
    VkImageCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO;
    info.imageType = VK_IMAGE_TYPE_2D;
    info.format = format;
    info.extent = {extent.width, extent.height, 1};
    info.mipLevels = levels;
    info.arrayLayers = 1;
    info.samples = VK_SAMPLE_COUNT_1_BIT;
    info.tiling = VK_IMAGE_TILING_OPTIMAL;
    info.usage = usage;
    VkImage handle = VK_NULL_HANDLE;
    check(vkCreateImage(device.get(), &info, nullptr, &handle), "vkCreateImage");
    Image made;
    made.image = {device.get(), handle};
    made.extent = extent;
    made.levels = levels;
    VkMemoryRequirements needs{};
    vkGetImageMemoryRequirements(device.get(), handle, &needs);
    made.memory = allocate(device, needs, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
    check(vkBindImageMemory(device.get(), handle, made.memory.get(), 0), "vkBindImageMemory");

    VkImageViewCreateInfo view{};
    view.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO;
    view.image = handle;
    view.viewType = VK_IMAGE_VIEW_TYPE_2D;
    view.format = format;
    view.subresourceRange = {aspect, 0, levels, 0, 1};
    VkImageView view_handle = VK_NULL_HANDLE;
    check(vkCreateImageView(device.get(), &view, nullptr, &view_handle), "vkCreateImageView");
    made.view = {device.get(), view_handle};
    return made;
}

void run_once(const Device& device, const std::function<void(VkCommandBuffer)>& record) {
    VkCommandPoolCreateInfo pool_info{};
    pool_info.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
    pool_info.flags = VK_COMMAND_POOL_CREATE_TRANSIENT_BIT;
    pool_info.queueFamilyIndex = device.queue_family;
    VkCommandPool pool_handle = VK_NULL_HANDLE;
    check(vkCreateCommandPool(device.get(), &pool_info, nullptr, &pool_handle),
          "vkCreateCommandPool");
    const CommandPool pool(device.get(), pool_handle);
    VkCommandBufferAllocateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
    info.commandPool = pool_handle;
    info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
    info.commandBufferCount = 1;
    VkCommandBuffer commands = VK_NULL_HANDLE;
    check(vkAllocateCommandBuffers(device.get(), &info, &commands), "vkAllocateCommandBuffers");
    VkCommandBufferBeginInfo begin{};
    begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
    begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    check(vkBeginCommandBuffer(commands, &begin), "vkBeginCommandBuffer");
    record(commands);
    // What was written is there for all commands that come later.
    VkMemoryBarrier written{};
    written.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER;
    written.srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT;
    written.dstAccessMask = VK_ACCESS_MEMORY_READ_BIT;
    vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                         VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 1, &written, 0, nullptr, 0,
                         nullptr);
    check(vkEndCommandBuffer(commands), "vkEndCommandBuffer");
    VkSubmitInfo submit{};
    submit.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
    submit.commandBufferCount = 1;
    submit.pCommandBuffers = &commands;
    check(vkQueueSubmit(device.queue, 1, &submit, VK_NULL_HANDLE), "vkQueueSubmit");
    check(vkQueueWaitIdle(device.queue), "vkQueueWaitIdle");
}

void transition(VkCommandBuffer commands, VkImage image, uint32_t first, uint32_t count,
                const Transition& how) {
    VkImageMemoryBarrier barrier{};
    barrier.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER;
    barrier.srcAccessMask = how.from_access;
    barrier.dstAccessMask = how.to_access;
    barrier.oldLayout = how.from;
    barrier.newLayout = how.to;
    barrier.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.image = image;
    barrier.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, first, count, 0, 1};
    vkCmdPipelineBarrier(commands, how.from_stage, how.to_stage, 0, 0, nullptr, 0, nullptr, 1,
                         &barrier);
}

Buffer upload(const Device& device, const void* bytes, VkDeviceSize size,
              VkBufferUsageFlags usage) {
    const Buffer staging = make_buffer(device, size, VK_BUFFER_USAGE_TRANSFER_SRC_BIT, true);
    std::memcpy(staging.mapped, bytes, size);
    Buffer made = make_buffer(device, size, usage | VK_BUFFER_USAGE_TRANSFER_DST_BIT, false);
    run_once(device, [&](VkCommandBuffer commands) {
        const VkBufferCopy region{0, 0, size};
        vkCmdCopyBuffer(commands, staging.buffer.get(), made.buffer.get(), 1, &region);
    });
    return made;
}

}  // namespace host
