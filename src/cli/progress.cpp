#include "cli/progress.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/output.h"
#include "platform/terminal.h"

namespace impasto::cli {
namespace {

// Faster is not read, and costs a slow terminal something.
constexpr std::chrono::milliseconds kRedrawEvery{100};
// A log file of an hour's run stays readable.
constexpr std::chrono::seconds kLineEvery{5};

template <typename... Values>
std::string format(const char* pattern, Values... values) {
    std::array<char, 256> text{};
    std::snprintf(text.data(), text.size(), pattern, values...);
    return text.data();
}

double pixels(const ImpastoScale& scale) {
    return static_cast<double>(scale.width) * static_cast<double>(scale.height);
}

}  // namespace

void RedrawnLine::draw(const std::vector<std::string>& candidates) {
    // A line that reaches the last column wraps on some terminals.
    const auto room = static_cast<std::size_t>(std::max(platform::terminal_width(stderr) - 1, 10));
    std::string line = candidates.back().substr(0, room);
    for (const std::string& candidate : candidates) {
        if (candidate.size() <= room) {
            line = candidate;
            break;
        }
    }
    const std::size_t columns = line.size();
    // Blanks instead of an escape sequence: every console knows them.
    if (columns < drawn_) line.append(std::min(drawn_, room) - columns, ' ');
    drawn_ = columns;
    line.insert(line.begin(), '\r');
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
}

void RedrawnLine::end() {
    if (drawn_ > 0) std::fputc('\n', stderr);
    drawn_ = 0;
}

void RedrawnLine::clear() {
    if (drawn_ == 0) return;
    draw({""});
    std::fputc('\r', stderr);
    drawn_ = 0;
}

Pace::Pace(std::vector<ImpastoScale> scales) : scales_(std::move(scales)) {}

void Pace::update(const ImpastoProgress& progress, double seconds) {
    if (progress.iteration == 0 || progress.scale >= scales_.size()) return;
    if (progress.scale != scale_ || first_iteration_ == 0) {
        scale_ = progress.scale;
        first_iteration_ = progress.iteration;
        first_seconds_ = seconds;
        rate_ = 0.0;
    }
    iteration_ = progress.iteration;
    const double elapsed = seconds - first_seconds_;
    if (iteration_ <= first_iteration_ || elapsed <= 0.0) return;
    rate_ = static_cast<double>(iteration_ - first_iteration_) / elapsed;
    pixels_per_second_ = rate_ * pixels(scales_[scale_]);
}

double Pace::seconds_left() const {
    if (pixels_per_second_ <= 0.0) return -1.0;
    double work = 0.0;
    for (std::size_t i = scale_; i < scales_.size(); ++i) {
        const double done = i == scale_ ? static_cast<double>(iteration_) : 0.0;
        work +=
            std::max(static_cast<double>(scales_[i].iterations) - done, 0.0) * pixels(scales_[i]);
    }
    return work / pixels_per_second_;
}

Progress::Progress(std::vector<ImpastoScale> scales, bool quiet)
    : scales_(scales),
      mode_(quiet                           ? Mode::kNone
            : platform::is_terminal(stderr) ? Mode::kRedraw
                                            : Mode::kLines),
      pace_(std::move(scales)) {}

void Progress::update(const ImpastoProgress& progress) {
    // The report lies a little behind the call, so several calls may tell the same.
    if (progress.total_iterations == last_told_) return;
    last_told_ = progress.total_iterations;
    const auto now = Clock::now();
    pace_.update(progress, std::chrono::duration<double>(now - start_).count());
    if (mode_ == Mode::kNone || progress.iteration == 0 || progress.scale >= scales_.size()) return;
    const bool ends_scale = progress.iteration == scales_[progress.scale].iterations;
    const auto since = now - last_shown_;
    if (mode_ == Mode::kRedraw) {
        if (shown_ && !ends_scale && since < kRedrawEvery) return;
        line_.draw(candidates(progress));
    } else {
        if (!ends_scale && since < kLineEvery) return;
        note(candidates(progress).front());
    }
    shown_ = true;
    last_shown_ = now;
}

std::vector<std::string> Progress::candidates(const ImpastoProgress& progress) const {
    const ImpastoScale& scale = scales_[progress.scale];
    const ImpastoLosses& losses = progress.losses;
    const std::string where = format("scale %u/%zu", progress.scale + 1, scales_.size());
    const std::string size = format(" %ux%u", scale.width, scale.height);
    const std::string iteration = format("%u/%u", progress.iteration, scale.iterations);
    const std::string total = format("  total %.4g", static_cast<double>(losses.total));
    const std::string terms =
        format("  content %.4g  style %.4g", static_cast<double>(losses.content),
               static_cast<double>(losses.style));
    const std::string tv = format("  tv %.4g", static_cast<double>(losses.tv));
    std::string speed;
    if (pace_.iterations_per_second() > 0.0) {
        speed = format("  %.3g it/s", pace_.iterations_per_second());
    }
    std::string left;
    if (const double seconds = pace_.seconds_left(); seconds >= 0.0) {
        left = "  " + duration_text(seconds) + " left";
    }
    const std::string begin = where + size + "  iteration " + iteration;
    return {begin + total + terms + tv + speed + left,
            begin + total + terms + speed + left,
            begin + total + speed + left,
            where + size + "  " + iteration + total + left,
            where + "  " + iteration + left,
            iteration + left,
            iteration};
}

void Progress::say(const std::string& line) {
    if (mode_ == Mode::kNone) return;
    line_.clear();
    note(line);
}

void Progress::finish() { line_.end(); }

}  // namespace impasto::cli
