#include "viewer/history.h"

#include <algorithm>
#include <set>

namespace impasto::viewer {

std::vector<Moment> History::add(Moment moment) {
    moment.number = next_++;
    moments_.push_back(std::move(moment));
    return thin_out();
}

const Moment* History::find(std::uint32_t number) const {
    const auto found = std::find_if(moments_.begin(), moments_.end(),
                                    [&](const Moment& moment) { return moment.number == number; });
    return found != moments_.end() ? &*found : nullptr;
}

const Moment* History::child_of(std::uint32_t number) const {
    const auto found = std::find_if(moments_.rbegin(), moments_.rend(),
                                    [&](const Moment& moment) { return moment.parent == number; });
    return found != moments_.rend() ? &*found : nullptr;
}

void History::clear() { moments_.clear(); }

void History::drop_thumbnails() {
    for (Moment& moment : moments_) {
        moment.thumbnail.reset();
    }
}

std::size_t History::bytes() const {
    std::size_t sum = 0;
    std::set<const ImpastoImage*> seen{nullptr};
    const auto picture = [&](const SharedImage& image, const Pixels* pixels) {
        if (!seen.insert(image.get()).second) {
            return std::size_t{0};
        }
        const auto area = static_cast<std::size_t>(impasto_image_width(image.get())) *
                          static_cast<std::size_t>(impasto_image_height(image.get()));
        const std::size_t channels = impasto_image_alpha(image.get()) != nullptr ? 4 : 3;
        return area * channels * sizeof(float) + (pixels != nullptr ? pixels->rgba.size() : 0);
    };
    // From the last on, whose pictures are at work anyhow.
    for (auto moment = moments_.rbegin(); moment != moments_.rend(); ++moment) {
        sum +=
            moment->snapshot.size() + moment->thumbnail_pixels.rgba.size() + moment->curve.bytes();
        if (!moment->plan) {
            continue;
        }
        const PaintingPlan& plan = *moment->plan;
        std::size_t pictures = picture(plan.content.image, plan.content.pixels.get());
        for (const Source& style : plan.styles) {
            pictures += picture(style.image, style.pixels.get());
        }
        pictures += picture(plan.start, nullptr) + picture(plan.init, nullptr);
        sum += moment == moments_.rbegin() ? 0 : pictures;
    }
    return sum;
}

// The one goes whose neighbours lie closest together, measured against their age: so the past is
// kept in ever larger steps. First and last stay, and what the user kept while others can go.
std::vector<Moment> History::thin_out() {
    std::vector<Moment> gone;
    while (moments_.size() > 2 && (moments_.size() > kMost || bytes() > most_bytes_)) {
        std::size_t least = 0;
        double closest = 0;
        const bool all_pinned = std::all_of(moments_.begin() + 1, moments_.end() - 1,
                                            [](const Moment& moment) { return moment.pinned; });
        for (std::size_t i = 1; i + 1 < moments_.size(); ++i) {
            if (moments_[i].pinned && !all_pinned) {
                continue;
            }
            const double gap = moments_[i + 1].number - moments_[i - 1].number;
            const double age = moments_.back().number - moments_[i].number;
            const double worth = gap / age;
            if (least == 0 || worth < closest) {
                closest = worth;
                least = i;
            }
        }
        const auto going = moments_.begin() + static_cast<std::ptrdiff_t>(least);
        for (Moment& moment : moments_) {
            moment.parent = moment.parent == going->number ? going->parent : moment.parent;
        }
        gone.push_back(std::move(*going));
        moments_.erase(going);
    }
    return gone;
}

}  // namespace impasto::viewer
