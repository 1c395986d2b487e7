#include "viewer/host_buffer.h"

namespace impasto::viewer {

Result<HostBuffer> HostBuffer::create(const Device& device, VkDeviceSize bytes,
                                      VkBufferUsageFlags usage) {
    HostBuffer made;
    made.bytes_ = bytes;
    VkBufferCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
    info.size = bytes;
    info.usage = usage;
    auto buffer = make<Buffer>(device.get(), info, vkCreateBuffer, "vkCreateBuffer");
    if (!buffer) {
        return buffer.error();
    }
    made.buffer_ = *std::move(buffer);
    VkMemoryRequirements needs{};
    vkGetBufferMemoryRequirements(device.get(), made.buffer_.get(), &needs);
    auto memory = device.allocate(
        needs, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT);
    if (!memory) {
        return memory.error();
    }
    made.memory_ = *std::move(memory);
    IMPASTO_TRY(check(vkBindBufferMemory(device.get(), made.buffer_.get(), made.memory_.get(), 0),
                      "vkBindBufferMemory"));
    void* mapped = nullptr;
    IMPASTO_TRY(check(vkMapMemory(device.get(), made.memory_.get(), 0, VK_WHOLE_SIZE, 0, &mapped),
                      "vkMapMemory"));
    made.data_ = static_cast<std::byte*>(mapped);
    return made;
}

void HostBuffer::make_visible(VkCommandBuffer commands) {
    VkMemoryBarrier written{};
    written.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER;
    written.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
    written.dstAccessMask = VK_ACCESS_HOST_READ_BIT;
    vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 0, 1,
                         &written, 0, nullptr, 0, nullptr);
}

}  // namespace impasto::viewer
