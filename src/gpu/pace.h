// How long operations take on a device, as far as is known beforehand: by a cautious guess at
// first, then by what the last measured program took.
#pragma once

#include <map>
#include <mutex>
#include <span>
#include <string_view>

namespace impasto::gpu {

// What an operation took that was expected to take `guess` (Pace::guess).
struct PaceSample {
    // A shader's name, "copy" or "fill". Pace keeps the view: literals do, which those all are, and
    // what lives as long as the device.
    std::string_view kernel;
    double guess = 0;
    double seconds = 0;
};

// Thread-safe.
class Pace {
  public:
    // The longest submission that programs aim at, in seconds. Half of what a desktop bears, so
    // that there is room for a device that slows down later.
    static constexpr double kTarget = 0.05;

    // Seconds on a device as slow as any that is worth using: 5 GFLOP/s, 2.5 GB/s.
    static double guess(double flops, double bytes) { return flops / 5e9 + bytes / 2.5e9; }
    // Of a copy or fill, which may be the first to touch its memory: on a CPU driver that costs
    // page faults (7.7 MB in 8.4 to 9.2 ms).
    static double guess_copy(double bytes) { return bytes / 0.8e9; }

    // Seconds to allow for an operation of `kernel`, from its guess.
    double expected(std::string_view kernel, double guess) const;
    // From all operations of a program that ran: of a kernel their sum counts, so that many short
    // ones say as much as a long one. Less than 0.1 ms together tells nothing but latency: such a
    // kernel stays as it was.
    void learn(std::span<const PaceSample> samples);

    double target() const;
    void set_target(double seconds);  // for tests

  private:
    mutable std::mutex mutex_;
    double target_ = kTarget;
    std::map<std::string_view, double> ratios_;  // of seconds to guess, by kernel
};

}  // namespace impasto::gpu
