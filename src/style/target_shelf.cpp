#include "style/target_shelf.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "image/lighting.h"

namespace impasto::style {

namespace {

// By owner: an address may be another network's later.
bool same(const std::weak_ptr<const encoder::Network>& a,
          const std::shared_ptr<const encoder::Network>& b) {
    return !a.owner_before(b) && !b.owner_before(a);
}

bool same(std::span<const Image> a, std::span<const Image> b) {
    return std::ranges::equal(a, b, [](const Image& one, const Image& other) {
        return one.width == other.width && one.height == other.height && one.maps == other.maps &&
               one.rgb.size() == other.rgb.size() &&
               std::memcmp(one.rgb.data(), other.rgb.data(), one.rgb.size() * sizeof(float)) == 0;
    });
}

}  // namespace

TargetShelf::Key::Key(const StyleScale& scale, const ObjectiveOptions& options)
    : longest(scale.longest),
      pooling(options.pooling),
      first_padding(options.first_padding),
      padding(options.padding),
      blend(options.style_blend),
      wrap(options.wrap),
      regions(options.regions()),
      leader(options.leader),
      lattice(options.lattice),
      structure(options.structure > 0) {
    if (structure || lattice.found) {
        picture = scale.picture;
    }
    for (const LayerWeight& term : options.style_layers) {
        layers.push_back(term.layer);
    }
    if (options.masks != nullptr) {
        masks = options.masks->styles;
    }
}

std::shared_ptr<const KeptTargets> TargetShelf::find(
    const std::shared_ptr<const encoder::Network>& network, std::span<const Image> styles,
    const StyleScale& scale, const ObjectiveOptions& options) {
    const Key key(scale, options);
    const std::lock_guard lock(mutex_);
    const auto row = std::ranges::find_if(rows_, [&](const Row& one) {
        return same(one.network, network) && one.key == key && same(*one.styles, styles);
    });
    if (row == rows_.end()) {
        return nullptr;
    }
    rows_.splice(rows_.begin(), rows_, row);
    return row->targets;
}

void TargetShelf::keep(const std::shared_ptr<const encoder::Network>& network,
                       std::span<const Image> styles, const StyleScale& scale,
                       const ObjectiveOptions& options, KeptTargets targets) {
    std::size_t bytes = targets.bytes();
    for (const Image& style : styles) {
        bytes += style.rgb.size() * sizeof(float);
    }
    if (bytes > most_bytes_) {
        return;
    }
    Row row{network, Key(scale, options), nullptr,
            std::make_shared<const KeptTargets>(std::move(targets)), bytes};
    std::list<Row> gone;  // freed after the lock
    const std::lock_guard lock(mutex_);
    for (const Row& one : rows_) {
        if (row.styles == nullptr && same(*one.styles, styles)) {
            row.styles = one.styles;
        }
    }
    if (row.styles == nullptr) {
        std::vector<Image> copies;
        for (const Image& style : styles) {
            Image& copy = copies.emplace_back();
            copy.width = style.width;
            copy.height = style.height;
            copy.maps = style.maps;
            copy.rgb = style.rgb;
        }
        row.styles = std::make_shared<const std::vector<Image>>(std::move(copies));
    }
    rows_.push_front(std::move(row));
    bytes_ += bytes;
    for (auto at = std::prev(rows_.end()); at != rows_.begin();) {
        const auto one = at--;
        if (bytes_ <= most_bytes_ && !one->network.expired()) {
            continue;
        }
        bytes_ -= one->bytes;
        gone.splice(gone.begin(), rows_, one);
    }
}

PreparedStyles TargetShelf::prepare(TargetShelf* shelf, std::vector<Image> styles,
                                    const SessionOptions& options) {
    const ObjectiveOptions& objective = options.objective;
    std::optional<std::size_t> leader;
    if (objective.structure > 0 && objective.wrap.any() && objective.leader < styles.size()) {
        leader = objective.leader;
    }
    if (!options.flatten && !leader) {
        return {std::move(styles), {}};
    }
    std::size_t bytes = 0;
    for (const Image& style : styles) {
        bytes += style.rgb.size() * sizeof(float);
    }
    const bool keeps = shelf != nullptr && bytes <= shelf->most_bytes_ / (2 * kMostPrepared);
    if (keeps) {
        const std::lock_guard lock(shelf->mutex_);
        const auto row = std::ranges::find_if(shelf->prepared_, [&](const PreparedRow& one) {
            return one.flatten == options.flatten && one.leader == leader &&
                   same(one.given, styles);
        });
        if (row != shelf->prepared_.end()) {
            shelf->prepared_.splice(shelf->prepared_.begin(), shelf->prepared_, row);
            return *row->made;
        }
    }
    PreparedRow row{keeps ? styles : std::vector<Image>(), options.flatten, leader, nullptr};
    PreparedStyles made{std::move(styles), {}};
    for (Image& style : made.styles) {
        if (options.flatten) {
            style = without_lighting(std::move(style));
        }
    }
    if (leader) {
        made.lattice = find_lattice(made.styles[*leader]);
    }
    if (keeps) {
        row.made = std::make_shared<const PreparedStyles>(made);
        const std::lock_guard lock(shelf->mutex_);
        shelf->prepared_.push_front(std::move(row));
        if (shelf->prepared_.size() > kMostPrepared) {
            shelf->prepared_.pop_back();
        }
    }
    return made;
}

Result<std::unique_ptr<StyleTargets>> TargetShelf::take_or_make(
    TargetShelf* shelf, gpu::Stream& stream, const std::shared_ptr<const encoder::Network>& network,
    std::span<const Image> styles, const StyleScale& scale, const ObjectiveOptions& options) {
    if (shelf == nullptr) {
        return StyleTargets::create(stream, *network, styles, scale, options);
    }
    if (const auto kept = shelf->find(network, styles, scale, options)) {
        return StyleTargets::create(stream, *network, *kept, options);
    }
    auto made = StyleTargets::create(stream, *network, styles, scale, options);
    if (!made) {
        return made;
    }
    auto kept = (*made)->download(stream);
    if (!kept) {
        return kept.error();
    }
    shelf->keep(network, styles, scale, options, *std::move(kept));
    return made;
}

}  // namespace impasto::style
