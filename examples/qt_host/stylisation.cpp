#include "stylisation.h"

bool Stylisation::open(const ImpastoVulkanDevice& device, VkFormat format) {
    failure_ = {};
    auto context_options = Impasto::make<ImpastoContextOptions>();
    context_options.host_device = &device;
    context_ = Impasto::create_context(&context_options, failure_);
    weights_ = Impasto::load_weights("builtin", failure_);
    content_ = Impasto::load_image(options_.content.c_str(), failure_);
    style_ = Impasto::load_image(options_.style.c_str(), failure_);
    if (failure_.result != IMPASTO_SUCCESS) {
        return false;
    }
    session_options_.size = options_.size;
    if (options_.style_weight > 0) {
        session_options_.objective.style_weight = options_.style_weight;
    }
    hosting_.format = format;
    hosting_.mips = 1;
    aspect_ = static_cast<float>(impasto_image_width(content_.get())) /
              static_cast<float>(impasto_image_height(content_.get()));
    return create_session();
}

bool Stylisation::create_session() {
    auto content = Impasto::make<ImpastoSource>();
    content.image = content_.get();
    auto style = Impasto::make<ImpastoSource>();
    style.image = style_.get();
    session_ = Impasto::create_hosted_session(context_.get(), weights_.get(), content, {style},
                                              session_options_, hosting_, failure_);
    paused_ = false;
    return session_ != nullptr;
}

bool Stylisation::record(VkCommandBuffer commands, std::uint64_t frame, std::uint64_t finished) {
    auto slice = Impasto::make<ImpastoSlice>();
    slice.command_buffer = commands;
    slice.frame = frame;
    slice.completed_frame = finished;
    slice.budget_ms = options_.budget_ms;
    return !failed(impasto_session_record(session_.get(), &slice, &report_));
}

VkImageView Stylisation::picture() const {
    auto result = Impasto::make<ImpastoResultImage>();
    if (impasto_session_result(session_.get(), &result) != IMPASTO_SUCCESS || result.ready == 0) {
        return VK_NULL_HANDLE;
    }
    return (VkImageView)result.view;
}

void Stylisation::scale_style_weight(float factor) {
    if (session_) {
        session_options_.objective.style_weight *= factor;
        failed(impasto_session_set_objective(session_.get(), &session_options_.objective));
    }
}

void Stylisation::toggle_pause() {
    if (session_) {
        paused_ = !paused_;
        failed(impasto_session_pause(session_.get(), paused_ ? 1 : 0));
    }
}

bool Stylisation::restart(std::uint64_t frame) {
    session_.get_deleter().frame = frame;
    session_.reset();
    return create_session();
}

void Stylisation::close(std::uint64_t frame) {
    session_.get_deleter().frame = frame;
    session_.reset();
    if (context_) {
        impasto_context_frame_completed(context_.get(), frame);
    }
    context_.reset();
}

void Stylisation::device_lost() {
    if (context_) {
        impasto_context_device_lost(context_.get());
    }
}

ImpastoProgress Stylisation::progress() {
    auto progress = Impasto::make<ImpastoProgress>();
    if (session_) {
        impasto_session_progress(session_.get(), &progress);
    }
    return progress;
}

bool Stylisation::failed(ImpastoResult result) {
    if (result == IMPASTO_SUCCESS || result == IMPASTO_NOT_READY) {
        return false;
    }
    failure_.result = result;
    failure_.message = impasto_session_message(session_.get());
    return true;
}
