// Moments of the work: kept, and gone back to.
#include <algorithm>
#include <utility>

#include "viewer/studio.h"

namespace impasto::viewer {
namespace {

// Longer than any device is at a thumbnail.
constexpr double kThumbnailSeconds = 5;

}  // namespace

// Of the pictures that are there.
const Moment* Studio::last_moment() const {
    const Moment* last = history_.last();
    return last != nullptr && has_pictures_of(*last->plan) ? last : nullptr;
}

bool Studio::keep_what_is_new() {
    if (painting_ && failure_.empty() && iterations() > last_moment_iteration_) {
        keep_moment();
    }
    return !wants_moment_ || !failure_.empty();
}

void Studio::go_to(std::uint32_t moment) { go_to_ = moment; }

// What was painted goes on from there, with the settings that it had.
void Studio::resume_at(const Moment& moment) {
    go_to_ = moment.number;
    resumes_ = !paused_;
}

// Nothing was changed or painted since.
bool Studio::stands_at(const Moment& moment) const {
    return go_to_ == moment.number || !restoring_.empty() ||
           (painting_ && painting_->has_picture() && iterations() == moment.iteration &&
            has_pictures_of(*moment.plan) &&
            but_for_start(settings) == but_for_start(moment.settings));
}

void Studio::undo() {
    const Moment* from = history_.find(go_to_.value_or(from_));
    const std::uint32_t there = from == nullptr    ? 0
                                : stands_at(*from) ? from->parent
                                                   : from->number;
    if (there == 0) {
        messages_.say("there is no earlier moment");
        return;
    }
    go_to(there);
}

void Studio::redo() {
    const Moment* next = history_.child_of(go_to_.value_or(from_));
    if (next == nullptr) {
        messages_.say("there is no later moment");
        return;
    }
    go_to(next->number);
}

// Paused there, so that something can be changed before it goes on as another branch; only a lost
// device is no reason to stop.
void Studio::return_to(const Moment& there) {
    const std::vector<std::byte> snapshot = there.snapshot;  // beginning may thin the history out
    Curve curve = there.curve;
    const std::uint32_t base = there.base;
    const std::uint32_t iteration = there.iteration;
    const settings::Settings then = there.settings;
    const std::uint32_t number = there.number;
    show_pictures_of(*there.plan);
    if (!painting_ || plan_ != there.plan || !failure_.empty()) {
        const auto plan = there.plan;
        if (!begin(std::make_shared<PaintingPlan>(*plan))) {
            return;
        }
        plan_ = plan;
    }
    restoring_ = snapshot;
    settings = then;
    base_ = base;
    curve_ = std::move(curve);
    curve_base_ = std::min<std::size_t>(curve_.points.size(), base);
    running_seconds_ = curve_.points.empty() ? 0 : curve_.points.back().seconds;
    last_moment_iteration_ = iteration;
    from_ = number;
    ++branch_;
    live_changes_ = true;
    pause(!std::exchange(resumes_, false));
}

void Studio::keep_this_moment() {
    const Moment* from = history_.find(from_);
    if (from != nullptr && stands_at(*from)) {
        messages_.say("this moment is kept already");
        return;
    }
    keep_moment();
    pins_moment_ = wants_moment_;
}

void Studio::keep_moment() {
    if (painting_ && painting_->has_picture() && !wants_moment_ && !replanning_ &&
        restoring_.empty()) {
        wants_moment_ = true;
        last_moment_ = Clock::now();
        last_moment_iteration_ = iterations();
        moment_settings_ = painting_->plan().settings;
        auto thumbnail = Texture::thumbnail(graphics_->texture_layout(), graphics_->queue(),
                                            *painting_->texture(), 160);
        drop_thumbnail();
        if (thumbnail) {
            moment_thumbnail_ = *std::move(thumbnail);
        } else {
            fail(thumbnail.error());
        }
    }
}

void Studio::take_moment(const std::vector<std::byte>& snapshot) {
    Moment moment;
    moment.iteration = iterations();  // the snapshot's, which may be later than it was asked for
    moment.base = base_;
    moment.branch = branch_;
    moment.parent = from_;
    moment.pinned = std::exchange(pins_moment_, false);
    moment.plan = plan_;
    moment.settings = moment_settings_;
    moment.snapshot = snapshot;
    if (moment_thumbnail_ &&
        graphics_->queue().wait(moment_thumbnail_->number, kThumbnailSeconds)) {
        // The device has finished it: the snapshot was asked for later.
        moment.thumbnail_pixels = moment_thumbnail_->pixels();
        moment.thumbnail = std::move(moment_thumbnail_->texture);
        moment_thumbnail_.reset();
    }
    moment.curve = curve_;
    moment.loss = curve_.points.empty() ? 0 : curve_.points.back().losses.total;
    traffic_.moments += moment.snapshot.size() + moment.thumbnail_pixels.rgba.size();
    last_moment_iteration_ = moment.iteration;
    from_ = history_.next_number();
    for (Moment& gone : history_.add(std::move(moment))) {
        drop_texture(gone.thumbnail);
    }
}

// What the device may still be at.
void Studio::drop_thumbnail() {
    if (moment_thumbnail_ && graphics_ != nullptr) {
        graphics_->queue().keep(*std::move(moment_thumbnail_));
    }
    moment_thumbnail_.reset();
}

}  // namespace impasto::viewer
