#include "viewer/graphics.h"

#include <limits>
#include <utility>

#include "viewer/screenshot.h"

namespace impasto::viewer {

Result<std::unique_ptr<Graphics>> Graphics::create(const Instance& instance, VkSurfaceKHR surface,
                                                   const Window& window, Interface& interface,
                                                   const GraphicsOptions& options) {
    std::unique_ptr<Graphics> self(new Graphics(instance, surface, interface));
    const auto take = [](auto& to, auto made) -> Status {
        if (!made) {
            return made.error();
        }
        to = *std::move(made);
        return {};
    };
    IMPASTO_TRY(take(self->device_, Device::create(instance, surface, options.device)));
    const Device& device = *self->device_;
    IMPASTO_TRY(take(self->queue_, Queue::create(device)));
    IMPASTO_TRY(take(self->pass_, WindowPass::create(device, surface)));
    IMPASTO_TRY(take(self->texture_layout_, TextureLayout::create(device)));
    IMPASTO_TRY(
        take(self->canvas_, Canvas::create(device, *self->texture_layout_, self->pass_->get())));
    IMPASTO_TRY(take(self->swapchain_, Swapchain::create(device, surface, *self->pass_,
                                                         window.framebuffer(), nullptr)));
    IMPASTO_TRY(self->renew_interface());
    IMPASTO_TRY(self->make_context(options));
    return self;
}

Status Graphics::renew_interface() {
    IMPASTO_TRY(queue_->wait_all());
    interface_.detach();
    return interface_.attach(instance_, *device_, *pass_, swapchain_->image_count(), *queue_);
}

Status Graphics::make_context(const GraphicsOptions& options) {
    const ImpastoVulkanDevice lent = device_->lent();
    auto given = Impasto::make<ImpastoContextOptions>();
    given.host_device = &lent;
    given.precision = options.precision.empty() ? nullptr : options.precision.c_str();
    given.tier = options.tier.empty() ? nullptr : options.tier.c_str();
    given.memory_budget = options.memory_budget;
    Impasto::Failure failure;
    context_ = Impasto::create_context(&given, failure);
    IMPASTO_TRY(to_status(failure.result, failure.message));
    info_ = Impasto::make<ImpastoDeviceInfo>();
    return to_status(impasto_context_device(context_.get(), &info_),
                     impasto_context_message(context_.get()));
}

Graphics::~Graphics() {
    if (queue_) {
        static_cast<void>(queue_->wait_all());
    }
    context_.reset();
    interface_.detach();
}

void Graphics::lose() {
    impasto_context_device_lost(context_.get());
    queue_->lose_device();
}

Status Graphics::fit_window(const Window& window) {
    const VkExtent2D size = window.framebuffer();
    const VkExtent2D now = swapchain_->extent();
    const bool same = size.width == now.width && size.height == now.height;
    if ((same && swapchain_->fits()) || size.width == 0 || size.height == 0) {
        return {};
    }
    IMPASTO_TRY(queue_->wait_all());
    IMPASTO_TRY(check(vkQueueWaitIdle(device_->queue()), "vkQueueWaitIdle"));  // presenting too
    auto made = Swapchain::create(*device_, surface_, *pass_, size, swapchain_.get());
    if (!made) {
        return made.error();
    }
    swapchain_ = *std::move(made);
    return {};
}

Result<bool> Graphics::acquire(const Window& window) {
    if (!frame_) {
        IMPASTO_TRY(fit_window(window));
        const auto frame = swapchain_->acquire(*queue_);
        if (!frame) {
            return frame.error();
        }
        frame_ = *frame;
    }
    return frame_.has_value();
}

Status Graphics::draw_frame(const ImVec4& background, Impasto::Image* shot) {
    const Swapchain::Frame frame = *std::exchange(frame_, std::nullopt);
    const auto submission = queue_->begin();
    if (!submission) {
        return submission.error();
    }
    VkClearValue clear{};
    clear.color = {{background.x, background.y, background.z, 1.0f}};
    VkRenderPassBeginInfo info{};
    info.sType = VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO;
    info.renderPass = pass_->get();
    info.framebuffer = frame.framebuffer;
    info.renderArea.extent = swapchain_->extent();
    info.clearValueCount = 1;
    info.pClearValues = &clear;
    vkCmdBeginRenderPass(submission->commands, &info, VK_SUBPASS_CONTENTS_INLINE);
    canvas_->begin(submission->commands);
    const Status drawn = interface_.draw(submission->commands);
    canvas_->end();
    vkCmdEndRenderPass(submission->commands);
    IMPASTO_TRY(drawn);
    std::optional<Screenshot> taken;
    if (shot != nullptr) {
        auto made = Screenshot::create(*device_, swapchain_->extent());
        if (!made) {
            return made.error();
        }
        taken = *std::move(made);
        taken->record(submission->commands, swapchain_->image(frame.image));
    }
    IMPASTO_TRY(queue_->submit(*submission, frame.signals));
    IMPASTO_TRY(swapchain_->present(frame, submission->number));
    if (taken) {
        IMPASTO_TRY(queue_->wait(submission->number, std::numeric_limits<double>::infinity()));
        auto image = taken->image(pass_->format().format == VK_FORMAT_B8G8R8A8_UNORM);
        if (!image) {
            return image.error();
        }
        *shot = *std::move(image);
    }
    return {};
}

}  // namespace impasto::viewer
