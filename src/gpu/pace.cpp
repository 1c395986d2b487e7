#include "gpu/pace.h"

namespace impasto::gpu {

namespace {

// The same kernel may run so much slower on other shapes: with caches too small, or groups too few.
constexpr double kDoubt = 4;
// A kernel whose operations take less together says more about the device's latency than about its
// pace. (Of many short ones the latency is in the sum too, and makes it more cautious.)
constexpr double kShortest = 1e-4;

}  // namespace

double Pace::expected(std::string_view kernel, double guess) const {
    const std::lock_guard lock(mutex_);
    const auto found = ratios_.find(kernel);
    return found == ratios_.end() ? guess : kDoubt * found->second * guess;
}

void Pace::learn(std::span<const PaceSample> samples) {
    struct Sum {
        double guess = 0;
        double seconds = 0;
    };
    std::map<std::string_view, Sum> sums;
    for (const PaceSample& sample : samples) {
        if (sample.guess > 0) {
            Sum& sum = sums[sample.kernel];
            sum.guess += sample.guess;
            sum.seconds += sample.seconds;
        }
    }
    const std::lock_guard lock(mutex_);
    for (const auto& [kernel, sum] : sums) {
        if (sum.seconds >= kShortest) {
            ratios_[kernel] = sum.seconds / sum.guess;
        }
    }
}

double Pace::target() const {
    const std::lock_guard lock(mutex_);
    return target_;
}

void Pace::set_target(double seconds) {
    const std::lock_guard lock(mutex_);
    target_ = seconds;
}

}  // namespace impasto::gpu
