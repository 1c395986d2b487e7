// Moments of the work to go back to: a light snapshot of the session and a thumbnail each.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "viewer/curve.h"
#include "viewer/painting.h"

namespace impasto::viewer {

struct Moment {
    std::uint32_t number = 0;     // from 1 on, as they were taken
    std::uint32_t iteration = 0;  // of all that led to it
    std::uint32_t base = 0;       // of these, those before its session
    std::uint32_t branch = 0;     // counts how often the work went back to a moment before
    std::uint32_t parent = 0;     // the moment that the work was at before; 0: none
    bool pinned = false;          // the user kept it: thinned out last
    std::shared_ptr<const PaintingPlan> plan;
    settings::Settings settings;  // as they were then: weights may have changed since the start
    std::vector<std::byte> snapshot;
    Curve curve;                         // of the iterations that led to it
    std::shared_ptr<Texture> thumbnail;  // null while there is no device
    Pixels thumbnail_pixels;             // to make it anew on another device
    float loss = 0;
};

class History {
  public:
    // bytes(), and how many: the oldest neighbours are thinned out beyond it.
    static constexpr std::size_t kMostBytes = std::size_t{1} << 30;
    static constexpr std::size_t kMost = 200;

    // What had to go for it, whose thumbnails the device may still use.
    std::vector<Moment> add(Moment moment);
    const std::deque<Moment>& moments() const { return moments_; }  // oldest first
    std::deque<Moment>& moments() { return moments_; }
    const Moment* find(std::uint32_t number) const;
    // The newest that the work went on to from there; null: none.
    const Moment* child_of(std::uint32_t number) const;
    const Moment* last() const { return moments_.empty() ? nullptr : &moments_.back(); }
    void clear();
    void drop_thumbnails();
    // Of the host's memory that is held to go back: snapshots, thumbnails, and pictures that only
    // moments before the last one were painted from, each counted once.
    std::size_t bytes() const;
    std::uint32_t next_number() const { return next_; }
    // For tests: kMostBytes otherwise.
    void set_most_bytes(std::size_t bytes) { most_bytes_ = bytes; }

  private:
    std::vector<Moment> thin_out();

    std::deque<Moment> moments_;
    std::uint32_t next_ = 1;
    std::size_t most_bytes_ = kMostBytes;
};

}  // namespace impasto::viewer
