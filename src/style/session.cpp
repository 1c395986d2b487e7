#include "style/session.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "gpu/errors.h"
#include "image/colors.h"
#include "image/resize.h"
#include "nn/resize.h"
#include "style/noise.h"

namespace impasto::style {

namespace {

// Iterations queued ahead of the device: enough that it never waits for the host.
constexpr std::size_t kInFlight = 2;

const nn::Borders kEdges{nn::Border::kReplicate, nn::Border::kReplicate};

}  // namespace

Session::Session(gpu::Device& device, Image content, std::vector<Image> styles,
                 SessionOptions options, Log log)
    : device_(device),
      content_(std::move(content)),
      styles_(std::move(styles)),
      options_(std::move(options)),
      log_(std::move(log)) {
    scales_ = schedule(static_cast<std::uint32_t>(content_.width),
                       static_cast<std::uint32_t>(content_.height), options_.size,
                       options_.first_size, options_.iterations);
}

// The device may still be reading what the members own.
Session::~Session() {
    if (!in_flight_.empty()) {
        (void)stream_->wait(in_flight_.back());
    }
}

nn::Shape Session::shape() const { return {3, scales_[scale_].height, scales_[scale_].width}; }

Result<std::unique_ptr<Session>> Session::create(gpu::Device& device, const EncoderWeights& weights,
                                                 Image content, std::vector<Image> styles,
                                                 SessionOptions options, Log log) {
    auto self = std::unique_ptr<Session>(new Session(device, std::move(content), std::move(styles),
                                                     std::move(options), std::move(log)));
    IMPASTO_TRY(self->check());
    auto stream = gpu::Stream::create(device);
    if (!stream) {
        return stream.error();
    }
    self->stream_ = *std::move(stream);
    auto network =
        encoder::Network::upload(*self->stream_, weights, self->options_.objective.depth());
    if (!network) {
        return network.error();
    }
    self->network_ = *std::move(network);
    IMPASTO_TRY(self->check_memory());
    IMPASTO_TRY(self->enter_scale(0));
    return self;
}

Status Session::check() const {
    const Scale& largest = scales_.back();
    if (options_.optimizer == Optimizer::kLbfgs &&
        std::uint64_t{3} * largest.width * largest.height * (options_.lbfgs_history + 1) >
            static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max())) {
        // The kernels index the history with 32 bits.
        return Error{ErrorCode::kInvalidArgument,
                     "L-BFGS with " + std::to_string(options_.lbfgs_history) +
                         " pairs is too large for a picture of " + std::to_string(largest.width) +
                         "x" + std::to_string(largest.height) +
                         ": use a smaller --size, or --optimizer adam"};
    }
    const std::uint32_t smallest = encoder::Plan::smallest_side(options_.objective.depth());
    const Scale& first = scales_.front();
    if (std::min(first.width, first.height) < smallest) {
        const Scale& last = scales_.back();
        const std::string sizes = "the content is " + std::to_string(content_.width) + "x" +
                                  std::to_string(content_.height) + " and would be optimised at " +
                                  std::to_string(first.width) + "x" + std::to_string(first.height);
        const std::string need = ", while " + encoder::relu_name(options_.objective.depth()) +
                                 " needs at least " + std::to_string(smallest) + " pixels a side: ";
        return Error{
            ErrorCode::kInvalidArgument,
            sizes + need +
                (std::min(last.width, last.height) >= smallest
                     ? "use a larger --first-size"
                     : "use a larger --size, or crop the picture to a less extreme shape")};
    }
    return {};
}

Result<std::uint64_t> Session::bytes_needed(const Scale& scale) const {
    const nn::Shape shape{3, scale.height, scale.width};
    auto objective = Objective::bytes_needed(device_, *network_, shape, options_.objective);
    if (!objective) {
        return objective.error();
    }
    // The image, the best image and the content at this size.
    const std::uint64_t optimising = *objective +
                                     ImageOptimizer::bytes_needed(device_, shape.size(), options_) +
                                     3 * shape.size() * sizeof(float);
    // Before that, the styles go through the encoder one by one, and the objective is not there
    // yet.
    auto styles = StyleTargets::bytes_needed(device_, *network_, styles_, style_longest(scale),
                                             options_.objective);
    if (!styles) {
        return styles.error();
    }
    return std::max(optimising, *styles);
}

std::uint32_t Session::style_longest(const Scale& scale) const {
    const double longest = scale.longest() * static_cast<double>(options_.style_scale);
    return static_cast<std::uint32_t>(std::max(1.0, std::round(longest)));
}

Status Session::check_memory() const {
    const std::uint64_t available = device_.available_memory();
    auto need = bytes_needed(scales_.back());
    if (!need) {
        return need.error();
    }
    if (available == 0 || *need <= available) {
        return {};
    }
    // The largest size that fits, by halving the interval; sizes are tried, nothing is allocated.
    std::uint32_t fits = 0;
    std::uint32_t too_large = options_.size;
    while (too_large - fits > 16) {
        const std::uint32_t middle = (fits + too_large) / 2;
        auto bytes = bytes_needed(fit(static_cast<std::uint32_t>(content_.width),
                                      static_cast<std::uint32_t>(content_.height), middle));
        // A size that is too small for the layers fits as far as memory goes.
        if (!bytes || *bytes <= available) {
            fits = middle;
        } else {
            too_large = middle;
        }
    }
    return Error{ErrorCode::kOutOfMemory,
                 "--size " + std::to_string(options_.size) + " needs " + gpu::format_bytes(*need) +
                     " of device memory and " + device_.info().name + " has " +
                     gpu::format_bytes(available) + " free: " +
                     (fits >= 16 ? "--size " + std::to_string(fits / 16 * 16) + " would fit"
                                 : "free some, or choose another device")};
}

Status Session::make_start_image(const Scale& scale, const gpu::Buffer& content) {
    auto arena = std::make_unique<gpu::Arena>(device_);
    const nn::Shape to = shape();
    const gpu::Buffer& image = arena->reserve(to.size());
    const gpu::Buffer& best = arena->reserve(to.size());
    IMPASTO_TRY(arena->commit("the image"));
    gpu::Program program(device_);
    gpu::Arena scratch_arena(device_);
    if (scale_ > 0) {
        const gpu::Buffer& scratch =
            scratch_arena.reserve(nn::resize_scratch_size(image_shape_, to));
        IMPASTO_TRY(scratch_arena.commit("enlarging the image"));
        nn::record_resize(program, *image_, image_shape_, scratch, image, to, kEdges);
    } else if (options_.init == Init::kContent) {
        program.copy(content, image, to.size() * sizeof(float));
    } else if (options_.init == Init::kNoise) {
        IMPASTO_TRY(stream_->upload(noise(to.size(), options_.seed), image));
    } else {
        auto start =
            upload_image(*stream_, scratch_arena, options_.init_image, scale.width, scale.height);
        if (!start) {
            return start.error();
        }
        program.copy(**start, image, to.size() * sizeof(float));
    }
    program.copy(image, best, to.size() * sizeof(float));
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream_->run(program));
    image_arena_ = std::move(arena);
    image_ = &image;
    best_ = &best;
    image_shape_ = to;
    return {};
}

Status Session::enter_scale(std::uint32_t index) {
    // The old scale's plan goes first: its memory is what the new one needs.
    step_.reset();
    optimizer_.reset();
    objective_.reset();
    targets_.reset();
    scale_ = index;
    submitted_ = 0;
    collected_ = 0;
    const Scale& scale = scales_[index];

    if (!options_.objective.style_layers.empty()) {
        auto targets = StyleTargets::create(*stream_, *network_, styles_, style_longest(scale),
                                            options_.objective);
        if (!targets) {
            return targets.error();
        }
        targets_ = *std::move(targets);
    }
    gpu::Arena content_arena(device_);
    auto content = upload_image(*stream_, content_arena, content_, scale.width, scale.height);
    if (!content) {
        return content.error();
    }
    IMPASTO_TRY(make_start_image(scale, **content));
    auto objective = Objective::create(*stream_, *network_, shape(), **content, targets_.get(),
                                       options_.objective, scale.iterations + 1);
    if (!objective) {
        return objective.error();
    }
    objective_ = *std::move(objective);
    auto optimizer = ImageOptimizer::create(device_, shape().size(), options_);
    if (!optimizer) {
        return optimizer.error();
    }
    optimizer_ = *std::move(optimizer);

    gpu::Program reset(device_);
    optimizer_->record_reset(reset);
    IMPASTO_TRY(reset.finish());
    IMPASTO_TRY(stream_->run(reset));
    step_ = std::make_unique<gpu::Program>(device_);
    objective_->record(*step_, *image_);
    nn::record_keep_best(*step_, *image_, *best_, objective_->state(), shape().size());
    optimizer_->record_step(*step_, *image_, objective_->gradient());
    return step_->finish();
}

bool Session::diverged(const Losses& losses) const {
    const Losses& first = losses_[losses_.size() - collected_];
    const bool exploded = collected_ > 1 && losses.total > options_.explosion_factor * first.total;
    return !std::isfinite(losses.total) || exploded;
}

Status Session::go_back_to_best() {
    gpu::Program program(device_);
    program.copy(*best_, *image_, image_shape_.size() * sizeof(float));
    IMPASTO_TRY(program.finish());
    return stream_->run(program);
}

Status Session::restart_from_best() {
    IMPASTO_TRY(go_back_to_best());
    gpu::Program program(device_);
    optimizer_->record_reset(program);
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream_->run(program));
    ++progress_.restarts;
    return {};
}

// Every iteration evaluates the image before its step; the image after the last one is evaluated
// here. Few iterations of L-BFGS may end on an overshoot: then the best image is the scale's
// result.
Status Session::evaluate_last_step() {
    gpu::Program program(device_);
    objective_->record(program, *image_);
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream_->run(program));
    const float last = objective_->losses(collected_).total;
    const auto best =
        std::min_element(losses_.end() - collected_, losses_.end(),
                         [](const Losses& a, const Losses& b) { return a.total < b.total; });
    return last <= options_.overshoot_factor * best->total ? Status() : go_back_to_best();
}

// Takes the loss of the oldest iteration in flight, whose ticket this is.
Status Session::collect(std::uint64_t ticket) {
    IMPASTO_TRY(stream_->wait(ticket));
    in_flight_.erase(in_flight_.begin());
    losses_.push_back(objective_->losses(collected_));
    ++collected_;
    progress_.scale = scale_;
    progress_.iteration = collected_;
    progress_.total_iterations = static_cast<std::uint32_t>(losses_.size());
    const Losses& losses = losses_.back();
    if (!diverged(losses)) {
        return {};
    }
    if (collected_ == 1) {
        return Error{ErrorCode::kInvalidArgument,
                     "the loss of the start image is not finite: use smaller weights, or another "
                     "--init"};
    }
    // What was queued behind the bad iteration is worthless: it is waited for and recorded.
    while (!in_flight_.empty()) {
        IMPASTO_TRY(stream_->wait(in_flight_.front()));
        in_flight_.erase(in_flight_.begin());
        losses_.push_back(objective_->losses(collected_));
        ++collected_;
    }
    progress_.iteration = collected_;
    progress_.total_iterations = static_cast<std::uint32_t>(losses_.size());
    IMPASTO_TRY(restart_from_best());
    if (log_) {
        char text[160];
        std::snprintf(text, sizeof text,
                      "the optimisation diverged (loss %.3g) in iteration %u of scale %u: going on "
                      "from the best image so far",
                      static_cast<double>(losses.total), collected_, scale_ + 1);
        log_(text);
    }
    return {};
}

Status Session::finish_scale() {
    while (!in_flight_.empty()) {
        IMPASTO_TRY(collect(in_flight_.front()));
    }
    IMPASTO_TRY(evaluate_last_step());
    if (scale_ + 1 == scales_.size()) {
        progress_.done = true;
        return {};
    }
    return enter_scale(scale_ + 1);
}

Status Session::advance(std::uint32_t iterations) {
    for (std::uint32_t i = 0; i < iterations && !progress_.done; ++i) {
        if (step_ == nullptr) {
            return Error{ErrorCode::kInvalidArgument,
                         "this session has failed before and can only be asked for its image"};
        }
        auto ticket = stream_->submit(*step_);
        if (!ticket) {
            return ticket.error();
        }
        in_flight_.push_back(*ticket);
        ++submitted_;
        if (in_flight_.size() > kInFlight) {
            IMPASTO_TRY(collect(in_flight_.front()));
        }
        if (submitted_ == scales_[scale_].iterations) {
            IMPASTO_TRY(finish_scale());
        }
    }
    return {};
}

Result<Image> Session::image() {
    while (!in_flight_.empty()) {
        IMPASTO_TRY(collect(in_flight_.front()));
    }
    Image result;
    result.width = static_cast<int>(image_shape_.width);
    result.height = static_cast<int>(image_shape_.height);
    result.rgb.resize(image_shape_.size());
    IMPASTO_TRY(stream_->download(*image_, result.rgb));
    if (!std::all_of(result.rgb.begin(), result.rgb.end(),
                     [](float v) { return std::isfinite(v); })) {
        // A step went wrong that no evaluation has noticed yet.
        IMPASTO_TRY(go_back_to_best());
        IMPASTO_TRY(stream_->download(*image_, result.rgb));
    }
    for (float& value : result.rgb) {
        value = std::clamp(value, 0.0f, 1.0f);
    }
    if (options_.colors == Colors::kContent || !content_.alpha.empty()) {
        Image content = resize_image(content_, result.width, result.height);
        if (options_.colors == Colors::kContent) {
            auto recoloured = keep_content_colors(result, content);
            if (!recoloured) {
                return recoloured.error();
            }
            result = *std::move(recoloured);
        }
        result.alpha = std::move(content.alpha);
    }
    return result;
}

}  // namespace impasto::style
