#include "cli/batch_progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "platform/terminal.h"

namespace impasto::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawEvery{100};

}  // namespace

void BatchPace::began(std::uint32_t job, double seconds) {
    if (begin_ < 0.0) begin_ = seconds;
    running_[job] = 0.0;
}

void BatchPace::progress(std::uint32_t job, double part) {
    running_[job] = std::clamp(part, 0.0, 1.0);
}

void BatchPace::ended(std::uint32_t job) {
    if (running_.erase(job) > 0) ++done_;
}

double BatchPace::seconds_left(double seconds) const {
    double done = done_;
    for (const auto& [job, part] : running_) done += part;
    // Of the first few iterations, which measure and compile, nothing is to be told.
    if (begin_ < 0.0 || done < 0.05 || seconds <= begin_) return -1.0;
    return (seconds - begin_) / done * std::max(to_do_ - done, 0.0);
}

BatchProgress::BatchProgress(bool quiet, bool json)
    : quiet_(quiet), lines_(!quiet && !json), redraws_(!quiet && platform::is_terminal(stderr)) {}

void BatchProgress::say(const std::string& line) {
    line_.clear();
    note(line);
}

void BatchProgress::complain(const std::string& line) {
    line_.clear();
    cli::complain(line);
}

void BatchProgress::ended(const ImpastoBatchEvent& event) {
    ++ended_;
    pace_.ended(event.index);
    if (event.state == IMPASTO_BATCH_FAILED) ++failed_;
    if (!lines_) return;
    const std::string count =
        std::to_string(ended_) + "/" + std::to_string(event.jobs) + "  " + event.output;
    if (event.state == IMPASTO_BATCH_DONE) say(count + "  " + duration_text(event.seconds));
    for (std::uint32_t i = 0; i < event.warning_count; ++i) {
        say("warning: '" + std::string(event.job) + "': " + event.warnings[i]);
    }
    if (event.state == IMPASTO_BATCH_UP_TO_DATE) say(count + "  up to date");
}

void BatchProgress::redraw(const ImpastoBatchEvent& event) {
    const auto now_drawn = Clock::now();
    if (!redraws_ || now_drawn - last_drawn_ < kRedrawEvery) return;
    last_drawn_ = now_drawn;
    const std::string count = std::to_string(ended_) + "/" + std::to_string(event.jobs) + " jobs";
    const std::string failed = failed_ > 0 ? ", " + std::to_string(failed_) + " failed" : "";
    std::string left;
    if (const double seconds = pace_.seconds_left(now()); seconds >= 0.0) {
        left = "  " + duration_text(seconds) + " left";
    }
    std::string job;
    if (event.what == IMPASTO_BATCH_PROGRESS) {
        job = "  " + std::string(event.job) + " " +
              std::to_string(event.progress->total_iterations) + "/" +
              std::to_string(event.progress->all_iterations);
    }
    line_.draw({count + failed + job + left, count + failed + left, count + left, count});
}

void BatchProgress::update(const ImpastoBatchEvent& event) {
    switch (event.what) {
        case IMPASTO_BATCH_PLANNED:
            pace_.plan(event.to_do);
            return;
        case IMPASTO_BATCH_BEGAN:
            pace_.began(event.index, now());
            break;
        case IMPASTO_BATCH_PROGRESS: {
            // Later iterations are on larger pictures, and take longer: a rough measure does.
            const double all = std::max(event.progress->all_iterations, 1u);
            pace_.progress(event.index, event.progress->total_iterations / all);
            break;
        }
        case IMPASTO_BATCH_ENDED:
            ended(event);
            break;
    }
    redraw(event);
}

void BatchProgress::finish() { line_.end(); }

std::string BatchProgress::summary_text(const ImpastoBatchSummary& summary) {
    std::string text = std::to_string(summary.jobs) + (summary.jobs == 1 ? " job: " : " jobs: ") +
                       std::to_string(summary.done) + " done, " +
                       std::to_string(summary.up_to_date) + " up to date";
    if (summary.failed > 0) text += ", " + std::to_string(summary.failed) + " failed";
    return text + ", in " + duration_text(summary.seconds);
}

std::string BatchProgress::json_text(const ImpastoBatchSummary& summary) {
    const nlohmann::ordered_json json{{"jobs", summary.jobs},
                                      {"done", summary.done},
                                      {"up_to_date", summary.up_to_date},
                                      {"failed", summary.failed},
                                      {"cancelled", summary.cancelled},
                                      {"seconds", summary.seconds}};
    return json.dump() + "\n";
}

}  // namespace impasto::cli
