#include "scene.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "failure.h"

namespace host {
namespace {

// Halves the image level by level; sRGB formats are filtered in linear light. Level 0 comes in
// TRANSFER_DST_OPTIMAL and written, the others undefined; all end in SHADER_READ_ONLY_OPTIMAL.
void record_mips(VkCommandBuffer commands, const Image& image) {
    constexpr VkPipelineStageFlags kCopy = VK_PIPELINE_STAGE_TRANSFER_BIT;
    const auto side = [](uint32_t size, uint32_t level) {
        return static_cast<int32_t>(std::max(size >> level, 1U));
    };
    for (uint32_t level = 1; level < image.levels; ++level) {
        transition(commands, image.image.get(), level - 1, 1,
                   {VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                    kCopy, kCopy, VK_ACCESS_TRANSFER_WRITE_BIT, VK_ACCESS_TRANSFER_READ_BIT});
        transition(commands, image.image.get(), level, 1,
                   {VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, kCopy, kCopy,
                    0, VK_ACCESS_TRANSFER_WRITE_BIT});
        VkImageBlit blit{};
        blit.srcSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level - 1, 0, 1};
        blit.srcOffsets[1] = {side(image.extent.width, level - 1),
                              side(image.extent.height, level - 1), 1};
        blit.dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level, 0, 1};
        blit.dstOffsets[1] = {side(image.extent.width, level), side(image.extent.height, level), 1};
        vkCmdBlitImage(commands, image.image.get(), VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                       image.image.get(), VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &blit,
                       VK_FILTER_LINEAR);
    }
    const uint32_t last = image.levels - 1;
    if (last > 0) {
        transition(commands, image.image.get(), 0, last,
                   {VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
                    kCopy, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, VK_ACCESS_SHADER_READ_BIT});
    }
    transition(commands, image.image.get(), last, 1,
               {VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
                kCopy, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, VK_ACCESS_TRANSFER_WRITE_BIT,
                VK_ACCESS_SHADER_READ_BIT});
}

Image upload_texture(const Device& device, const Picture& picture) {
    const uint32_t longest = std::max(picture.width, picture.height);
    if (longest > device.properties.limits.maxImageDimension2D) {
        throw Failure(kInput, "a texture of " + std::to_string(longest) +
                                  " px is larger than the device allows");
    }
    const Buffer staging =
        make_buffer(device, picture.rgba.size(), VK_BUFFER_USAGE_TRANSFER_SRC_BIT, true);
    std::memcpy(staging.mapped, picture.rgba.data(), picture.rgba.size());
    Image image = make_image(device, kTextureFormat, {picture.width, picture.height},
                             static_cast<uint32_t>(std::bit_width(longest)),
                             VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
                                 VK_IMAGE_USAGE_TRANSFER_DST_BIT,
                             VK_IMAGE_ASPECT_COLOR_BIT);
    run_once(device, [&](VkCommandBuffer commands) {
        transition(commands, image.image.get(), 0, 1,
                   {VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                    VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT, 0,
                    VK_ACCESS_TRANSFER_WRITE_BIT});
        VkBufferImageCopy region{};
        region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
        region.imageExtent = {picture.width, picture.height, 1};
        vkCmdCopyBufferToImage(commands, staging.buffer.get(), image.image.get(),
                               VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
        record_mips(commands, image);
    });
    return image;
}

VkSamplerAddressMode address_mode(Wrap wrap) {
    switch (wrap) {
        case Wrap::kMirror:
            return VK_SAMPLER_ADDRESS_MODE_MIRRORED_REPEAT;
        case Wrap::kClamp:
            return VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
        default:
            return VK_SAMPLER_ADDRESS_MODE_REPEAT;
    }
}

Sampler make_sampler(const Device& device, const Texture& texture, bool anisotropic) {
    VkSamplerCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO;
    info.magFilter = texture.nearest ? VK_FILTER_NEAREST : VK_FILTER_LINEAR;
    info.minFilter = VK_FILTER_LINEAR;
    info.mipmapMode = VK_SAMPLER_MIPMAP_MODE_LINEAR;
    info.addressModeU = address_mode(texture.wrap_u);
    info.addressModeV = address_mode(texture.wrap_v);
    info.addressModeW = VK_SAMPLER_ADDRESS_MODE_REPEAT;
    info.anisotropyEnable = anisotropic ? VK_TRUE : VK_FALSE;
    info.maxAnisotropy =
        anisotropic ? std::min(8.0f, device.properties.limits.maxSamplerAnisotropy) : 1;
    info.maxLod = VK_LOD_CLAMP_NONE;
    VkSampler sampler = VK_NULL_HANDLE;
    check(vkCreateSampler(device.get(), &info, nullptr, &sampler), "vkCreateSampler");
    return {device.get(), sampler};
}

}  // namespace

Scene::Scene(const Device& device, const Model& model)
    : vertices(upload(device, model.vertices.data(), model.vertices.size() * sizeof(Vertex),
                      VK_BUFFER_USAGE_VERTEX_BUFFER_BIT)),
      indices(upload(device, model.indices.data(), model.indices.size() * sizeof(uint32_t),
                     VK_BUFFER_USAGE_INDEX_BUFFER_BIT)),
      draws(model.draws),
      materials(model.materials) {
    for (const Texture& texture : model.textures) {
        textures.push_back(upload_texture(device, texture.picture));
        samplers.push_back(make_sampler(device, texture, device.anisotropy));
    }
    textures.push_back(upload_texture(device, {1, 1, {255, 255, 255, 255}}));
    // Its coordinates are the same everywhere, of which llvmpipe (Mesa 25.0) makes black when asked
    // for anisotropy.
    samplers.push_back(make_sampler(device, {}, false));
}

}  // namespace host
