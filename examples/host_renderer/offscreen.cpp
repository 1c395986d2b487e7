#include <cstring>

#include "output.h"

namespace host {

Offscreen::Offscreen(const Device& device, VkExtent2D size) : device_(device) {
    format = VK_FORMAT_R8G8B8A8_SRGB;
    extent = size;
    final_layout = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL;
    for (uint32_t i = 0; i < kFramesInFlight; ++i) {
        owned_.push_back(
            make_image(device, format, size, 1,
                       VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT,
                       VK_IMAGE_ASPECT_COLOR_BIT));
        images.push_back(owned_.back().image.get());
        views.push_back(owned_.back().view.get());
    }
}

std::vector<uint8_t> Offscreen::read(uint32_t image) const {
    std::vector<uint8_t> rgba(size_t{4} * extent.width * extent.height);
    const Buffer buffer = make_buffer(device_, rgba.size(), VK_BUFFER_USAGE_TRANSFER_DST_BIT, true);
    run_once(device_, [&](VkCommandBuffer commands) {
        VkBufferImageCopy region{};
        region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
        region.imageExtent = {extent.width, extent.height, 1};
        vkCmdCopyImageToBuffer(commands, images[image], VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                               buffer.buffer.get(), 1, &region);
        VkMemoryBarrier to_host{};
        to_host.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER;
        to_host.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
        to_host.dstAccessMask = VK_ACCESS_HOST_READ_BIT;
        vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT,
                             0, 1, &to_host, 0, nullptr, 0, nullptr);
    });
    std::memcpy(rgba.data(), buffer.mapped, rgba.size());
    return rgba;
}

}  // namespace host
