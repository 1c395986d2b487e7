#include <algorithm>

#include "failure.h"
#include "output.h"

namespace host {
namespace {

// sRGB, so that shaders write linear light; any other format of 8 bits would be too dark.
VkSurfaceFormatKHR choose_format(VkPhysicalDevice physical, VkSurfaceKHR surface) {
    uint32_t count = 0;
    check(vkGetPhysicalDeviceSurfaceFormatsKHR(physical, surface, &count, nullptr),
          "vkGetPhysicalDeviceSurfaceFormatsKHR");
    std::vector<VkSurfaceFormatKHR> formats(count);
    check(vkGetPhysicalDeviceSurfaceFormatsKHR(physical, surface, &count, formats.data()),
          "vkGetPhysicalDeviceSurfaceFormatsKHR");
    for (const VkSurfaceFormatKHR& format : formats) {
        if (format.format == VK_FORMAT_B8G8R8A8_SRGB || format.format == VK_FORMAT_R8G8B8A8_SRGB) {
            return format;
        }
    }
    throw Failure(kNoDevice, "the window has no sRGB format; --headless needs none");
}

Semaphore make_semaphore(const Device& device) {
    VkSemaphoreCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO;
    VkSemaphore semaphore = VK_NULL_HANDLE;
    check(vkCreateSemaphore(device.get(), &info, nullptr, &semaphore), "vkCreateSemaphore");
    return {device.get(), semaphore};
}

}  // namespace

Swapchain::Swapchain(const Device& device, VkSurfaceKHR surface, VkExtent2D size,
                     const Swapchain* old)
    : device_(device) {
    VkSurfaceCapabilitiesKHR can{};
    check(vkGetPhysicalDeviceSurfaceCapabilitiesKHR(device.physical, surface, &can),
          "vkGetPhysicalDeviceSurfaceCapabilitiesKHR");
    const VkSurfaceFormatKHR chosen = choose_format(device.physical, surface);
    format = chosen.format;
    final_layout = VK_IMAGE_LAYOUT_PRESENT_SRC_KHR;
    const auto clamp = [](uint32_t value, uint32_t least, uint32_t most) {
        return std::min(std::max(value, least), most);
    };
    extent =
        can.currentExtent.width != UINT32_MAX
            ? can.currentExtent
            : VkExtent2D{clamp(size.width, can.minImageExtent.width, can.maxImageExtent.width),
                         clamp(size.height, can.minImageExtent.height, can.maxImageExtent.height)};

    VkSwapchainCreateInfoKHR info{};
    info.sType = VK_STRUCTURE_TYPE_SWAPCHAIN_CREATE_INFO_KHR;
    info.surface = surface;
    info.minImageCount = std::max(can.minImageCount, kFramesInFlight + 1);
    if (can.maxImageCount > 0) info.minImageCount = std::min(info.minImageCount, can.maxImageCount);
    info.imageFormat = chosen.format;
    info.imageColorSpace = chosen.colorSpace;
    info.imageExtent = extent;
    info.imageArrayLayers = 1;
    info.imageUsage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT;
    info.preTransform = can.currentTransform;
    // The first that there is.
    const VkCompositeAlphaFlagsKHR alpha = can.supportedCompositeAlpha;
    info.compositeAlpha = (alpha & VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR) != 0
                              ? VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR
                              : static_cast<VkCompositeAlphaFlagBitsKHR>(alpha & (~alpha + 1));
    info.presentMode = VK_PRESENT_MODE_FIFO_KHR;
    info.clipped = VK_TRUE;
    info.oldSwapchain = old != nullptr ? old->swapchain_.get() : VK_NULL_HANDLE;
    VkSwapchainKHR handle = VK_NULL_HANDLE;
    check(vkCreateSwapchainKHR(device.get(), &info, nullptr, &handle), "vkCreateSwapchainKHR");
    swapchain_ = {device.get(), handle};

    uint32_t count = 0;
    check(vkGetSwapchainImagesKHR(device.get(), handle, &count, nullptr),
          "vkGetSwapchainImagesKHR");
    images.resize(count);
    check(vkGetSwapchainImagesKHR(device.get(), handle, &count, images.data()),
          "vkGetSwapchainImagesKHR");
    for (const VkImage image : images) {
        VkImageViewCreateInfo view{};
        view.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO;
        view.image = image;
        view.viewType = VK_IMAGE_VIEW_TYPE_2D;
        view.format = format;
        view.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
        VkImageView view_handle = VK_NULL_HANDLE;
        check(vkCreateImageView(device.get(), &view, nullptr, &view_handle), "vkCreateImageView");
        owned_views_.emplace_back(device.get(), view_handle);
        views.push_back(view_handle);
        drawn_.push_back(make_semaphore(device));
    }
    for (uint32_t i = 0; i < kFramesInFlight; ++i) acquired_.push_back(make_semaphore(device));
}

bool Swapchain::acquire(uint32_t slot, uint32_t& image) {
    const VkResult result = vkAcquireNextImageKHR(device_.get(), swapchain_.get(), UINT64_MAX,
                                                  acquired_[slot].get(), VK_NULL_HANDLE, &image);
    if (result == VK_ERROR_OUT_OF_DATE_KHR) return false;
    check(result, "vkAcquireNextImageKHR");
    return true;
}

bool Swapchain::present(uint32_t image) {
    const VkSemaphore wait = drawn_[image].get();
    const VkSwapchainKHR swapchain = swapchain_.get();
    VkPresentInfoKHR info{};
    info.sType = VK_STRUCTURE_TYPE_PRESENT_INFO_KHR;
    info.waitSemaphoreCount = 1;
    info.pWaitSemaphores = &wait;
    info.swapchainCount = 1;
    info.pSwapchains = &swapchain;
    info.pImageIndices = &image;
    const VkResult result = vkQueuePresentKHR(device_.queue, &info);
    if (result == VK_ERROR_OUT_OF_DATE_KHR || result == VK_SUBOPTIMAL_KHR) return false;
    check(result, "vkQueuePresentKHR");
    return true;
}

}  // namespace host
