#include "viewer/painting.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "settings/session_view.h"

namespace impasto::viewer {
namespace {

// With `from`'s weights and what counts only at the start.
settings::Settings with_weights_of(settings::Settings to, const settings::Settings& from) {
    to.content_weight = from.content_weight;
    to.style_weight = from.style_weight;
    to.tv_weight = from.tv_weight;
    to.style_blend = from.style_blend;
    for (const auto layers :
         {&settings::Settings::content_layers, &settings::Settings::style_layers}) {
        auto& own = to.*layers;
        const auto& other = from.*layers;
        for (std::size_t i = 0; i < std::min(own.size(), other.size()); ++i) {
            if (own[i].name == other[i].name) {
                own[i].weight = other[i].weight;
            }
        }
    }
    to.seed = from.seed;
    to.init = from.init;
    return to;
}

ImpastoSource source(const ImpastoImage* image) {
    auto source = Impasto::make<ImpastoSource>();
    source.image = image;
    return source;
}

// The settings for a run that begins from a picture: from its size on, with the iterations of the
// scales that are left.
settings::Settings from_size_on(settings::Settings settings, const ImpastoImage& start) {
    const auto side = static_cast<std::uint32_t>(
        std::max(impasto_image_width(&start), impasto_image_height(&start)));
    // Sides halve from size down to about first_size (ImpastoSessionOptions).
    const auto halvings = [&](std::uint32_t first) {
        return std::lround(
            std::log2(static_cast<double>(settings.size) / std::min(first, settings.size)));
    };
    const long skipped = std::max(halvings(settings.first_size) - halvings(side), 0L);
    settings.first_size = std::min(side, settings.size);
    const auto dropped =
        std::min<std::size_t>(static_cast<std::size_t>(skipped), settings.iterations.size() - 1);
    settings.iterations.erase(settings.iterations.begin(),
                              settings.iterations.begin() + static_cast<std::ptrdiff_t>(dropped));
    return settings;
}

}  // namespace

settings::Settings but_for_start(settings::Settings settings) {
    settings.seed = 0;
    settings.init = "content";
    return settings;
}

bool same_plan(const settings::Settings& from, const settings::Settings& to) {
    return with_weights_of(to, from) == from;
}

Result<std::unique_ptr<Painting>> Painting::create(ImpastoContext* context,
                                                   const TextureLayout& layout, Queue& queue,
                                                   PaintingPlan plan) {
    std::unique_ptr<Painting> self(new Painting);
    self->plan_ = std::move(plan);
    if (const Status status = self->open(context, layout, queue); !status) {
        end(std::move(self), queue);  // the device may be at its texture
        return status.error();
    }
    return self;
}

Status Painting::open(ImpastoContext* context, const TextureLayout& layout, Queue& queue) {
    settings::Settings settings = plan_.settings;
    if (plan_.start) {
        settings = from_size_on(std::move(settings), *plan_.start);
        settings.init = "start";
    }
    const settings::SessionView view(settings);
    ImpastoSessionOptions options =
        view.options(plan_.start ? plan_.start.get() : plan_.init.get());

    std::vector<ImpastoSource> styles;
    std::vector<ImpastoSize> sizes;
    const auto size_of = [](const ImpastoImage& image) {
        return ImpastoSize{static_cast<std::uint32_t>(impasto_image_width(&image)),
                           static_cast<std::uint32_t>(impasto_image_height(&image))};
    };
    for (const Source& style : plan_.styles) {
        styles.push_back(source(style.image.get()));
        sizes.push_back(size_of(*style.image));
    }
    const ImpastoSize content_size = size_of(*plan_.content.image);
    auto need = Impasto::make<ImpastoNeed>();
    Message message;
    IMPASTO_TRY(
        message.status(impasto_session_need(context, plan_.weights.get(), &content_size,
                                            sizes.data(), static_cast<std::uint32_t>(sizes.size()),
                                            &options, &need, message.data(), message.size())));
    auto texture = Texture::make_target(layout, queue, need.result.width, need.result.height);
    if (!texture) {
        return texture.error();
    }
    texture_ = *std::move(texture);

    const ImpastoVulkanImage target = texture_->target();
    auto hosting = Impasto::make<ImpastoHosting>();
    hosting.format = target.format;
    hosting.mips = 1;
    hosting.target = &target;
    hosting.target_levels = texture_->levels();
    const ImpastoSource content = source(plan_.content.image.get());
    Impasto::Failure failure;
    session_ = Impasto::create_hosted_session(context, plan_.weights.get(), content, styles,
                                              options, hosting, failure);
    IMPASTO_TRY(to_status(failure.result, failure.message));

    progress_ = Impasto::make<ImpastoProgress>();
    std::array<ImpastoScale, 32> scales{};  // each twice the one before: there are never so many
    auto count = static_cast<std::uint32_t>(scales.size());
    IMPASTO_TRY(status(impasto_session_scales(session_.get(), scales.data(), &count)));
    scales_.assign(scales.begin(), scales.begin() + count);
    return plan_.paused ? pause() : Status();
}

void Painting::end(std::unique_ptr<Painting> painting, Queue& queue) {
    if (!painting) {
        return;
    }
    painting->session_.get_deleter().frame = queue.last();
    painting->session_.reset();
    if (painting->texture_) {
        queue.keep(std::move(painting->texture_));
    }
}

Status Painting::status(int result) const {
    return to_status(result, result < 0 ? impasto_session_message(session_.get()) : "");
}

std::uint32_t Painting::iterations_in_all() const {
    std::uint32_t sum = 0;
    for (const ImpastoScale& scale : scales_) {
        sum += scale.iterations;
    }
    return sum;
}

Result<bool> Painting::record(const Submission& submission, std::uint64_t completed,
                              double budget_ms) {
    auto slice = Impasto::make<ImpastoSlice>();
    slice.command_buffer = submission.commands;
    slice.frame = submission.number;
    slice.completed_frame = completed;
    slice.budget_ms = budget_ms;
    auto report = Impasto::make<ImpastoSliceReport>();
    const ImpastoResult result = impasto_session_record(session_.get(), &slice, &report);
    state_ = result == IMPASTO_SUCCESS ? report.state : IMPASTO_STATE_FAILED;
    IMPASTO_TRY(status(result));
    if (report.pictures != pictures_) {
        pictures_ = report.pictures;
        texture_->painted();
    }
    if (report.measured_frame != measured_frame_) {
        measured_frame_ = report.measured_frame;
        measured_ms_ += report.measured_ms;
    }
    IMPASTO_TRY(take_progress());
    return report.operations > 0;
}

Status Painting::take_progress() {
    IMPASTO_TRY(status(impasto_session_progress(session_.get(), &progress_)));
    take_losses();
    return {};
}

void Painting::take_losses() {
    if (losses_.size() > progress_.total_iterations) {
        losses_.resize(progress_.total_iterations);  // a snapshot was restored
    }
    std::array<ImpastoLosses, 16> some{};
    std::uint32_t got = 0;
    do {
        got = impasto_session_losses(session_.get(), static_cast<std::uint32_t>(losses_.size()),
                                     static_cast<std::uint32_t>(some.size()), some.data());
        losses_.insert(losses_.end(), some.begin(), some.begin() + got);
    } while (got == some.size());
}

Status Painting::run() { return status(impasto_session_pause(session_.get(), 0)); }
Status Painting::pause() { return run_until(0); }

Status Painting::run_until(std::uint32_t iterations) {
    return status(impasto_session_pause_after(session_.get(), iterations));
}

std::vector<ImpastoLayerLoss> Painting::layer_losses() const {
    std::array<ImpastoLayerLoss, 64> layers{};
    auto count = static_cast<std::uint32_t>(layers.size());
    if (impasto_session_layer_losses(session_.get(), layers.data(), &count) != IMPASTO_SUCCESS) {
        count = 0;
    }
    return {layers.begin(), layers.begin() + std::min<std::size_t>(count, layers.size())};
}

Status Painting::set_weights(const settings::Settings& settings) {
    const settings::SessionView view(settings);
    const ImpastoObjective objective = view.objective();
    IMPASTO_TRY(status(impasto_session_set_objective(session_.get(), &objective)));
    plan_.settings = with_weights_of(plan_.settings, settings);
    return {};
}

Result<std::optional<SharedImage>> Painting::image() {
    ImpastoImage* image = nullptr;
    const ImpastoResult result = impasto_session_image(session_.get(), &image);
    IMPASTO_TRY(status(result));
    if (result == IMPASTO_NOT_READY) {
        return std::optional<SharedImage>();
    }
    IMPASTO_TRY(take_progress());
    return std::optional(SharedImage(image, impasto_image_destroy));
}

Result<std::optional<std::vector<std::byte>>> Painting::snapshot() {
    void* bytes = nullptr;
    std::size_t size = 0;
    const ImpastoResult result =
        impasto_session_snapshot(session_.get(), IMPASTO_SNAPSHOT_PICTURE, &bytes, &size);
    IMPASTO_TRY(status(result));
    if (result == IMPASTO_NOT_READY) {
        return std::optional<std::vector<std::byte>>();
    }
    const Impasto::Bytes owned(bytes);
    IMPASTO_TRY(take_progress());
    const auto* first = static_cast<const std::byte*>(bytes);
    return std::optional(std::vector<std::byte>(first, first + size));
}

Result<bool> Painting::restore(const std::vector<std::byte>& snapshot) {
    const ImpastoResult result =
        impasto_session_restore(session_.get(), snapshot.data(), snapshot.size());
    IMPASTO_TRY(status(result));
    if (result == IMPASTO_NOT_READY) {
        return false;
    }
    losses_.clear();  // of iterations after the snapshot, perhaps
    IMPASTO_TRY(take_progress());
    return true;
}

}  // namespace impasto::viewer
