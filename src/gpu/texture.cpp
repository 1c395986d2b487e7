#include "gpu/texture.h"

#include <algorithm>
#include <array>
#include <bit>

#include "gpu/errors.h"

namespace impasto::gpu {

std::uint32_t mip_levels(std::uint32_t width, std::uint32_t height) {
    return static_cast<std::uint32_t>(std::bit_width(std::max({width, height, 1u})));
}

Texture::~Texture() {
    const DeviceFunctions& vk = device_.vk();
    if (view_ != VK_NULL_HANDLE) {
        vk.DestroyImageView(device_.handle(), view_, nullptr);
    }
    if (image_ != VK_NULL_HANDLE) {
        vk.DestroyImage(device_.handle(), image_, nullptr);
    }
    device_.memory().free(memory_);
}

Result<std::unique_ptr<Texture>> Texture::create(Device& device, VkFormat format,
                                                 std::uint32_t width, std::uint32_t height,
                                                 std::uint32_t levels) {
    const DeviceFunctions& vk = device.vk();
    auto self = std::unique_ptr<Texture>(new Texture(device));
    VkImageCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO;
    info.imageType = VK_IMAGE_TYPE_2D;
    info.format = format;
    info.extent = {width, height, 1};
    info.mipLevels = levels;
    info.arrayLayers = 1;
    info.samples = VK_SAMPLE_COUNT_1_BIT;
    info.tiling = VK_IMAGE_TILING_OPTIMAL;
    info.usage = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT |
                 VK_IMAGE_USAGE_TRANSFER_SRC_BIT;
    const std::array both{VK_FORMAT_R8G8B8A8_UNORM, VK_FORMAT_R8G8B8A8_SRGB};
    VkImageFormatListCreateInfo formats{};
    formats.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_LIST_CREATE_INFO;
    formats.viewFormatCount = static_cast<std::uint32_t>(both.size());
    formats.pViewFormats = both.data();
    if (format == both[0] || format == both[1]) {
        info.flags = VK_IMAGE_CREATE_MUTABLE_FORMAT_BIT;
        info.pNext = &formats;
    }
    const std::string what =
        "the result image of " + std::to_string(width) + "x" + std::to_string(height) + " pixels";
    VkResult result = vk.CreateImage(device.handle(), &info, nullptr, &self->image_);
    if (result != VK_SUCCESS) {
        self->image_ = VK_NULL_HANDLE;
        return vulkan_error(result, "creating " + what);
    }
    VkMemoryRequirements need{};
    vk.GetImageMemoryRequirements(device.handle(), self->image_, &need);
    auto type = device.memory_type(need.memoryTypeBits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
    if (!type) {
        return type.error();
    }
    auto memory =
        device.memory().allocate({need.size, need.alignment, *type, MemoryUse::kImage}, what);
    if (!memory) {
        return memory.error();
    }
    self->memory_ = *memory;
    result = vk.BindImageMemory(device.handle(), self->image_, self->memory_.memory,
                                self->memory_.offset);
    if (result != VK_SUCCESS) {
        return vulkan_error(result, "binding memory of " + what);
    }
    VkImageViewCreateInfo view{};
    view.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO;
    view.image = self->image_;
    view.viewType = VK_IMAGE_VIEW_TYPE_2D;
    view.format = format;
    view.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, levels, 0, 1};
    result = vk.CreateImageView(device.handle(), &view, nullptr, &self->view_);
    if (result != VK_SUCCESS) {
        self->view_ = VK_NULL_HANDLE;
        return vulkan_error(result, "creating a view of " + what);
    }
    return self;
}

}  // namespace impasto::gpu
