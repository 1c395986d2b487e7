// A box that turns, with a picture on its faces: what the host draws, in Vulkan of its own.
#pragma once

#include <QMatrix4x4>
#include <QVulkanWindow>
#include <array>
#include <cstdint>

class Box {
  public:
    // Descriptor sets are written anew for every frame: as many as frames may be in flight, and
    // one.
    static constexpr std::uint64_t kSets = 4;

    VkResult open(QVulkanWindow* window);
    void close();
    // Inside the window's render pass. `picture` is in SHADER_READ_ONLY_OPTIMAL.
    void draw(VkCommandBuffer commands, std::uint64_t frame, VkImageView picture, float aspect,
              float degrees);

  private:
    VkResult make_pipeline();
    VkShaderModule make_shader(const std::uint32_t* words, std::size_t bytes);

    QVulkanWindow* window_ = nullptr;
    VkDevice device_ = VK_NULL_HANDLE;
    QVulkanDeviceFunctions* vk_ = nullptr;
    VkSampler sampler_ = VK_NULL_HANDLE;
    VkDescriptorSetLayout set_layout_ = VK_NULL_HANDLE;
    VkDescriptorPool pool_ = VK_NULL_HANDLE;
    std::array<VkDescriptorSet, kSets> sets_{};
    VkPipelineLayout layout_ = VK_NULL_HANDLE;
    VkPipeline pipeline_ = VK_NULL_HANDLE;
};
