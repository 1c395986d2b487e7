// Buffers and images with memory of their own, and commands that are waited for: what a renderer
// does before its first frame.
#pragma once

#include <cstdint>
#include <functional>

#include "device.h"
#include "handle.h"

namespace host {

struct Buffer {
    // Memory first: what is bound to it is destroyed before it.
    Memory memory;
    Handle<VkBuffer, vkDestroyBuffer> buffer;
    void* mapped = nullptr;  // of host-visible ones, coherent
};

struct Image {
    Memory memory;
    Handle<VkImage, vkDestroyImage> image;
    ImageView view;  // of all levels
    VkExtent2D extent{};
    uint32_t levels = 1;
};

// Host-visible and coherent where `host`, else device-local.
Buffer make_buffer(const Device& device, VkDeviceSize size, VkBufferUsageFlags usage, bool host);

// Device-local, of optimal tiling.
Image make_image(const Device& device, VkFormat format, VkExtent2D extent, uint32_t levels,
                 VkImageUsageFlags usage, VkImageAspectFlags aspect);

// Records commands, submits them and waits.
void run_once(const Device& device, const std::function<void(VkCommandBuffer)>& record);

// Records a barrier over levels [first, first + count) of a colour image.
struct Transition {
    VkImageLayout from, to;
    VkPipelineStageFlags from_stage, to_stage;
    VkAccessFlags from_access, to_access;
};
void transition(VkCommandBuffer commands, VkImage image, uint32_t first, uint32_t count,
                const Transition& how);

// A device-local buffer with these bytes in it.
Buffer upload(const Device& device, const void* bytes, VkDeviceSize size, VkBufferUsageFlags usage);

}  // namespace host
