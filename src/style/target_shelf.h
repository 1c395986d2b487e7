// Targets of styles, kept on the host for the sessions that follow: a batch paints many pictures
// like few styles, and looking at a style takes a forward pass at every scale.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "style/targets.h"

namespace impasto::style {

// Styles as a session looks at them: without their lighting, where that is asked for, and with the
// lattice of the one that leads, where something has to fit it.
struct PreparedStyles {
    std::vector<Image> styles;
    Lattice lattice;
};

// Thread-safe.
class TargetShelf {
  public:
    // Those that were used last, with the pixels of their styles, by which they are known.
    explicit TargetShelf(std::size_t most_bytes = std::size_t{256} << 20)
        : most_bytes_(most_bytes) {}

    // Null where there are none.
    std::shared_ptr<const KeptTargets> find(const std::shared_ptr<const encoder::Network>& network,
                                            std::span<const Image> styles, const StyleScale& scale,
                                            const ObjectiveOptions& options);
    void keep(const std::shared_ptr<const encoder::Network>& network, std::span<const Image> styles,
              const StyleScale& scale, const ObjectiveOptions& options, KeptTargets targets);

    // The targets from `shelf`, which may be null, or else made, and kept there.
    static Result<std::unique_ptr<StyleTargets>> take_or_make(
        TargetShelf* shelf, gpu::Stream& stream,
        const std::shared_ptr<const encoder::Network>& network, std::span<const Image> styles,
        const StyleScale& scale, const ObjectiveOptions& options);

    // The same of what is found out of styles before any target.
    static PreparedStyles prepare(TargetShelf* shelf, std::vector<Image> styles,
                                  const SessionOptions& options);

  private:
    // What targets depend on besides the network and the styles' pixels.
    struct Key {
        std::uint32_t longest = 0;
        nn::Shape picture;  // where it counts
        std::vector<int> layers;
        nn::Pooling pooling = nn::Pooling::kMax;
        nn::Borders first_padding;
        nn::Borders padding;
        std::vector<float> blend;
        Wrap wrap;
        std::size_t regions = 1;
        std::size_t leader = 0;
        Lattice lattice;
        bool structure = false;
        std::vector<Mask> masks;

        Key(const StyleScale& scale, const ObjectiveOptions& options);
        bool operator==(const Key&) const = default;
    };
    struct Row {
        std::weak_ptr<const encoder::Network> network;
        Key key;
        std::shared_ptr<const std::vector<Image>> styles;  // several rows share them
        std::shared_ptr<const KeptTargets> targets;
        std::size_t bytes = 0;  // as if it shared none
    };

    struct PreparedRow {
        std::vector<Image> given;
        bool flatten = false;
        std::optional<std::size_t> leader;  // whose lattice was looked for
        std::shared_ptr<const PreparedStyles> made;
    };

    // Few: a session has one set of styles, but targets at every scale.
    static constexpr std::size_t kMostPrepared = 4;

    const std::size_t most_bytes_;
    std::mutex mutex_;
    std::list<PreparedRow> prepared_;  // used last first
    std::list<Row> rows_;              // used last first
    std::size_t bytes_ = 0;
};

}  // namespace impasto::style
