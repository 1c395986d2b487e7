// How a run is going, on stderr: one line that is redrawn on a terminal; whole lines now and then
// where the output is piped; nothing with --quiet.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "impasto/impasto.h"

namespace impasto::cli {

// One line that is drawn over itself, fitted to the terminal's width.
class RedrawnLine {
  public:
    // The first of `candidates` (long to short) that fits; the last one is cut if need be.
    void draw(const std::vector<std::string>& candidates);
    // Ends the line, so that what follows begins on one of its own.
    void end();
    // Takes the line away.
    void clear();

  private:
    std::size_t drawn_ = 0;  // columns that the last line took
};

// Pure bookkeeping of speed and time left; the clock is the caller's.
class Pace {
  public:
    explicit Pace(std::vector<ImpastoScale> scales);
    // `seconds` since any fixed moment.
    void update(const ImpastoProgress& progress, double seconds);
    // Of the current scale; 0: not known yet.
    double iterations_per_second() const { return rate_; }
    // Over all scales: iterations cost what their pixels cost. Below 0: not known yet.
    double seconds_left() const;
    // The mean of the current scale; 0: not known yet.
    double seconds_per_iteration() const { return rate_ > 0.0 ? 1.0 / rate_ : 0.0; }

  private:
    std::vector<ImpastoScale> scales_;
    std::uint32_t scale_ = 0;
    std::uint32_t iteration_ = 0;        // of the scale, finished
    std::uint32_t first_iteration_ = 0;  // of the scale that was seen; the clock starts there,
    double first_seconds_ = 0.0;         // since what came before was the scale's preparation
    double rate_ = 0.0;
    double pixels_per_second_ = 0.0;  // of this scale, or the last one that told
};

class Progress {
  public:
    Progress(std::vector<ImpastoScale> scales, bool quiet);
    void update(const ImpastoProgress& progress);
    // A line that stays; the redrawn one goes on below it.
    void say(const std::string& line);
    // Takes the redrawn line away: the run is over.
    void finish();
    const Pace& pace() const { return pace_; }

  private:
    enum class Mode { kNone, kLines, kRedraw };
    using Clock = std::chrono::steady_clock;

    std::vector<std::string> candidates(const ImpastoProgress& progress) const;

    std::vector<ImpastoScale> scales_;
    Mode mode_;
    Pace pace_;
    RedrawnLine line_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point last_shown_ = start_;
    bool shown_ = false;
    std::uint32_t last_told_ = 0;  // iterations
};

}  // namespace impasto::cli
