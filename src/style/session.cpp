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
#include "style/session_memory.h"
#include "style/target_shelf.h"

namespace impasto::style {

namespace {

// Iterations behind a divergence that are counted: those that a queue has in flight by then.
constexpr std::uint32_t kBehind = 2;
static_assert(kBehind == gpu::Stream::kAhead);

Error failed_before() {
    return {ErrorCode::kInvalidArgument,
            "this session has failed before and can only be asked for its image"};
}

}  // namespace

Session::Session(std::shared_ptr<gpu::Stream> stream, Image content, std::vector<Image> styles,
                 SessionOptions options, Log log)
    : stream_(std::move(stream)),
      device_(stream_->device()),
      content_(std::move(content)),
      options_(std::move(options)),
      log_(std::move(log)) {
    options_.objective.maps = content_.maps;
    PreparedStyles prepared =
        TargetShelf::prepare(options_.targets.get(), std::move(styles), options_);
    styles_ = std::move(prepared.styles);
    options_.objective.lattice = prepared.lattice;
    scales_ = schedule(content_, options_, options_.size);
}

// The device may still be reading what the members own.
Session::~Session() { stream_->drain(); }

bool Session::on_last_scale() const {
    return image_shape_.width == scales_.back().width &&
           image_shape_.height == scales_.back().height;
}

nn::Shape Session::shape() const {
    return {static_cast<std::uint32_t>(content_.planes()), scales_[scale_].height,
            scales_[scale_].width};
}

Result<std::unique_ptr<Session>> Session::create(gpu::Device& device, const EncoderWeights& weights,
                                                 Image content, std::vector<Image> styles,
                                                 SessionOptions options, Log log) {
    auto stream = gpu::Stream::create(device);
    if (!stream) {
        return stream.error();
    }
    return create(std::shared_ptr<gpu::Stream>(*std::move(stream)), weights, std::move(content),
                  std::move(styles), std::move(options), std::move(log));
}

Result<std::unique_ptr<Session>> Session::create(std::shared_ptr<gpu::Stream> stream,
                                                 const EncoderWeights& weights, Image content,
                                                 std::vector<Image> styles, SessionOptions options,
                                                 Log log) {
    auto self = std::unique_ptr<Session>(new Session(std::move(stream), std::move(content),
                                                     std::move(styles), std::move(options),
                                                     std::move(log)));
    self->encoder_ = weights.name;
    IMPASTO_TRY(self->check());
    auto place = self->options_.network;
    if (place == nullptr) {
        place = std::make_shared<encoder::NetworkPlace>();
    }
    std::unique_lock loading(place->mutex);
    self->network_ = place->network.lock();
    std::shared_ptr<encoder::Network> fresh;  // to be loaded
    if (self->network_ == nullptr) {
        auto network = encoder::Network::create(
            *self->stream_, weights, self->options_.objective.depth(),
            self->options_.objective.tuner, self->options_.objective.precision());
        if (!network) {
            return network.error();
        }
        fresh = *std::move(network);
        self->network_ = fresh;
    }
    // All scales are judged by the largest, before minutes go into the smaller ones.
    auto bytes =
        check_session_memory(*self->network_, self->content_, self->styles_, self->options_);
    if (!bytes) {
        return bytes.error();
    }
    self->bytes_planned_ = *bytes;
    if (self->log_) {
        self->log_("device memory: " + gpu::format_bytes(*bytes));
    }
    if (fresh != nullptr) {
        IMPASTO_TRY(fresh->load(*self->stream_, weights));
        place->network = fresh;
    }
    loading.unlock();
    IMPASTO_TRY(self->enter_scale(0));
    return self;
}

Status Session::check() const {
    for (std::size_t i = 0; i < styles_.size(); ++i) {
        if (styles_[i].maps != content_.maps) {
            return Error{ErrorCode::kInvalidArgument,
                         "style " + std::to_string(i + 1) + " has " +
                             std::to_string(styles_[i].maps) + " maps and the picture " +
                             std::to_string(content_.maps) + ": stack as many"};
        }
    }
    if (options_.init == Init::kImage && options_.init_image.maps != content_.maps) {
        return Error{ErrorCode::kInvalidArgument,
                     "the start image must be a stack of " + std::to_string(content_.maps)};
    }
    const std::uint32_t smallest = encoder::Plan::smallest_side(options_.objective.depth());
    const Scale& first = scales_.front();
    if (std::min(first.width, first.height) < smallest) {
        const std::string sizes = "the content is " + std::to_string(content_.width) + "x" +
                                  std::to_string(content_.height) + " and would be optimised at " +
                                  std::to_string(first.width) + "x" + std::to_string(first.height);
        const std::string need = ", while " + encoder::relu_name(options_.objective.depth()) +
                                 " needs at least " + std::to_string(smallest) + " pixels a side: ";
        return Error{
            ErrorCode::kInvalidArgument,
            sizes + need + "use a larger size, or crop the picture to a less extreme shape"};
    }
    return StyleTargets::check_sizes(styles_, options_.objective);
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
        nn::record_resize(program, *image_, image_shape_, scratch, image, to,
                          options_.objective.resize_borders());
    } else if (options_.init == Init::kContent) {
        program.copy(content, image, to.size() * sizeof(float));
    } else if (options_.init == Init::kNoise) {
        IMPASTO_TRY(stream_->upload(noise(to.size(), options_.seed), image));
    } else {
        auto start = upload_image(*stream_, scratch_arena, options_.init_image, scale.width,
                                  scale.height, options_.objective.resize_borders());
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
    ++image_version_;
    best_ = &best;
    image_shape_ = to;
    image_losses_.reset();
    best_losses_.total = std::numeric_limits<float>::infinity();
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
    extra_evaluations_ = 0;
    timings_.clear();
    timed_ = 0;
    const Scale& scale = scales_[index];

    if (!options_.objective.style_layers.empty()) {
        auto targets = TargetShelf::take_or_make(
            options_.targets.get(), *stream_, network_, styles_,
            StyleScale(style_longest(scale, options_), shape()), options_.objective);
        if (!targets) {
            return targets.error();
        }
        targets_ = *std::move(targets);
    }
    gpu::Arena content_arena(device_);
    auto content = upload_image(*stream_, content_arena, content_, scale.width, scale.height,
                                options_.objective.resize_borders());
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
    // Kept only when it is whole.
    auto step = std::make_shared<gpu::Program>(
        device_, options_.profile ? gpu::Measure::kAlways : gpu::Measure::kFirst);
    record_evaluation(*step, {options_.explosion_factor, kBehind});
    step->label("step");
    optimizer_->record_step(*step, *image_, objective_->gradient());
    IMPASTO_TRY(step->finish());
    step_ = std::move(step);
    return {};
}

void Session::record_evaluation(gpu::Program& program, const nn::Divergence& divergence) const {
    objective_->record(program, *image_, divergence);
    nn::record_keep_best(program, *image_, *best_, objective_->state(), shape().size());
}

// Of the evaluation after those that were read before.
Losses Session::read_losses() {
    const Losses losses = objective_->losses(collected_ + extra_evaluations_);
    if (losses.total < best_losses_.total) {
        best_losses_ = losses;
    }
    return losses;
}

// For what is to be noted of iterations in flight: once they are submitted, no lack of memory makes
// the host lose count of them.
void Session::make_room() {
    in_flight_.reserve(gpu::Stream::kMostAhead + 1);
    if (losses_.capacity() < losses_.size() + gpu::Stream::kMostAhead + 1) {
        losses_.reserve(2 * losses_.size() + 64);
    }
    layer_losses_.reserve(options_.objective.content_layers.size() +
                          options_.objective.style_layers.size());
}

void Session::take_iteration(const Losses& losses) {
    losses_.push_back(losses);
    objective_->layer_losses(collected_ + extra_evaluations_, layer_losses_);
    ++collected_;
    progress_.scale = scale_;
    progress_.iteration = collected_;
    progress_.total_iterations = static_cast<std::uint32_t>(losses_.size());
}

Status Session::go_back_to_best() {
    gpu::Program program(device_);
    program.copy(*best_, *image_, image_shape_.size() * sizeof(float));
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream_->run(program));
    image_losses_.reset();
    if (std::isfinite(best_losses_.total)) {
        image_losses_ = best_losses_;
    }
    return {};
}

Status Session::restart_from_best() {
    IMPASTO_TRY(go_back_to_best());
    gpu::Program program(device_);
    optimizer_->record_reset(program);
    nn::record_divergence_over(program, objective_->state());
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream_->run(program));
    ++progress_.restarts;
    return {};
}

// Every iteration evaluates the image before its step; the image after the last one is evaluated
// here, once nothing is in flight.
Status Session::evaluate_image() {
    gpu::Program program(device_);
    record_evaluation(program);
    IMPASTO_TRY(program.finish());
    IMPASTO_TRY(stream_->run(program));
    image_losses_ = read_losses();
    ++extra_evaluations_;
    // A step that went wrong.
    return std::isfinite(image_losses_->total) ? Status() : go_back_to_best();
}

std::uint32_t Session::iterations_submitted() const {
    return static_cast<std::uint32_t>(losses_.size() + in_flight_.size());
}

Status Session::collect_next() {
    return in_flight_.empty() ? Status() : collect(in_flight_.front());
}

Status Session::collect_all() {
    while (!in_flight_.empty()) {
        IMPASTO_TRY(collect_next());
    }
    return {};
}

// Takes the loss of the oldest iteration in flight, whose ticket this is.
Status Session::collect(std::uint64_t ticket) {
    IMPASTO_TRY(stream_->wait(ticket));
    in_flight_.erase(in_flight_.begin());
    const bool diverged = objective_->diverged(collected_ + extra_evaluations_);
    const Losses losses = read_losses();
    take_iteration(losses);
    if (std::isfinite(losses.total) && !diverged) {
        return {};
    }
    if (collected_ == 1) {
        return Error{ErrorCode::kInvalidArgument,
                     "the loss of the start image is not finite: use smaller weights, or another "
                     "start image"};
    }
    // What was queued behind the bad iteration is worthless: it is waited for, and of a queue's
    // number recorded; the others are to be done again.
    for (std::uint32_t behind = 0; !in_flight_.empty(); ++behind) {
        IMPASTO_TRY(stream_->wait(in_flight_.front()));
        in_flight_.erase(in_flight_.begin());
        if (behind < kBehind) {
            take_iteration(read_losses());
        } else {
            ++extra_evaluations_;
            --submitted_;
        }
    }
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

// The first iteration of a scale also pays for what a driver does lazily: it is left out, unless it
// is the only one.
Status Session::add_timings() {
    auto timings = step_->timings();
    if (!timings) {
        return timings.error();
    }
    if (submitted_ > 2) {
        for (std::size_t i = 0; i < timings->size(); ++i) {
            (*timings)[i].seconds += timings_[i].seconds;
        }
    }
    timed_ = submitted_ > 2 ? timed_ + 1 : 1;
    timings_ = *std::move(timings);
    return {};
}

Result<const encoder::Plan*> Session::plan() const {
    if (objective_ == nullptr) {
        return failed_before();
    }
    return &objective_->plan();
}

std::vector<gpu::Timing> Session::operations() const {
    std::vector<gpu::Timing> means = timings_;
    for (gpu::Timing& mean : means) {
        mean.seconds /= timed_;
    }
    return means;
}

Status Session::finish_scale() {
    IMPASTO_TRY(collect_all());
    if (submitted_ < scales_[scale_].iterations) {
        return {};  // some are to be done again
    }
    if (!image_losses_) {
        IMPASTO_TRY(evaluate_image());
    }
    // Few iterations of L-BFGS may end on an overshoot: then the best image is the scale's result.
    if (image_losses_ &&
        !(image_losses_->total <= options_.overshoot_factor * best_losses_.total)) {
        IMPASTO_TRY(go_back_to_best());
    }
    if (scale_ + 1 == scales_.size()) {
        progress_.done = true;
        return {};
    }
    stream_->drain();  // who reads device_image()
    return enter_scale(scale_ + 1);
}

Status Session::advance(std::uint32_t iterations) {
    for (std::uint32_t i = 0; i < iterations && !progress_.done; ++i) {
        if (step_ == nullptr) {
            return failed_before();
        }
        if (submitted_ == scales_[scale_].iterations) {
            IMPASTO_TRY(finish_scale());  // which failed before
            continue;
        }
        make_room();
        auto ticket = stream_->submit(*step_);
        if (!ticket) {
            return ticket.error();
        }
        in_flight_.push_back(*ticket);
        ++submitted_;
        image_losses_.reset();
        // The first iteration measures, so that the others are cut by what it took.
        if (options_.profile || submitted_ == 1) {
            IMPASTO_TRY(stream_->wait(*ticket));
        }
        if (options_.profile) {
            IMPASTO_TRY(add_timings());
        }
        if (submitted_ == 1) {
            IMPASTO_TRY(step_->recut());
        }
        const std::size_t ahead = stream_->ahead(*step_);
        while (in_flight_.size() > ahead) {
            IMPASTO_TRY(collect(in_flight_.front()));
        }
        if (submitted_ == scales_[scale_].iterations) {
            IMPASTO_TRY(finish_scale());
        }
    }
    return {};
}

Result<Losses> Session::image_losses() {
    IMPASTO_TRY(collect_all());
    if (!image_losses_) {
        if (step_ == nullptr) {
            return failed_before();
        }
        IMPASTO_TRY(evaluate_image());
    }
    return image_losses_.value_or(best_losses_);
}

// The image; the best one so far after a step that went wrong that no evaluation has noticed yet.
Result<std::vector<float>> Session::download_image() {
    std::vector<float> values(image_shape_.size());
    IMPASTO_TRY(stream_->download(*image_, values));
    if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
        IMPASTO_TRY(go_back_to_best());
        IMPASTO_TRY(stream_->download(*image_, values));
    }
    return values;
}

Result<Image> Session::image() {
    IMPASTO_TRY(collect_all());
    auto values = download_image();
    if (!values) {
        return values.error();
    }
    Image result;
    result.width = static_cast<int>(image_shape_.width);
    result.height = static_cast<int>(image_shape_.height);
    result.maps = content_.maps;
    result.rgb = *std::move(values);
    const Wrap wrap = options_.objective.wrap;
    if (const Scale asked = result_size(content_, options_); wrap.any() && on_last_scale()) {
        // The sides that tile were made ones that the pools divide.
        result = resize_image(result, static_cast<int>(asked.width), static_cast<int>(asked.height),
                              wrap);
    }
    for (float& value : result.rgb) {
        value = std::clamp(value, 0.0f, 1.0f);
    }
    if (options_.colors == Colors::kContent || !content_.alpha.empty()) {
        Image content = resize_image(content_, result.width, result.height, wrap);
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
