// The session that paints: beginning, changing, pausing, going back.
#include <algorithm>
#include <span>
#include <utility>

#include "settings/command_line.h"
#include "viewer/files.h"
#include "viewer/studio.h"

namespace impasto::viewer {
namespace {

using namespace std::chrono_literals;

// Weights are heard while their control is moved, so often at most; what asks for a new plan is
// heard when its control has come to rest for a while, since more changes of that kind may follow.
constexpr auto kBetweenWeights = 100ms;
constexpr auto kRestBeforePlan = 700ms;
// While it runs a moment is kept so often.
constexpr auto kMomentEvery = 12s;

}  // namespace

Studio::Studio(Jobs& jobs, Jobs& slow_jobs, Messages& messages)
    : jobs_(jobs), slow_jobs_(slow_jobs), messages_(messages) {
    last_moment_ = last_update_ = Clock::now();
}

bool Studio::needs_new_plan() const {
    return plan_ && !same_plan(painting_ ? painting_->plan().settings : plan_->settings, settings);
}

bool Studio::needs_restart() const {
    return plan_ &&
           (plan_->settings.seed != settings.seed || plan_->settings.init != settings.init);
}

std::string Studio::command_line() const {
    std::vector<std::string> styles;
    for (const Picture& style : styles_) {
        styles.push_back(style.path);
    }
    return settings::command_line(settings, content_ ? content_->path : "CONTENT",
                                  styles.empty() ? std::vector<std::string>{"STYLE"} : styles,
                                  saved_as_);
}

Phase Studio::phase() const {
    if (!content_ || styles_.empty()) {
        return Phase::kEmpty;
    }
    if (!failure_.empty() || graphics_ == nullptr) {
        return Phase::kFailed;
    }
    if (!painting_) {
        return wants_start_ || replanning_ ? Phase::kPreparing : Phase::kReady;
    }
    switch (painting_->state()) {
        case IMPASTO_STATE_PREPARING:
            return Phase::kPreparing;
        case IMPASTO_STATE_DONE:
            return Phase::kDone;
        case IMPASTO_STATE_FAILED:
            return Phase::kFailed;
        default:
            return paused_ ? Phase::kPaused : Phase::kRunning;
    }
}

std::string Studio::status() const {
    switch (phase()) {
        case Phase::kEmpty:
            return content_ ? "Drop a style to paint it like" : "Drop a picture to paint";
        case Phase::kReady:
            return "Ready";
        case Phase::kPreparing:
            return !jobs_.idle()        ? "Preparing: " + jobs_.running()
                   : !slow_jobs_.idle() ? "Preparing: " + slow_jobs_.running()
                                        : "Preparing";
        case Phase::kFailed:
            return graphics_ == nullptr ? "Stopped: there is no device" : "Stopped: " + failure_;
        case Phase::kRunning:
            return replanning_ ? "Changing the plan" : "Painting";
        case Phase::kPaused:
            return is_pausing() ? "Pausing" : "Paused";
        case Phase::kDone:
            return "Done";
    }
    return "";
}

std::uint32_t Studio::iterations() const {
    return base_ + (painting_ ? painting_->progress().total_iterations : 0);
}

std::uint32_t Studio::iterations_in_all() const {
    return base_ + (painting_ ? painting_->iterations_in_all() : 0);
}

void Studio::start() {
    paused_ = false;
    step_to_ = 0;
    if (painting_ && failure_.empty()) {
        if (painting_->state() == IMPASTO_STATE_DONE) {
            replan();  // goes on from where it is
        } else {
            messages_.accept(painting_->run());
        }
        return;
    }
    restart();
}

void Studio::pause(bool paused) {
    paused_ = paused;
    step_to_ = 0;
    if (painting_) {
        messages_.accept(paused ? painting_->pause() : painting_->run());
    }
}

bool Studio::can_step() const {
    return painting_ && failure_.empty() && painting_->state() != IMPASTO_STATE_DONE;
}

void Studio::step() {
    if (can_step()) {
        paused_ = true;
        step_to_ = std::max(step_to_, painting_->progress().total_iterations) + 1;
        messages_.accept(painting_->run_until(step_to_));
    }
}

void Studio::restart() {
    wants_start_ = true;
    paused_ = false;
    failure_.clear();
}

std::shared_ptr<PaintingPlan> Studio::make_plan() {
    auto plan = std::make_shared<PaintingPlan>();
    plan->content = *content_;
    plan->styles.assign(styles_.begin(), styles_.end());
    plan->weights = weights_;
    plan->settings = settings;
    plan->init = init_;
    return plan;
}

bool Studio::begin(std::shared_ptr<PaintingPlan> plan) {
    failure_.clear();
    failed_with_ = plan->settings;
    plan->paused = paused_;
    if (const Status status = plan->settings.check(plan->styles.size()); !status) {
        failure_ = status.error().message;
        messages_.complain(status.error());
        return false;
    }
    end_painting();
    // What the session before held is free when the next one asks for memory.
    if (const Status status = graphics_->queue().wait_all(); !status) {
        fail(status.error());
        return false;
    }
    static_cast<void>(
        impasto_context_frame_completed(graphics_->context(), graphics_->queue().last()));
    auto painting = Painting::create(graphics_->context(), graphics_->texture_layout(),
                                     graphics_->queue(), *plan);
    if (!painting) {
        failure_ = painting.error().message;
        fail(painting.error());
        return false;
    }
    painting_ = *std::move(painting);
    plan_ = std::move(plan);
    painted_ = 0;
    step_to_ = 0;
    changed_.reset();
    return true;
}

void Studio::end_painting() {
    if (painting_) {
        Painting::end(std::move(painting_), graphics_->queue());
    }
    wants_moment_ = false;
    replanning_ = false;
    restoring_.clear();
    if (!save_path_.empty()) {
        refuse_save({ErrorCode::kCancelled, "not saved: the picture is being made anew"});
    }
}

// Reads the picture back, from which follow_requests() begins anew.
void Studio::replan() {
    if (painting_ && painting_->has_picture() && failure_.empty()) {
        if (iterations() != last_moment_iteration_) {
            keep_moment();  // to come back to
        }
        replanning_ = true;
        live_changes_ = true;
    } else {
        wants_start_ = true;
    }
    changed_.reset();
}

// Settings that differ from what the session has.
void Studio::follow_settings() {
    if (!failure_.empty() && !holding && !(settings == failed_with_)) {
        restart();  // perhaps it fits now
    }
    if (!painting_ || replanning_ || !failure_.empty()) {
        return;
    }
    weights_kept_ = weights_kept_ && holding;
    const settings::Settings now = but_for_start(painting_->plan().settings);
    const settings::Settings wanted = but_for_start(settings);
    if (now == wanted || (refused_ && *refused_ == settings)) {
        changed_.reset();
        return;
    }
    refused_.reset();
    const auto time = Clock::now();
    const bool weights_alone = same_plan(now, wanted);
    if (!changed_ || (holding && !weights_alone)) {
        changed_ = time;
        return;
    }
    if (time - *changed_ < (weights_alone ? kBetweenWeights : kRestBeforePlan)) {
        return;
    }
    changed_.reset();
    if (!weights_alone) {
        live_changes_ |= painting_->has_picture();
        if (wanted.weights != now.weights && weights_name_ != wanted.weights) {
            load_weights();
        }
        replan();
        return;
    }
    if (const Status status = settings.check(styles_.size()); !status) {
        messages_.complain(status.error());
        refused_ = settings;
        return;
    }
    const bool keeps = wants_moment_;
    if (!weights_kept_) {
        keep_moment();  // to come back to: one for all that a control is moved by
    }
    if (!messages_.accept(painting_->set_weights(settings))) {
        refused_ = settings;
        wants_moment_ = keeps;
        return;
    }
    weights_kept_ = holding;
    live_changes_ |= painting_->has_picture();
    if (painting_->state() == IMPASTO_STATE_DONE) {
        replan();
    }
}

// What the session has done since the last frame.
void Studio::follow_painting() {
    if (!painting_) {
        return;
    }
    if (painting_->pictures() != painted_) {
        painted_ = painting_->pictures();
        ++version_;
        if (shown_ != painting_->texture()) {
            drop_texture(shown_);
            shown_ = painting_->texture();
        }
    }
    if (!restoring_.empty()) {
        return;  // the curve is that of the moment already
    }
    const std::vector<ImpastoLosses>& losses = painting_->losses();
    curve_.cut(curve_base_ + losses.size());
    const std::size_t known = curve_.points.size() - curve_base_;
    if (known == losses.size()) {
        return;
    }
    curve_.add(std::span(losses).subspan(known), running_seconds_, painting_->layer_losses());
    rate_ = rate_at(curve_.points, curve_.points.size() - 1);
}

// Pictures and snapshots that were asked for.
void Studio::follow_requests() {
    if (!painting_) {
        return;
    }
    if (!restoring_.empty()) {
        const auto restored = painting_->restore(restoring_);
        if (!restored) {
            messages_.complain(restored.error());
        }
        if (!restored || *restored) {
            restoring_.clear();
            messages_.accept(painting_->set_weights(settings));
        }
        return;
    }
    if (wants_moment_) {
        auto snapshot = painting_->snapshot();
        if (!snapshot) {
            wants_moment_ = false;
            messages_.complain(snapshot.error());
        } else if (*snapshot) {
            wants_moment_ = false;
            take_moment(**snapshot);
        }
    }
    const bool can_begin = is_prepared() && weights_name_ == settings.weights && jobs_.idle() &&
                           content_ && !styles_.empty();
    if (save_path_.empty() && !(replanning_ && can_begin && !wants_moment_)) {
        return;
    }
    auto image = painting_->image();
    if (!image) {
        replanning_ = false;
        if (save_path_.empty()) {
            messages_.complain(image.error());
        } else {
            refuse_save(image.error());
        }
        return;
    }
    if (!*image) {
        return;
    }
    traffic_.read_back += std::uint64_t{12} *
                          static_cast<std::uint64_t>(impasto_image_width((*image)->get())) *
                          static_cast<std::uint64_t>(impasto_image_height((*image)->get()));
    if (!save_path_.empty()) {
        write_picture(**image);
        return;
    }
    auto plan = make_plan();
    plan->start = **image;
    plan->settings.seed = plan_->settings.seed;  // what it began with, which is told
    plan->settings.init = plan_->settings.init;
    base_ = iterations();
    curve_base_ = curve_.points.size();
    replanning_ = false;
    if (const Moment* last = last_moment();
        !begin(std::move(plan)) && last != nullptr && !device_lost_) {
        resume_at(*last);
    }
}

void Studio::update() {
    const auto now = Clock::now();
    const double passed = std::chrono::duration<double>(now - last_update_).count();
    last_update_ = now;
    jobs_.collect();
    slow_jobs_.collect();
    if (Status ended; fetch.take_end(ended) && messages_.accept(ended)) {
        settings.weights = "vgg19";
        messages_.say("VGG19 was downloaded");
    }
    if (graphics_ == nullptr || device_lost_) {
        return;
    }
    if (phase() == Phase::kRunning) {
        running_seconds_ += passed;
    }
    if (content_ && !styles_.empty()) {
        load_weights();
        load_init();
        if (weights_) {
            measure_device();
        }
    }
    if (!styles_.empty() && jobs_.idle() && !settings.style_blend.empty() &&
        settings.style_blend.size() != styles_.size()) {
        settings.style_blend.clear();  // of other styles
    }
    follow_painting();
    follow_settings();
    follow_requests();
    const bool both = content_ && !styles_.empty();
    if (painting_ && !both && keep_what_is_new()) {
        end_painting();
    }
    // What was painted before stays among the moments.
    if (go_to_ && both && is_prepared() && restoring_.empty() && keep_what_is_new()) {
        const auto number = *std::exchange(go_to_, std::nullopt);
        if (const Moment* moment = history_.find(number); moment != nullptr) {
            return_to(*moment);
        }
    } else if (wants_start_ && both && is_prepared() && jobs_.idle() && keep_what_is_new()) {
        wants_start_ = false;
        live_changes_ = false;
        base_ = 0;
        curve_.clear();
        curve_base_ = 0;
        running_seconds_ = 0;
        last_moment_iteration_ = 0;
        ++branch_;
        begin(make_plan());
    }
    const bool due = now - last_moment_ >= kMomentEvery && iterations() > last_moment_iteration_;
    const bool done = phase() == Phase::kDone && iterations() > last_moment_iteration_;
    if ((due && phase() == Phase::kRunning) || done) {
        keep_moment();
    }
}

// Iterations in flight are still finished.
bool Studio::is_pausing() const {
    return paused_ && painting_ && painting_->state() == IMPASTO_STATE_RUNNING;
}

bool Studio::is_settled() const {
    const bool will_start = wants_start_ && phase() != Phase::kEmpty;
    return jobs_.idle() && slow_jobs_.idle() && !will_start && !wants_moment_ && !replanning_ &&
           !go_to_ && restoring_.empty() && !is_pausing() && !changed_ && save_path_.empty() &&
           phase() != Phase::kPreparing &&
           (!painting_ || !failure_.empty() || (refused_ && *refused_ == settings) ||
            but_for_start(painting_->plan().settings) == but_for_start(settings));
}

bool Studio::paint(double budget_ms, std::size_t in_flight) {
    if (graphics_ == nullptr || device_lost_ || !painting_ || !failure_.empty()) {
        return false;
    }
    Queue& queue = graphics_->queue();
    bool wrote = false;
    // No more than that a call: the window wants its turn, however fast the device is.
    for (std::size_t slices = 0; slices < in_flight; ++slices) {
        const auto completed = queue.completed();
        if (!completed) {
            fail(completed.error());
            return wrote;
        }
        if (queue.in_flight() >= in_flight) {
            return wrote;
        }
        const auto submission = queue.begin();
        if (!submission) {
            fail(submission.error());
            return wrote;
        }
        const auto written = painting_->record(*submission, *completed, budget_ms);
        if (!written) {
            static_cast<void>(queue.discard(*submission));
            failure_ = written.error().message;
            failed_with_ = settings;
            fail(written.error());
            if (const Moment* last = last_moment(); last != nullptr && last->plan != plan_ &&
                                                    !painting_->has_picture() && !device_lost_) {
                resume_at(*last);  // as where it fails at once
            }
            return wrote;
        }
        const Status status = *written ? queue.submit(*submission) : queue.discard(*submission);
        if (!status) {
            fail(status.error());
            return wrote;
        }
        if (!*written) {
            return wrote;
        }
        wrote = true;
    }
    return wrote;
}

}  // namespace impasto::viewer
