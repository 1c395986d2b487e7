#include "nn/peak.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>

#include "include/peak.h"
#include "nn/record.h"
#include "shaders.h"

namespace impasto::nn {

namespace {

constexpr std::uint32_t kGroups = 1024;
constexpr std::size_t kCopyWords = std::size_t{16} << 20;  // larger than a CPU's caches
constexpr double kLongEnough = 0.02;  // seconds, so that a submission is little

// The shortest of several replays, by the host's clock.
Result<double> best_seconds(gpu::Stream& stream, const gpu::Program& program) {
    using Clock = std::chrono::steady_clock;
    double best = 0;
    for (int i = 0; i < 5; ++i) {
        const auto start = Clock::now();
        IMPASTO_TRY(stream.run(program));
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        best = i == 0 ? seconds : std::min(best, seconds);
    }
    return best;
}

}  // namespace

Result<Peak> measure_peak(gpu::Stream& stream) {
    gpu::Arena arena(stream.device());
    const gpu::Buffer& factors = arena.reserve(2);
    const gpu::Buffer& results = arena.reserve(std::size_t{kGroups} * PEAK_THREADS);
    const gpu::Buffer& from = arena.reserve(kCopyWords);
    const gpu::Buffer& to = arena.reserve(kCopyWords);
    IMPASTO_TRY(arena.commit("the peak test"));
    IMPASTO_TRY(stream.upload(std::array{1.0f, 0.0f}, factors));

    Peak peak;
    // More turns until one run is long enough, on a slow device or a fast one.
    for (PeakParams params{4};; params.turns *= 4) {
        gpu::Program program(stream.device());
        record(program, shaders::peak, {&factors, &results}, {}, params, {kGroups, 1, 1});
        IMPASTO_TRY(program.finish());
        const auto seconds = best_seconds(stream, program);
        if (!seconds) {
            return seconds.error();
        }
        peak.flops =
            2.0 * kGroups * PEAK_THREADS * PEAK_CHAINS * PEAK_STEPS * params.turns / *seconds;
        if (*seconds >= kLongEnough || params.turns >= 1u << 20) {
            break;
        }
    }
    gpu::Program copy(stream.device());
    copy.fill(from, 1.0f);
    IMPASTO_TRY(copy.finish());
    IMPASTO_TRY(stream.run(copy));
    gpu::Program program(stream.device());
    program.copy(from, to, kCopyWords * sizeof(float));
    IMPASTO_TRY(program.finish());
    const auto seconds = best_seconds(stream, program);
    if (!seconds) {
        return seconds.error();
    }
    peak.bytes = 2.0 * kCopyWords * sizeof(float) / *seconds;
    return peak;
}

}  // namespace impasto::nn
