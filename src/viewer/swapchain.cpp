#include "viewer/swapchain.h"

#include <algorithm>
#include <array>
#include <limits>

namespace impasto::viewer {
namespace {

Result<Semaphore> make_semaphore(VkDevice device) {
    VkSemaphoreCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO;
    return make<Semaphore>(device, info, vkCreateSemaphore, "vkCreateSemaphore");
}

// The newest picture at the next refresh where there is that, else every one in turn.
VkPresentModeKHR choose_mode(VkPhysicalDevice physical, VkSurfaceKHR surface) {
    std::uint32_t count = 0;
    vkGetPhysicalDeviceSurfacePresentModesKHR(physical, surface, &count, nullptr);
    std::vector<VkPresentModeKHR> modes(count);
    vkGetPhysicalDeviceSurfacePresentModesKHR(physical, surface, &count, modes.data());
    const bool mailbox =
        std::find(modes.begin(), modes.end(), VK_PRESENT_MODE_MAILBOX_KHR) != modes.end();
    return mailbox ? VK_PRESENT_MODE_MAILBOX_KHR : VK_PRESENT_MODE_FIFO_KHR;
}

}  // namespace

Result<std::unique_ptr<WindowPass>> WindowPass::create(const Device& device, VkSurfaceKHR surface) {
    std::uint32_t count = 0;
    IMPASTO_TRY(
        check(vkGetPhysicalDeviceSurfaceFormatsKHR(device.physical(), surface, &count, nullptr),
              "vkGetPhysicalDeviceSurfaceFormatsKHR"));
    std::vector<VkSurfaceFormatKHR> formats(count);
    IMPASTO_TRY(check(
        vkGetPhysicalDeviceSurfaceFormatsKHR(device.physical(), surface, &count, formats.data()),
        "vkGetPhysicalDeviceSurfaceFormatsKHR"));
    const auto found = std::find_if(formats.begin(), formats.end(), [](const auto& format) {
        return (format.format == VK_FORMAT_B8G8R8A8_UNORM ||
                format.format == VK_FORMAT_R8G8B8A8_UNORM) &&
               format.colorSpace == VK_COLOR_SPACE_SRGB_NONLINEAR_KHR;
    });
    if (found == formats.end()) {
        return Error{ErrorCode::kNoDevice, "the window has no format of 8 bits a channel"};
    }
    std::unique_ptr<WindowPass> self(new WindowPass);
    self->format_ = *found;
    for (const bool keeps : {false, true}) {
        auto made = self->make(device, keeps);
        if (!made) {
            return made.error();
        }
        (keeps ? self->keeping_ : self->pass_) = *std::move(made);
    }
    return self;
}

Result<RenderPass> WindowPass::make(const Device& device, bool keeps) const {
    VkAttachmentDescription colour{};
    colour.format = format_.format;
    colour.samples = VK_SAMPLE_COUNT_1_BIT;
    colour.loadOp = keeps ? VK_ATTACHMENT_LOAD_OP_LOAD : VK_ATTACHMENT_LOAD_OP_CLEAR;
    colour.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
    colour.stencilLoadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE;
    colour.stencilStoreOp = VK_ATTACHMENT_STORE_OP_DONT_CARE;
    colour.initialLayout = keeps ? VK_IMAGE_LAYOUT_PRESENT_SRC_KHR : VK_IMAGE_LAYOUT_UNDEFINED;
    colour.finalLayout = VK_IMAGE_LAYOUT_PRESENT_SRC_KHR;
    const VkAttachmentReference reference{0, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL};
    VkSubpassDescription subpass{};
    subpass.pipelineBindPoint = VK_PIPELINE_BIND_POINT_GRAPHICS;
    subpass.colorAttachmentCount = 1;
    subpass.pColorAttachments = &reference;
    // The image is free when the semaphore says so, which colour output waits for; afterwards it
    // may be copied (a screenshot).
    std::array<VkSubpassDependency, 2> order{};
    order[0].srcSubpass = VK_SUBPASS_EXTERNAL;
    order[0].srcStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
    order[0].dstStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
    order[0].dstAccessMask =
        VK_ACCESS_COLOR_ATTACHMENT_READ_BIT | VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT;
    order[1].dstSubpass = VK_SUBPASS_EXTERNAL;
    order[1].srcStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
    order[1].srcAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT;
    order[1].dstStageMask = VK_PIPELINE_STAGE_TRANSFER_BIT;
    order[1].dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT;
    VkRenderPassCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO;
    info.attachmentCount = 1;
    info.pAttachments = &colour;
    info.subpassCount = 1;
    info.pSubpasses = &subpass;
    info.dependencyCount = static_cast<std::uint32_t>(order.size());
    info.pDependencies = order.data();
    return viewer::make<RenderPass>(device.get(), info, vkCreateRenderPass, "vkCreateRenderPass");
}

Result<std::unique_ptr<Swapchain>> Swapchain::create(const Device& device, VkSurfaceKHR surface,
                                                     const WindowPass& pass, VkExtent2D size,
                                                     const Swapchain* old) {
    std::unique_ptr<Swapchain> self(new Swapchain(device));
    IMPASTO_TRY(self->make(surface, pass, size, old));
    IMPASTO_TRY(self->make_images(pass));
    return self;
}

Status Swapchain::make(VkSurfaceKHR surface, const WindowPass& pass, VkExtent2D size,
                       const Swapchain* old) {
    VkSurfaceCapabilitiesKHR can{};
    IMPASTO_TRY(check(vkGetPhysicalDeviceSurfaceCapabilitiesKHR(device_.physical(), surface, &can),
                      "vkGetPhysicalDeviceSurfaceCapabilitiesKHR"));
    extent_ = can.currentExtent;
    if (can.currentExtent.width == std::numeric_limits<std::uint32_t>::max()) {
        extent_ = {std::clamp(size.width, can.minImageExtent.width, can.maxImageExtent.width),
                   std::clamp(size.height, can.minImageExtent.height, can.maxImageExtent.height)};
    }
    VkSwapchainCreateInfoKHR info{};
    info.sType = VK_STRUCTURE_TYPE_SWAPCHAIN_CREATE_INFO_KHR;
    info.surface = surface;
    info.minImageCount = std::max(can.minImageCount, 3u);
    if (can.maxImageCount > 0) {
        info.minImageCount = std::min(info.minImageCount, can.maxImageCount);
    }
    info.imageFormat = pass.format().format;
    info.imageColorSpace = pass.format().colorSpace;
    info.imageExtent = extent_;
    info.imageArrayLayers = 1;
    info.imageUsage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT |
                      (can.supportedUsageFlags & VK_IMAGE_USAGE_TRANSFER_SRC_BIT);
    info.preTransform = can.currentTransform;
    const VkCompositeAlphaFlagsKHR alpha = can.supportedCompositeAlpha;  // the first there is
    info.compositeAlpha = (alpha & VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR) != 0
                              ? VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR
                              : static_cast<VkCompositeAlphaFlagBitsKHR>(alpha & (~alpha + 1));
    info.presentMode = choose_mode(device_.physical(), surface);
    info.clipped = VK_FALSE;  // an image keeps what is drawn into it
    info.oldSwapchain = old != nullptr ? old->swapchain_.get() : VK_NULL_HANDLE;
    auto made = viewer::make<SwapchainHandle>(device_.get(), info, vkCreateSwapchainKHR,
                                              "vkCreateSwapchainKHR");
    if (!made) {
        return made.error();
    }
    swapchain_ = *std::move(made);
    return {};
}

Status Swapchain::make_images(const WindowPass& pass) {
    std::uint32_t count = 0;
    IMPASTO_TRY(check(vkGetSwapchainImagesKHR(device_.get(), swapchain_.get(), &count, nullptr),
                      "vkGetSwapchainImagesKHR"));
    images_.resize(count);
    IMPASTO_TRY(
        check(vkGetSwapchainImagesKHR(device_.get(), swapchain_.get(), &count, images_.data()),
              "vkGetSwapchainImagesKHR"));
    for (const VkImage image : images_) {
        VkImageViewCreateInfo view{};
        view.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO;
        view.image = image;
        view.viewType = VK_IMAGE_VIEW_TYPE_2D;
        view.format = pass.format().format;
        view.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
        auto viewed =
            viewer::make<ImageView>(device_.get(), view, vkCreateImageView, "vkCreateImageView");
        if (!viewed) {
            return viewed.error();
        }
        const VkImageView attachment = viewed->get();
        views_.push_back(*std::move(viewed));
        VkFramebufferCreateInfo info{};
        info.sType = VK_STRUCTURE_TYPE_FRAMEBUFFER_CREATE_INFO;
        info.renderPass = pass.get();
        info.attachmentCount = 1;
        info.pAttachments = &attachment;
        info.width = extent_.width;
        info.height = extent_.height;
        info.layers = 1;
        auto framebuffer = viewer::make<Framebuffer>(device_.get(), info, vkCreateFramebuffer,
                                                     "vkCreateFramebuffer");
        if (!framebuffer) {
            return framebuffer.error();
        }
        framebuffers_.push_back(*std::move(framebuffer));
        auto drawn = make_semaphore(device_.get());
        if (!drawn) {
            return drawn.error();
        }
        drawn_.push_back(*std::move(drawn));
    }
    stale_.assign(count, whole());
    for (std::uint32_t i = 0; i < count + 1; ++i) {
        auto semaphore = make_semaphore(device_.get());
        if (!semaphore) {
            return semaphore.error();
        }
        acquired_.push_back({*std::move(semaphore)});
    }
    return {};
}

Result<std::optional<Swapchain::Frame>> Swapchain::acquire(Queue& queue) {
    Acquired& next = acquired_[next_];
    IMPASTO_TRY(queue.wait(next.number, std::numeric_limits<double>::infinity()));
    std::uint32_t image = 0;
    const VkResult result = vkAcquireNextImageKHR(device_.get(), swapchain_.get(), 0,
                                                  next.semaphore.get(), VK_NULL_HANDLE, &image);
    if (result == VK_NOT_READY || result == VK_TIMEOUT) {
        return std::optional<Frame>();
    }
    if (result == VK_ERROR_OUT_OF_DATE_KHR) {
        fits_ = false;
        return std::optional<Frame>();
    }
    IMPASTO_TRY(check(result, "vkAcquireNextImageKHR"));
    Frame frame;
    frame.image = image;
    frame.framebuffer = framebuffers_[image].get();
    frame.signals = {next.semaphore.get(), drawn_[image].get()};
    frame.slot = next_;
    next_ = (next_ + 1) % acquired_.size();
    return std::optional(frame);
}

void Swapchain::damage(const Rect& part) {
    for (Rect& stale : stale_) {
        stale = stale.united(part).cut(whole());
    }
}

Status Swapchain::present(const Frame& frame, std::uint64_t number) {
    stale_[frame.image] = {};
    acquired_[frame.slot].number = number;
    const VkSwapchainKHR swapchain = swapchain_.get();
    VkPresentInfoKHR info{};
    info.sType = VK_STRUCTURE_TYPE_PRESENT_INFO_KHR;
    info.waitSemaphoreCount = 1;
    info.pWaitSemaphores = &frame.signals.signal;
    info.swapchainCount = 1;
    info.pSwapchains = &swapchain;
    info.pImageIndices = &frame.image;
    const VkResult result = vkQueuePresentKHR(device_.queue(), &info);
    if (result == VK_ERROR_OUT_OF_DATE_KHR || result == VK_SUBOPTIMAL_KHR) {
        fits_ = false;
        return {};
    }
    return check(result, "vkQueuePresentKHR");
}

}  // namespace impasto::viewer
