// Networks that are on a device, for sessions to share: one copy of an encoder however many
// sessions use it.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "encoder/network.h"
#include "weights/weights.h"

namespace impasto::encoder {

// Where the network of some weights stands. Who needs it locks `mutex`, takes `network` if it is
// there, and loads it else, so that it is loaded once however many ask at the same time.
struct NetworkPlace {
    std::mutex mutex;
    std::weak_ptr<const Network> network;
};

// Thread-safe. All networks are laid out for one tuner.
class NetworkShelf {
  public:
    // With `keep` the network that was used last stays on the device when nobody uses it any more,
    // until one of another place is asked for.
    explicit NetworkShelf(bool keep) : keep_(keep) {}

    // The place of `weights` up to layer `depth`, laid out for `precision` where that is asked for
    // (Network::create). It is the same as long as the weights live.
    std::shared_ptr<NetworkPlace> place(const std::shared_ptr<const EncoderWeights>& weights,
                                        int depth,
                                        std::optional<nn::Precision> precision = std::nullopt);
    // Its network was put to use.
    void used(NetworkPlace& place);

  private:
    struct Row {
        std::weak_ptr<const EncoderWeights> weights;
        int depth = 0;
        std::optional<nn::Precision> precision;
        std::shared_ptr<NetworkPlace> place;
    };
    const bool keep_;
    std::mutex mutex_;
    std::vector<Row> rows_;
    const NetworkPlace* kept_place_ = nullptr;
    std::shared_ptr<const Network> kept_;
};

}  // namespace impasto::encoder
