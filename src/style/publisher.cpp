#include "style/publisher.h"

#include "image/resize.h"
#include "nn/resize.h"

namespace impasto::style {

Result<std::unique_ptr<Publisher>> Publisher::create(Session& session, const Target& target) {
    auto self = std::unique_ptr<Publisher>(new Publisher(session, target));
    IMPASTO_TRY(self->prepare());
    return self;
}

Status Publisher::prepare() {
    gpu::Stream& stream = session_.stream();
    const gpu::ImagePart& part = target_.part;
    const std::size_t pixels = std::size_t{part.width} * part.height;
    const Image& content = session_.content();
    fixed_arena_ = std::make_unique<gpu::Arena>(stream.device());
    texels_ = &fixed_arena_->reserve(
        nn::texels_size(target_.format, part.width, part.height, part.levels));
    const bool colors = session_.options().colors == Colors::kContent;
    if (colors) {
        content_ = &fixed_arena_->reserve(3 * pixels);
    }
    if (!content.alpha.empty()) {
        alpha_ = &fixed_arena_->reserve(pixels);
    }
    IMPASTO_TRY(fixed_arena_->commit("the result's texels"));
    if (colors || alpha_ != nullptr) {
        // As Session::image() does it.
        const Image resized =
            resize_image(content, static_cast<int>(part.width), static_cast<int>(part.height),
                         session_.options().objective.wrap);
        if (colors) {
            IMPASTO_TRY(stream.upload(resized.rgb, *content_));
        }
        if (alpha_ != nullptr) {
            IMPASTO_TRY(stream.upload(resized.alpha, *alpha_));
        }
    }
    return {};
}

Status Publisher::record() {
    gpu::Device& device = session_.stream().device();
    const gpu::ImagePart& part = target_.part;
    const nn::Shape from = session_.image_shape();
    const nn::Shape to{3, part.height, part.width};
    const gpu::Buffer& image = session_.device_image();
    program_.reset();
    arena_ = std::make_unique<gpu::Arena>(device);
    program_ = std::make_unique<gpu::Program>(device);
    program_->label("result");
    const gpu::Buffer* picture = &image;
    if (from != to) {
        const gpu::Buffer& scratch = arena_->reserve(nn::resize_scratch_size(from, to));
        const gpu::Buffer& resized = arena_->reserve(to.size());
        IMPASTO_TRY(arena_->commit("enlarging the result"));
        nn::record_resize(*program_, image, from, scratch, resized, to,
                          session_.options().objective.resize_borders());
        picture = &resized;
    }
    nn::record_texels(*program_, target_.format, *picture, content_, alpha_, part.width,
                      part.height, part.levels, *texels_);
    program_->copy_to_image(*texels_, part);
    version_ = session_.image_version();
    return program_->finish();
}

Result<std::uint64_t> Publisher::publish() {
    if (program_ == nullptr || version_ != session_.image_version()) {
        session_.stream().drain();
        IMPASTO_TRY(record());
    }
    return session_.stream().submit(*program_);
}

}  // namespace impasto::style
