// Vulkan's handles as owners that destroy what they own.
#pragma once

#include <vulkan/vulkan.h>

#include <utility>

namespace host {

template <typename T, auto destroy>
class Handle {
  public:
    Handle() = default;
    Handle(VkDevice device, T handle) : device_(device), handle_(handle) {}
    Handle(Handle&& other) noexcept
        : device_(other.device_), handle_(std::exchange(other.handle_, T{})) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(device_, other.device_);
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Handle() {
        if (handle_ != T{}) destroy(device_, handle_, nullptr);
    }
    T get() const { return handle_; }

  private:
    VkDevice device_ = VK_NULL_HANDLE;
    T handle_{};
};

using Memory = Handle<VkDeviceMemory, vkFreeMemory>;
using CommandPool = Handle<VkCommandPool, vkDestroyCommandPool>;
using DescriptorPool = Handle<VkDescriptorPool, vkDestroyDescriptorPool>;
using DescriptorSetLayout = Handle<VkDescriptorSetLayout, vkDestroyDescriptorSetLayout>;
using Fence = Handle<VkFence, vkDestroyFence>;
using Framebuffer = Handle<VkFramebuffer, vkDestroyFramebuffer>;
using ImageView = Handle<VkImageView, vkDestroyImageView>;
using Pipeline = Handle<VkPipeline, vkDestroyPipeline>;
using PipelineLayout = Handle<VkPipelineLayout, vkDestroyPipelineLayout>;
using QueryPool = Handle<VkQueryPool, vkDestroyQueryPool>;
using RenderPass = Handle<VkRenderPass, vkDestroyRenderPass>;
using Sampler = Handle<VkSampler, vkDestroySampler>;
using Semaphore = Handle<VkSemaphore, vkDestroySemaphore>;
using ShaderModule = Handle<VkShaderModule, vkDestroyShaderModule>;
using SwapchainHandle = Handle<VkSwapchainKHR, vkDestroySwapchainKHR>;

}  // namespace host
