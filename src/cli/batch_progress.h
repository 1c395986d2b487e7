// How a batch is going, on stderr: a line for each job that ends, and on a terminal one below them
// that is redrawn, with what runs and the time left.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/progress.h"
#include "impasto/impasto_batch.h"

namespace impasto::cli {

// The time left of a batch, by the jobs that are done and how far the others are; the clock is the
// caller's.
class BatchPace {
  public:
    void plan(std::uint32_t to_do) { to_do_ = to_do; }
    // `seconds` since any fixed moment, as with all of these.
    void began(std::uint32_t job, double seconds);
    void progress(std::uint32_t job, double part);
    void ended(std::uint32_t job);
    // Below 0: not known yet.
    double seconds_left(double seconds) const;

  private:
    std::uint32_t to_do_ = 0;
    std::uint32_t done_ = 0;
    double begin_ = -1.0;
    std::map<std::uint32_t, double> running_;  // how much of each is done, 0 to 1
};

class BatchProgress {
  public:
    // With `json` there is no line for each job: the report is the caller's.
    BatchProgress(bool quiet, bool json);
    void update(const ImpastoBatchEvent& event);
    // "impasto: line", above the redrawn one; also with `quiet`.
    void complain(const std::string& line);
    void finish();

    // "12 jobs: 9 done, 2 up to date, 1 failed, in 3:07"
    static std::string summary_text(const ImpastoBatchSummary& summary);
    static std::string json_text(const ImpastoBatchSummary& summary);

  private:
    using Clock = std::chrono::steady_clock;
    double now() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
    void ended(const ImpastoBatchEvent& event);
    void redraw(const ImpastoBatchEvent& event);
    void say(const std::string& line);

    const bool quiet_;
    const bool lines_;  // a line for each job
    const bool redraws_;
    RedrawnLine line_;
    BatchPace pace_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point last_drawn_ = start_ - std::chrono::hours(1);
    std::uint32_t ended_ = 0;
    std::uint32_t failed_ = 0;
};

}  // namespace impasto::cli
