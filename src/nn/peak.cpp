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
Result<double> best_seconds(gpu::Stream& stream, gpu::Program& program) {
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

// What a workgroup of the test does in a turn.
struct PeakKernel {
    const gpu::Shader* code;
    std::uint32_t threads;
    std::uint32_t subgroup_size;  // 0: any
    double flops;
};

PeakKernel matrix_kernel(const gpu::MatrixUnits& units) {
    const auto kernel = [&](const gpu::Shader& code, double m, double n, double k) {
        return PeakKernel{&code, PEAK_MATRIX_SUBGROUPS * units.subgroup_size, units.subgroup_size,
                          2.0 * m * n * k * PEAK_MATRIX_CHAINS * PEAK_MATRIX_SUBGROUPS};
    };
    switch (units.shape) {
        case gpu::MatrixShape::k16x16x16:
            return kernel(shaders::peak_16x16x16, 16, 16, 16);
        case gpu::MatrixShape::k8x16x16:
            return kernel(shaders::peak_8x16x16, 8, 16, 16);
        default:
            return kernel(shaders::peak_8x8x8, 8, 8, 8);
    }
}

// Operations a second: more turns until one run is long enough, on a slow device or a fast one.
Result<double> measure_flops(gpu::Stream& stream, const PeakKernel& kernel) {
    gpu::Arena arena(stream.device());
    const gpu::Buffer& factors = arena.reserve(2);
    const gpu::Buffer& results = arena.reserve(std::size_t{kGroups} * kernel.threads);
    IMPASTO_TRY(arena.commit("the peak test"));
    IMPASTO_TRY(stream.upload(std::array{1.0f, 0.0f}, factors));
    for (PeakParams params{4};; params.turns *= 4) {
        gpu::Program program(stream.device());
        record(program, *kernel.code, {&factors, &results}, {kernel.threads}, params,
               {kGroups, 1, 1}, 0, 0, kernel.subgroup_size);
        IMPASTO_TRY(program.finish());
        const auto seconds = best_seconds(stream, program);
        if (!seconds) {
            return seconds.error();
        }
        if (*seconds >= kLongEnough || params.turns >= 1u << 20) {
            return kernel.flops * kGroups * params.turns / *seconds;
        }
    }
}

}  // namespace

Result<Peak> measure_peak(gpu::Stream& stream) {
    Peak peak;
    const auto flops = measure_flops(
        stream, {&shaders::peak, PEAK_THREADS, 0, 2.0 * PEAK_THREADS * PEAK_CHAINS * PEAK_STEPS});
    if (!flops) {
        return flops.error();
    }
    peak.flops = *flops;
    const gpu::MatrixUnits& units = stream.device().capabilities().matrix;
    if (units.any()) {
        const auto matrix_flops = measure_flops(stream, matrix_kernel(units));
        if (!matrix_flops) {
            return matrix_flops.error();
        }
        peak.matrix_flops = *matrix_flops;
    }
    gpu::Arena arena(stream.device());
    const gpu::Buffer& from = arena.reserve(kCopyWords);
    const gpu::Buffer& to = arena.reserve(kCopyWords);
    IMPASTO_TRY(arena.commit("the peak test"));
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
