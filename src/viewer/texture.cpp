#include "viewer/texture.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>

namespace impasto::viewer {
namespace {

constexpr VkFormat kFormat = VK_FORMAT_R8G8B8A8_UNORM;

// How an image was used, and is to be used next.
struct Use {
    VkImageLayout layout;
    VkAccessFlags access;
    VkPipelineStageFlags stage;
};
constexpr Use kNew{VK_IMAGE_LAYOUT_UNDEFINED, 0, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT};
constexpr Use kWritten{VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, VK_ACCESS_TRANSFER_WRITE_BIT,
                       VK_PIPELINE_STAGE_TRANSFER_BIT};
constexpr Use kRead{VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, VK_ACCESS_TRANSFER_READ_BIT,
                    VK_PIPELINE_STAGE_TRANSFER_BIT};
constexpr Use kSampled{VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL, VK_ACCESS_SHADER_READ_BIT,
                       VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT};

void transition(VkCommandBuffer commands, VkImage image, std::uint32_t level, std::uint32_t levels,
                const Use& from, const Use& to) {
    VkImageMemoryBarrier barrier{};
    barrier.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER;
    barrier.srcAccessMask = from.access;
    barrier.dstAccessMask = to.access;
    barrier.oldLayout = from.layout;
    barrier.newLayout = to.layout;
    barrier.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
    barrier.image = image;
    barrier.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, level, levels, 0, 1};
    vkCmdPipelineBarrier(commands, from.stage, to.stage, 0, 0, nullptr, 0, nullptr, 1, &barrier);
}

std::uint32_t levels_of(std::uint32_t width, std::uint32_t height) {
    return static_cast<std::uint32_t>(std::bit_width(std::max(width, height)));
}

VkOffset3D corner(std::uint32_t width, std::uint32_t height, std::uint32_t level) {
    return {static_cast<std::int32_t>(std::max(width >> level, 1u)),
            static_cast<std::int32_t>(std::max(height >> level, 1u)), 1};
}

}  // namespace

Result<std::unique_ptr<TextureLayout>> TextureLayout::create(const Device& device) {
    std::unique_ptr<TextureLayout> self(new TextureLayout(device));
    VkSamplerCreateInfo sampler{};
    sampler.sType = VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO;
    sampler.magFilter = VK_FILTER_LINEAR;
    sampler.minFilter = VK_FILTER_LINEAR;
    sampler.mipmapMode = VK_SAMPLER_MIPMAP_MODE_LINEAR;
    sampler.addressModeU = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
    sampler.addressModeV = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
    sampler.addressModeW = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
    sampler.maxLod = VK_LOD_CLAMP_NONE;
    auto made = make<Sampler>(device.get(), sampler, vkCreateSampler, "vkCreateSampler");
    if (!made) {
        return made.error();
    }
    self->sampler_ = *std::move(made);
    VkDescriptorSetLayoutBinding binding{};
    binding.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
    binding.descriptorCount = 1;
    binding.stageFlags = VK_SHADER_STAGE_FRAGMENT_BIT;
    VkDescriptorSetLayoutCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO;
    info.bindingCount = 1;
    info.pBindings = &binding;
    auto layout = make<DescriptorSetLayout>(device.get(), info, vkCreateDescriptorSetLayout,
                                            "vkCreateDescriptorSetLayout");
    if (!layout) {
        return layout.error();
    }
    self->layout_ = *std::move(layout);
    return self;
}

void Texture::painted() {
    static std::uint64_t last = 0;  // all textures belong to the window's thread
    stamp_ = ++last;
}

Status Texture::make(const TextureLayout& layout, std::uint32_t width, std::uint32_t height) {
    const Device& device = layout.device_;
    if (const std::uint32_t most = device.properties().limits.maxImageDimension2D;
        std::max(width, height) > most) {
        return Error{ErrorCode::kOutOfMemory,
                     "a picture of " + std::to_string(width) + "x" + std::to_string(height) +
                         " is larger than this device can show (" + std::to_string(most) + ")"};
    }
    width_ = picture_width_ = width;
    height_ = picture_height_ = height;
    levels_ = levels_of(width, height);
    VkImageCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO;
    info.imageType = VK_IMAGE_TYPE_2D;
    info.format = kFormat;
    info.extent = {width, height, 1};
    info.mipLevels = levels_;
    info.arrayLayers = 1;
    info.samples = VK_SAMPLE_COUNT_1_BIT;
    info.tiling = VK_IMAGE_TILING_OPTIMAL;
    info.usage = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
                 VK_IMAGE_USAGE_TRANSFER_DST_BIT;
    auto image = viewer::make<Image>(device.get(), info, vkCreateImage, "vkCreateImage");
    if (!image) {
        return image.error();
    }
    image_ = *std::move(image);
    VkMemoryRequirements needs{};
    vkGetImageMemoryRequirements(device.get(), image_.get(), &needs);
    auto memory = device.allocate(needs, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
    if (!memory) {
        return memory.error();
    }
    memory_ = *std::move(memory);
    IMPASTO_TRY(check(vkBindImageMemory(device.get(), image_.get(), memory_.get(), 0),
                      "vkBindImageMemory"));
    VkImageViewCreateInfo view{};
    view.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO;
    view.image = image_.get();
    view.viewType = VK_IMAGE_VIEW_TYPE_2D;
    view.format = kFormat;
    view.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, levels_, 0, 1};
    auto viewed =
        viewer::make<ImageView>(device.get(), view, vkCreateImageView, "vkCreateImageView");
    if (!viewed) {
        return viewed.error();
    }
    view_ = *std::move(viewed);

    const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 1};
    VkDescriptorPoolCreateInfo pool{};
    pool.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
    pool.maxSets = 1;
    pool.poolSizeCount = 1;
    pool.pPoolSizes = &size;
    auto pooled = viewer::make<DescriptorPool>(device.get(), pool, vkCreateDescriptorPool,
                                               "vkCreateDescriptorPool");
    if (!pooled) {
        return pooled.error();
    }
    pool_ = *std::move(pooled);
    const VkDescriptorSetLayout layouts = layout.get();
    VkDescriptorSetAllocateInfo set{};
    set.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO;
    set.descriptorPool = pool_.get();
    set.descriptorSetCount = 1;
    set.pSetLayouts = &layouts;
    IMPASTO_TRY(
        check(vkAllocateDescriptorSets(device.get(), &set, &set_), "vkAllocateDescriptorSets"));
    const VkDescriptorImageInfo sampled{layout.sampler_.get(), view_.get(),
                                        VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL};
    VkWriteDescriptorSet write{};
    write.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
    write.dstSet = set_;
    write.descriptorCount = 1;
    write.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
    write.pImageInfo = &sampled;
    vkUpdateDescriptorSets(device.get(), 1, &write, 0, nullptr);
    return {};
}

// Level 0 was written, all others are new; leaves every level to be sampled.
void Texture::make_mips(VkCommandBuffer commands, std::uint32_t from) const {
    const VkImage image = image_.get();
    for (std::uint32_t level = from; level < levels_; ++level) {
        transition(commands, image, level - 1, 1, kWritten, kRead);
        VkImageBlit blit{};
        blit.srcSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level - 1, 0, 1};
        blit.dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level, 0, 1};
        blit.srcOffsets[1] = corner(width_, height_, level - 1);
        blit.dstOffsets[1] = corner(width_, height_, level);
        vkCmdBlitImage(commands, image, kRead.layout, image, kWritten.layout, 1, &blit,
                       VK_FILTER_LINEAR);
        transition(commands, image, level - 1, 1, kRead, kSampled);
    }
    transition(commands, image, levels_ - 1, 1, kWritten, kSampled);
}

Result<std::unique_ptr<Texture>> Texture::upload(const TextureLayout& layout, Queue& queue,
                                                 const Pixels& pixels, Traffic& traffic) {
    std::unique_ptr<Texture> self(new Texture);
    IMPASTO_TRY(self->make(layout, pixels.width, pixels.height));
    self->picture_width_ = pixels.picture_width;
    self->picture_height_ = pixels.picture_height;
    auto staging =
        HostBuffer::create(layout.device_, pixels.rgba.size(), VK_BUFFER_USAGE_TRANSFER_SRC_BIT);
    if (!staging) {
        return staging.error();
    }
    std::memcpy(staging->data(), pixels.rgba.data(), pixels.rgba.size());
    traffic.uploaded += pixels.rgba.size();

    auto submission = queue.begin();
    if (!submission) {
        return submission.error();
    }
    const VkCommandBuffer commands = submission->commands;
    transition(commands, self->image_.get(), 0, self->levels_, kNew, kWritten);
    VkBufferImageCopy copy{};
    copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    copy.imageExtent = {self->width_, self->height_, 1};
    vkCmdCopyBufferToImage(commands, staging->get(), self->image_.get(), kWritten.layout, 1, &copy);
    self->make_mips(commands, 1);
    IMPASTO_TRY(queue.submit(*submission));
    queue.keep(*std::move(staging));
    return self;
}

Result<std::unique_ptr<Texture>> Texture::make_target(const TextureLayout& layout, Queue& queue,
                                                      std::uint32_t width, std::uint32_t height) {
    std::unique_ptr<Texture> self(new Texture);
    IMPASTO_TRY(self->make(layout, width, height));
    auto submission = queue.begin();
    if (!submission) {
        return submission.error();
    }
    transition(submission->commands, self->image_.get(), 0, self->levels_, kNew, kWritten);
    const VkClearColorValue black{};
    const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, self->levels_, 0, 1};
    vkCmdClearColorImage(submission->commands, self->image_.get(), kWritten.layout, &black, 1,
                         &all);
    transition(submission->commands, self->image_.get(), 0, self->levels_, kWritten, kSampled);
    IMPASTO_TRY(queue.submit(*submission));
    return self;
}

Pixels Thumbnail::pixels() const {
    Pixels to;
    to.width = to.picture_width = texture->width();
    to.height = to.picture_height = texture->height();
    to.rgba.resize(bytes.bytes());
    std::memcpy(to.rgba.data(), bytes.data(), to.rgba.size());
    return to;
}

Result<Thumbnail> Texture::thumbnail(const TextureLayout& layout, Queue& queue, const Texture& from,
                                     std::uint32_t side) {
    const double shrink =
        std::min(1.0, static_cast<double>(side) / std::max(from.width_, from.height_));
    const auto scaled = [&](std::uint32_t length) {
        return std::max(1u, static_cast<std::uint32_t>(std::lround(length * shrink)));
    };
    std::unique_ptr<Texture> self(new Texture);
    IMPASTO_TRY(self->make(layout, scaled(from.width_), scaled(from.height_)));
    auto bytes = HostBuffer::create(layout.device_, VkDeviceSize{4} * self->width_ * self->height_,
                                    VK_BUFFER_USAGE_TRANSFER_DST_BIT);
    if (!bytes) {
        return bytes.error();
    }
    // The level that is at least as large, so that 2x2 texels are enough for each.
    std::uint32_t level = 0;
    while (level + 1 < from.levels_ && (from.width_ >> (level + 1)) >= self->width_) {
        ++level;
    }
    auto submission = queue.begin();
    if (!submission) {
        return submission.error();
    }
    const VkCommandBuffer commands = submission->commands;
    // Sampled by frames before and after.
    transition(commands, from.image_.get(), level, 1, kSampled, kRead);
    transition(commands, self->image_.get(), 0, self->levels_, kNew, kWritten);
    VkImageBlit blit{};
    blit.srcSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level, 0, 1};
    blit.dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    blit.srcOffsets[1] = corner(from.width_, from.height_, level);
    blit.dstOffsets[1] = corner(self->width_, self->height_, 0);
    vkCmdBlitImage(commands, from.image_.get(), kRead.layout, self->image_.get(), kWritten.layout,
                   1, &blit, VK_FILTER_LINEAR);
    transition(commands, from.image_.get(), level, 1, kRead, kSampled);
    self->make_mips(commands, 1);
    transition(commands, self->image_.get(), 0, 1, kSampled, kRead);
    VkBufferImageCopy copy{};
    copy.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
    copy.imageExtent = {self->width_, self->height_, 1};
    vkCmdCopyImageToBuffer(commands, self->image_.get(), kRead.layout, bytes->get(), 1, &copy);
    transition(commands, self->image_.get(), 0, 1, kRead, kSampled);
    HostBuffer::make_visible(commands);
    IMPASTO_TRY(queue.submit(*submission));
    return Thumbnail{std::move(self), *std::move(bytes), submission->number};
}

ImpastoVulkanImage Texture::target() const {
    auto target = Impasto::make<ImpastoVulkanImage>();
    target.image = std::bit_cast<std::uint64_t>(image_.get());
    target.format = kFormat;
    target.width = width_;
    target.height = height_;
    target.layout = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
    return target;
}

}  // namespace impasto::viewer
