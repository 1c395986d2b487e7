#include "viewer/screenshot.h"

#include <vector>

namespace impasto::viewer {
namespace {

void transition(VkCommandBuffer commands, VkImage image, VkImageLayout from, VkImageLayout to,
                VkAccessFlags access) {
    VkImageMemoryBarrier barrier{};
    barrier.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER;
    barrier.srcAccessMask = 0;
    barrier.dstAccessMask = access;
    barrier.oldLayout = from;
    barrier.newLayout = to;
    barrier.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.image = image;
    barrier.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
    vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT,
                         0, 0, nullptr, 0, nullptr, 1, &barrier);
}

}  // namespace

Result<Screenshot> Screenshot::create(const Device& device, VkExtent2D extent) {
    Screenshot made;
    made.extent_ = extent;
    auto bytes = HostBuffer::create(device, VkDeviceSize{4} * extent.width * extent.height,
                                    VK_BUFFER_USAGE_TRANSFER_DST_BIT);
    if (!bytes) {
        return bytes.error();
    }
    made.bytes_ = *std::move(bytes);
    return made;
}

void Screenshot::record(VkCommandBuffer commands, VkImage image) {
    transition(commands, image, VK_IMAGE_LAYOUT_PRESENT_SRC_KHR,
               VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, VK_ACCESS_TRANSFER_READ_BIT);
    VkBufferImageCopy copy{};
    copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    copy.imageExtent = {extent_.width, extent_.height, 1};
    vkCmdCopyImageToBuffer(commands, image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, bytes_->get(), 1,
                           &copy);
    transition(commands, image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
               VK_IMAGE_LAYOUT_PRESENT_SRC_KHR, 0);
    HostBuffer::make_visible(commands);
}

Result<Impasto::Image> Screenshot::image(bool blue_first) const {
    const std::size_t pixels = std::size_t{extent_.width} * extent_.height;
    std::vector<float> rgb(3 * pixels);
    const std::byte* bytes = bytes_->data();
    for (std::size_t i = 0; i < pixels; ++i) {
        for (std::size_t channel = 0; channel < 3; ++channel) {
            const std::size_t byte = blue_first ? 2 - channel : channel;
            rgb[channel * pixels + i] =
                static_cast<float>(std::to_integer<int>(bytes[4 * i + byte])) / 255.0f;
        }
    }
    ImpastoImage* image = nullptr;
    Message message;
    IMPASTO_TRY(message.status(
        impasto_image_create(static_cast<int>(extent_.width), static_cast<int>(extent_.height),
                             rgb.data(), nullptr, &image, message.data(), message.size())));
    return Impasto::Image(image);
}

}  // namespace impasto::viewer
