// Vulkan's handles as owners, and its results as errors.
#pragma once

#include <vulkan/vulkan.h>

#include <utility>

#include "base/result.h"

namespace impasto::viewer {

// Destroys its handle with the device. Moves only.
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
        if (handle_ != T{}) {
            destroy(device_, handle_, nullptr);
        }
    }
    T get() const { return handle_; }
    explicit operator bool() const { return handle_ != T{}; }

  private:
    VkDevice device_ = VK_NULL_HANDLE;
    T handle_{};
};

using Buffer = Handle<VkBuffer, vkDestroyBuffer>;
using CommandPool = Handle<VkCommandPool, vkDestroyCommandPool>;
using DescriptorPool = Handle<VkDescriptorPool, vkDestroyDescriptorPool>;
using DescriptorSetLayout = Handle<VkDescriptorSetLayout, vkDestroyDescriptorSetLayout>;
using Fence = Handle<VkFence, vkDestroyFence>;
using Framebuffer = Handle<VkFramebuffer, vkDestroyFramebuffer>;
using Image = Handle<VkImage, vkDestroyImage>;
using ImageView = Handle<VkImageView, vkDestroyImageView>;
using Memory = Handle<VkDeviceMemory, vkFreeMemory>;
using Pipeline = Handle<VkPipeline, vkDestroyPipeline>;
using PipelineLayout = Handle<VkPipelineLayout, vkDestroyPipelineLayout>;
using RenderPass = Handle<VkRenderPass, vkDestroyRenderPass>;
using Sampler = Handle<VkSampler, vkDestroySampler>;
using Semaphore = Handle<VkSemaphore, vkDestroySemaphore>;
using ShaderModule = Handle<VkShaderModule, vkDestroyShaderModule>;
using SwapchainHandle = Handle<VkSwapchainKHR, vkDestroySwapchainKHR>;

// kDeviceLost, kOutOfMemory, kNoDevice, or kInternal with the call's name.
inline Status check(VkResult result, const char* call) {
    if (result >= 0) {
        return {};
    }
    const std::string code = std::string(call) + " (" + std::to_string(result) + ")";
    switch (result) {
        case VK_ERROR_OUT_OF_HOST_MEMORY:
        case VK_ERROR_OUT_OF_DEVICE_MEMORY:
            return Error{ErrorCode::kOutOfMemory, "not enough memory for " + code};
        case VK_ERROR_DEVICE_LOST:
            return Error{ErrorCode::kDeviceLost, "the driver gave the device up in " + code};
        case VK_ERROR_INCOMPATIBLE_DRIVER:
        case VK_ERROR_INITIALIZATION_FAILED:
            return Error{ErrorCode::kNoDevice, "no Vulkan driver that would do: " + code};
        default:
            return Error{ErrorCode::kInternal, "Vulkan failed in " + code};
    }
}

// Makes a handle by `create(device, &info, nullptr, &handle)`.
template <typename Owner, typename Info, typename Create>
Result<Owner> make(VkDevice device, const Info& info, Create create, const char* call) {
    decltype(std::declval<Owner>().get()) handle{};
    IMPASTO_TRY(check(create(device, &info, nullptr, &handle), call));
    return Owner(device, handle);
}

}  // namespace impasto::viewer
