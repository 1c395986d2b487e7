#include "style/optimizer.h"

#include "nn/adam.h"
#include "nn/lbfgs.h"

namespace impasto::style {

ImageOptimizer::ImageOptimizer(gpu::Device& device, std::size_t count,
                               const SessionOptions& options)
    : arena_(device),
      count_(count),
      kind_(options.optimizer),
      history_(options.lbfgs_history),
      adam_(options.adam) {
    first_ = &arena_.reserve(count);
    second_ = &arena_.reserve(count);
    if (kind_ == Optimizer::kLbfgs) {
        s_ = &arena_.reserve(count * (history_ + 1));
        y_ = &arena_.reserve(count * (history_ + 1));
        partials_ = &arena_.reserve(nn::kLbfgsPartialWords);
        state_ = &arena_.reserve(nn::kLbfgsStateWords);
    } else {
        state_ = &arena_.reserve(1);
    }
    kept_ = {state_, first_, second_};
    if (kind_ == Optimizer::kLbfgs) {
        kept_.insert(kept_.end(), {s_, y_});
    }
}

Result<std::unique_ptr<ImageOptimizer>> ImageOptimizer::create(gpu::Device& device,
                                                               std::size_t count,
                                                               const SessionOptions& options) {
    auto self = std::unique_ptr<ImageOptimizer>(new ImageOptimizer(device, count, options));
    IMPASTO_TRY(self->arena_.commit("the optimiser"));
    return self;
}

Result<std::uint64_t> ImageOptimizer::bytes_needed(gpu::Device& device, std::size_t count,
                                                   const SessionOptions& options) {
    const ImageOptimizer planned(device, count, options);
    IMPASTO_TRY(planned.arena_.check_buffers());
    return planned.arena_.bytes_reserved();
}

void ImageOptimizer::record_reset(gpu::Program& program) const {
    program.fill(*state_, 0.0f);
    program.fill(*first_, 0.0f);
    program.fill(*second_, 0.0f);
}

void ImageOptimizer::record_step(gpu::Program& program, const gpu::Buffer& image,
                                 const gpu::Buffer& gradient) const {
    if (kind_ == Optimizer::kLbfgs) {
        nn::record_lbfgs(program,
                         {image, gradient, *first_, *second_, *s_, *y_, *state_, *partials_},
                         count_, history_);
    } else {
        nn::record_adam(program, image, gradient, *first_, *second_, *state_, count_, adam_);
    }
}

}  // namespace impasto::style
