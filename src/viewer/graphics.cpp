#include "viewer/graphics.h"

#include <limits>
#include <utility>

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
    damage_.forget();
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
        vkDeviceWaitIdle(device_->get());  // presenting has no number
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
    IMPASTO_TRY(drop_acquired());
    IMPASTO_TRY(queue_->wait_all());
    IMPASTO_TRY(check(vkQueueWaitIdle(device_->queue()), "vkQueueWaitIdle"));  // presenting too
    auto made = Swapchain::create(*device_, surface_, *pass_, size, swapchain_.get());
    if (!made) {
        return made.error();
    }
    swapchain_ = *std::move(made);
    damage_.forget();
    return {};
}

// An image that was acquired for a frame which changed nothing: what signals it is waited for.
Status Graphics::drop_acquired() {
    if (!frame_) {
        return {};
    }
    const auto submission = queue_->begin();
    if (!submission) {
        return submission.error();
    }
    return queue_->submit(*submission, {std::exchange(frame_, std::nullopt)->signals.wait});
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

// Where the window is to show something else than it does.
Rect Graphics::take_damage(const ImVec4& background) {
    if (background.x != background_.x || background.y != background_.y ||
        background.z != background_.z) {
        damage_.forget();
        background_ = background;
    }
    const Rect changed = damage_.compare(*ImGui::GetDrawData(), Canvas::describe);
    swapchain_->damage(changed);
    unseen_ = unseen_.united(changed);
    return unseen_;
}

// Draws `part` of the frame over what the image has, or all of it.
Status Graphics::record_pass(VkCommandBuffer commands, const Swapchain::Frame& frame,
                             const Rect& part) {
    const bool whole = part == swapchain_->whole();
    VkClearValue clear{};
    clear.color = {{background_.x, background_.y, background_.z, 1.0f}};
    VkRenderPassBeginInfo info{};
    info.sType = VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO;
    info.renderPass = whole ? pass_->get() : pass_->keeping();
    info.framebuffer = frame.framebuffer;
    info.renderArea = {{part.left, part.top},
                       {static_cast<std::uint32_t>(part.right - part.left),
                        static_cast<std::uint32_t>(part.bottom - part.top)}};
    info.clearValueCount = whole ? 1 : 0;
    info.pClearValues = &clear;
    vkCmdBeginRenderPass(commands, &info, VK_SUBPASS_CONTENTS_INLINE);
    if (!whole) {
        const VkClearAttachment cleared{VK_IMAGE_ASPECT_COLOR_BIT, 0, clear};
        const VkClearRect area{info.renderArea, 0, 1};
        vkCmdClearAttachments(commands, 1, &cleared, 1, &area);
    }
    canvas_->begin(commands);
    const Status drawn = interface_.draw(commands, part);
    vkCmdEndRenderPass(commands);
    return drawn;
}

Result<std::uint64_t> Graphics::draw_frame(const ImVec4& background, Shots* shots) {
    const Rect changed = take_damage(background);
    if (changed.empty() && shots == nullptr) {
        canvas_->end();
        return std::uint64_t{0};
    }
    const Swapchain::Frame frame = *std::exchange(frame_, std::nullopt);
    Rect part = swapchain_->stale(frame);
    if (part.empty()) {  // for the shots alone: a pass waits for the image
        part = {0, 0, 1, 1};
    }
    const auto submission = queue_->begin();
    if (!submission) {
        return submission.error();
    }
    const VkCommandBuffer commands = submission->commands;
    IMPASTO_TRY(record_pass(commands, frame, part));
    std::vector<Screenshot> taken;
    const auto shoot = [&]() -> Status {
        auto made = Screenshot::create(*device_, swapchain_->extent());
        if (!made) {
            return made.error();
        }
        taken.push_back(*std::move(made));
        taken.back().record(commands, swapchain_->image(frame.image));
        return {};
    };
    if (shots != nullptr) {
        IMPASTO_TRY(shoot());
        if (shots->wants_whole) {
            vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                                 VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT, 0, 0, nullptr, 0,
                                 nullptr, 0, nullptr);  // once it is copied
            IMPASTO_TRY(record_pass(commands, frame, swapchain_->whole()));
            IMPASTO_TRY(shoot());
        }
    }
    canvas_->end();
    IMPASTO_TRY(queue_->submit(*submission, frame.signals));
    IMPASTO_TRY(swapchain_->present(frame, submission->number));
    unseen_ = {};
    if (shots != nullptr) {
        IMPASTO_TRY(queue_->wait(submission->number, std::numeric_limits<double>::infinity()));
        for (std::size_t i = 0; i < taken.size(); ++i) {
            auto image = taken[i].image(pass_->format().format == VK_FORMAT_B8G8R8A8_UNORM);
            if (!image) {
                return image.error();
            }
            (i == 0 ? shots->drawn : shots->whole) = *std::move(image);
        }
    }
    return part.pixels();
}

}  // namespace impasto::viewer
