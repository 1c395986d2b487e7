#include "viewer/history.h"

#include <algorithm>

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

void History::clear() { moments_.clear(); }

void History::drop_thumbnails() {
    for (Moment& moment : moments_) {
        moment.thumbnail.reset();
    }
}

// The one goes whose neighbours lie closest together, measured against their age: so the past is
// kept in ever larger steps. First and last stay.
std::vector<Moment> History::thin_out() {
    std::vector<Moment> gone;
    const auto bytes = [&] {
        std::size_t sum = 0;
        for (const Moment& moment : moments_) {
            sum += moment.snapshot.size();
        }
        return sum;
    };
    while (moments_.size() > 2 && (moments_.size() > kMost || bytes() > most_bytes_)) {
        std::size_t least = 1;
        double closest = 0;
        for (std::size_t i = 1; i + 1 < moments_.size(); ++i) {
            const double gap = moments_[i + 1].number - moments_[i - 1].number;
            const double age = moments_.back().number - moments_[i].number;
            const double worth = gap / age;
            if (i == 1 || worth < closest) {
                closest = worth;
                least = i;
            }
        }
        const auto going = moments_.begin() + static_cast<std::ptrdiff_t>(least);
        gone.push_back(std::move(*going));
        moments_.erase(going);
    }
    return gone;
}

}  // namespace impasto::viewer
