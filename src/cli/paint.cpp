#include "cli/paint.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/exit_codes.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/profile.h"
#include "cli/progress.h"
#include "cli/run_report.h"
#include "cli/trace.h"
#include "platform/interrupt.h"
#include "settings/preset.h"
#include "settings/session_view.h"
#include "settings/settings_options.h"

namespace impasto::cli {
namespace {

using Clock = std::chrono::steady_clock;

// Below this nothing is left of a picture after VGG19's four pools.
constexpr int kSmallestPicture = 16;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// The file is named here: the library knows pixels alone.
Result<Image> open_large_enough(const std::string& path) {
    auto image = open_image(path);
    if (!image) return image;
    const int width = impasto_image_width(image->get());
    const int height = impasto_image_height(image->get());
    if (std::min(width, height) >= kSmallestPicture) return image;
    return Error{ErrorCode::kInput, "cannot use '" + path + "': a picture of " +
                                        std::to_string(width) + "x" + std::to_string(height) +
                                        " is too small; take one of at least " +
                                        std::to_string(kSmallestPicture) + " pixels a side"};
}

}  // namespace

Status Paint::load_pictures() {
    if (given_.has_content()) {
        auto content = open_large_enough(given_.content());
        if (!content) return content.error();
        content_ = *std::move(content);
    }
    for (const std::string& path : given_.styles()) {
        auto style = open_large_enough(path);
        if (!style) return style.error();
        styles_.push_back(*std::move(style));
    }
    const auto open = [](const std::string& path, Image& image) -> Status {
        if (path.empty() || path == "-") return {};
        auto opened = open_image(path);
        if (!opened) return opened.error();
        image = *std::move(opened);
        return {};
    };
    IMPASTO_TRY(open(given_.mask, mask_));
    IMPASTO_TRY(open(given_.blend_mask, blend_mask_));
    for (const std::string& path : given_.style_masks) {
        IMPASTO_TRY(open(path, style_masks_.emplace_back()));
    }
    if (given_.settings.init_file().empty()) return {};
    auto init = open_large_enough(given_.settings.init_file());
    if (!init) return init.error();
    init_ = *std::move(init);
    return {};
}

Status Paint::create_session() {
    log_.quiet = given_.quiet;
    auto context = open_run(given_.computing, weights_.get(), log_, !given_.quiet && !given_.json);
    if (!context) return context.error();
    context_ = *std::move(context);
    std::vector<const ImpastoImage*> styles;
    for (const Image& style : styles_) styles.push_back(style.get());
    const settings::SessionView view(settings::completed(given_.settings, given_.styles().size()));
    ImpastoSessionOptions session_options = view.options(init_.get());
    std::vector<const ImpastoImage*> style_masks;
    for (const Image& mask : style_masks_) style_masks.push_back(mask.get());
    session_options.mask = mask_.get();
    session_options.style_masks = style_masks.data();
    session_options.style_mask_count = static_cast<std::uint32_t>(style_masks.size());
    session_options.blend_mask = blend_mask_.get();
    session_options.profile = given_.profile || !given_.profile_trace.empty() ? 1 : 0;
    ImpastoSession* session = nullptr;
    Message message;
    IMPASTO_TRY(message.status(
        impasto_session_create(context_.get(), weights_.get(), content_.get(), styles.data(),
                               static_cast<std::uint32_t>(styles.size()), &session_options,
                               &session, message.data(), message.size())));
    session_.reset(session);
    std::uint32_t count = 0;
    impasto_session_scales(session, nullptr, &count);
    scales_.resize(count);
    impasto_session_scales(session, scales_.data(), &count);
    for (const ImpastoScale& scale : scales_) planned_ += scale.iterations;
    if (session_options.iterations_count > count && !given_.quiet) {
        note("--iterations has " + std::to_string(session_options.iterations_count) +
             " numbers for " + std::to_string(count) + (count == 1 ? " scale" : " scales") +
             ": the rest is not used");
    }
    return {};
}

Status Paint::advance(Progress& progress) {
    progress_.struct_size = sizeof progress_;
    const ImpastoResult result = impasto_session_advance(session_.get(), 1, &progress_);
    IMPASTO_TRY(to_status(result, impasto_session_message(session_.get())));
    ++submitted_;
    progress.update(progress_);
    return {};
}

Result<bool> Paint::iterate(Progress& progress) {
    auto last_scale_start = Clock::now();
    while (progress_.done == 0) {
        if (platform::interrupted()) break;
        if (submitted_ + scales_.back().iterations == planned_) last_scale_start = Clock::now();
        IMPASTO_TRY(advance(progress));
        // The last picture is OUT itself.
        if (given_.save_every > 0 && submitted_ % given_.save_every == 0 && progress_.done == 0) {
            IMPASTO_TRY(snapshot(progress));
        }
    }
    seconds_per_iteration_ = progress.pace().seconds_per_iteration();
    // Too few iterations to tell the preparation apart.
    if (seconds_per_iteration_ <= 0.0 && progress_.done != 0) {
        seconds_per_iteration_ = seconds_since(last_scale_start) / scales_.back().iterations;
    }
    return progress_.done != 0;
}

Status Paint::snapshot(Progress& progress) {
    const auto image = picture();
    if (!image) return image.error();
    const std::string name = numbered_name(given_.output, submitted_);
    IMPASTO_TRY(save(*image, name));
    if (!given_.json) progress.say("saved " + name);
    return {};
}

Result<Image> Paint::picture() {
    ImpastoImage* image = nullptr;
    const ImpastoResult result = impasto_session_image(session_.get(), &image);
    IMPASTO_TRY(to_status(result, impasto_session_message(session_.get())));
    return Image(image);
}

Status Paint::save(const Image& image, const std::string& path) {
    const std::string software = "Impasto " + std::to_string(IMPASTO_VERSION_MAJOR) + "." +
                                 std::to_string(IMPASTO_VERSION_MINOR) + "." +
                                 std::to_string(IMPASTO_VERSION_PATCH);
    const std::string preset = settings::preset_text(options());
    const ImpastoText texts[] = {{"Software", software.c_str()},
                                 {settings::kPresetKey, preset.c_str()}};
    Message message;
    return message.status(impasto_image_save(image.get(), path.c_str(), texts, std::size(texts),
                                             message.data(), message.size()));
}

// After an error in mid-run, whatever it was: saves the picture so far, if it can still be had. The
// error, with where that picture is.
Error Paint::rescued(Error error) {
    collect_losses();
    if (losses_.empty()) return error;
    const bool traced = given_.trace.empty() || write_trace(given_.trace, scales_, losses_);
    const auto image = picture();
    if (!image || !save(*image, given_.output)) return error;
    error.message += "; the picture so far (" + how_far() + ") is in '" + given_.output + "'" +
                     (traced ? "" : ", the trace could not be written");
    return error;
}

void Paint::collect_losses() {
    losses_.resize(planned_);
    losses_.resize(impasto_session_losses(session_.get(), 0, planned_, losses_.data()));
}

std::string Paint::how_far() const {
    std::size_t scale = 0;
    std::size_t before = 0;
    while (scale + 1 < scales_.size() && before + scales_[scale].iterations <= losses_.size()) {
        before += scales_[scale].iterations;
        ++scale;
    }
    return "iteration " + std::to_string(losses_.size() - before) + " of " +
           std::to_string(scales_[scale].iterations) + " in scale " + std::to_string(scale + 1) +
           " of " + std::to_string(scales_.size());
}

Status Paint::print_json(const Image& image, bool done) {
    RunReport report;
    report.device = device_info(context_.get());
    report.weights_name = impasto_weights_name(weights_.get());
    report.weights_sha256 = impasto_weights_sha256(weights_.get());
    report.width = impasto_image_width(image.get());
    report.height = impasto_image_height(image.get());
    report.scales = scales_;
    report.interrupted = !done;
    report.iterations = static_cast<std::uint32_t>(losses_.size());
    const ImpastoResult result = impasto_session_image_losses(session_.get(), &report.loss_last);
    IMPASTO_TRY(to_status(result, impasto_session_message(session_.get())));
    report.loss_first = losses_.empty() ? report.loss_last : losses_.front();
    report.seconds = seconds_;
    report.seconds_per_iteration = seconds_per_iteration_;
    report.device_bytes_planned = impasto_session_bytes_planned(session_.get());
    report.device_bytes_peak = impasto_context_bytes_peak(context_.get());
    report.restarts = progress_.restarts;
    report.output = given_.output;
    auto layers = layers_of(session_.get());
    if (!layers) return layers.error();
    report.layers = *std::move(layers);
    return print(json_text(report));
}

Status Paint::report(const Image& image, bool done) {
    if (given_.json) IMPASTO_TRY(print_json(image, done));
    if (!done) {
        return Error{ErrorCode::kCancelled, stopped_by() + " at " + how_far() +
                                                "; the picture so far is in '" + given_.output +
                                                "'"};
    }
    if (!given_.quiet && !given_.json) {
        note("wrote " + given_.output + ", " + std::to_string(impasto_image_width(image.get())) +
             "x" + std::to_string(impasto_image_height(image.get())) + ", " +
             std::to_string(losses_.size()) + " iterations in " + duration_text(seconds_));
    }
    return {};
}

Status Paint::print_profile() {
    const auto operations = operations_of(session_.get());
    if (!operations) return operations.error();
    if (!given_.profile_trace.empty()) {
        IMPASTO_TRY(write_chrome_trace(given_.profile_trace, *operations));
    }
    if (!given_.profile) return {};
    const auto peak = measured_peak(context_.get());
    if (!peak) return peak.error();
    note("\n" + profile_text(*operations, *peak));
    return {};
}

Status Paint::run() {
    IMPASTO_TRY(given_.read(options(), arguments()));
    IMPASTO_TRY(load_pictures());
    auto weights = open_weights(given_.settings.weights);
    if (!weights) return weights.error();
    weights_ = *std::move(weights);
    const auto start = Clock::now();
    IMPASTO_TRY(create_session());

    // Until here there was nothing that a Ctrl-C could have saved.
    platform::catch_interrupts();
    Progress progress(scales_, given_.quiet);
    log_.progress = &progress;
    const auto done = iterate(progress);
    progress.finish();
    log_.progress = nullptr;
    if (!done) return rescued(done.error());
    const auto image = picture();
    if (!image) return image.error();
    seconds_ = seconds_since(start);
    collect_losses();
    IMPASTO_TRY(save(*image, given_.output));
    if (!given_.trace.empty()) IMPASTO_TRY(write_trace(given_.trace, scales_, losses_));
    if (given_.profile || !given_.profile_trace.empty()) IMPASTO_TRY(print_profile());
    return report(*image, *done);
}

}  // namespace impasto::cli
