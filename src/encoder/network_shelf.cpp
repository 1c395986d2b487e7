#include "encoder/network_shelf.h"

#include <algorithm>
#include <utility>

namespace impasto::encoder {

namespace {

// By owner: an address may be another object's later, while a weak_ptr to the first lives.
bool same(const std::weak_ptr<const EncoderWeights>& a,
          const std::weak_ptr<const EncoderWeights>& b) {
    return !a.owner_before(b) && !b.owner_before(a);
}

}  // namespace

std::shared_ptr<NetworkPlace> NetworkShelf::place(
    const std::shared_ptr<const EncoderWeights>& weights, int depth,
    std::optional<nn::Precision> precision) {
    std::shared_ptr<const Network> dropped;  // freed after the lock
    const std::lock_guard lock(mutex_);
    std::erase_if(rows_, [](const Row& row) { return row.weights.expired(); });
    auto row = std::find_if(rows_.begin(), rows_.end(), [&](const Row& one) {
        return one.depth == depth && one.precision == precision && same(one.weights, weights);
    });
    if (row == rows_.end()) {
        rows_.push_back({weights, depth, precision, std::make_shared<NetworkPlace>()});
        row = rows_.end() - 1;
    }
    if (kept_place_ != row->place.get()) {
        dropped = std::exchange(kept_, nullptr);
        kept_place_ = nullptr;
    }
    return row->place;
}

void NetworkShelf::used(NetworkPlace& place) {
    if (!keep_) {
        return;
    }
    std::shared_ptr<const Network> network;
    {
        const std::lock_guard lock(place.mutex);
        network = place.network.lock();
    }
    const std::lock_guard lock(mutex_);
    kept_place_ = &place;
    kept_.swap(network);
}

}  // namespace impasto::encoder
