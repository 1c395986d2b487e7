// The check of L-BFGS, which keeps its history on the device from step to step.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "include/lbfgs.h"
#include "nn/checks.h"
#include "nn/lbfgs.h"
#include "nn/reference.h"

namespace impasto::nn {

namespace {

using Floats = std::vector<float>;
using reference::Values;

// A convex function whose curvatures lie a factor of 300 apart, coupled between neighbours:
//     f = sum a_i d_i^2 / 2 + d_i^4 / 40 + (d_i - d_{i+1})^2 / 10,     d = x - target
Floats gradient_at(const Floats& x) {
    const std::size_t n = x.size();
    Values d(n);
    for (std::size_t i = 0; i < n; ++i) {
        d[i] = static_cast<double>(x[i]) - 0.5 - 0.4 * std::sin(static_cast<double>(i));
    }
    Floats gradient(n);
    for (std::size_t i = 0; i < n; ++i) {
        const double a = std::pow(300.0, -static_cast<double>(i % 17) / 16.0);
        double g = a * d[i] + d[i] * d[i] * d[i] / 10;
        g += i + 1 < n ? (d[i] - d[i + 1]) / 5 : 0.0;
        g += i > 0 ? (d[i] - d[i - 1]) / 5 : 0.0;
        gradient[i] = static_cast<float>(g);
    }
    return gradient;
}

Values widen(const float* values, std::size_t count) { return {values, values + count}; }

}  // namespace

Result<Check> check_lbfgs(gpu::Stream& stream, std::size_t count, std::uint32_t history, int steps,
                          std::uint32_t seed) {
    gpu::Arena arena(stream.device());
    const std::size_t slots = history + 1;
    const LbfgsBuffers buffers{arena.reserve(count),
                               arena.reserve(count),
                               arena.reserve(count),
                               arena.reserve(count),
                               arena.reserve(slots * count),
                               arena.reserve(slots * count),
                               arena.reserve(kLbfgsStateWords),
                               arena.reserve(kLbfgsPartialWords)};
    IMPASTO_TRY(arena.commit("the check of L-BFGS"));
    gpu::Program zero(stream.device());
    for (const gpu::Buffer* buffer : {&buffers.previous, &buffers.direction, &buffers.s, &buffers.y,
                                      &buffers.state, &buffers.partials}) {
        zero.fill(*buffer, 0);
    }
    IMPASTO_TRY(zero.finish());
    IMPASTO_TRY(stream.run(zero));
    gpu::Program program(stream.device());
    record_lbfgs(program, buffers, count, history);
    IMPASTO_TRY(program.finish());

    Floats x(count);
    for (std::size_t i = 0; i < count; ++i) {
        x[i] = static_cast<float>((i * 37 + seed * 11) % 101) / 101.0f;
    }
    Floats s(slots * count);
    Floats y(slots * count);
    Floats state(kLbfgsStateWords);
    Floats direction(count);
    const auto word = [&](std::size_t at) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, &state[at], sizeof bits);
        return bits;
    };
    Check check;
    // Two dot products a pair, each off by about 2^-24 of the vectors' lengths, magnified by how
    // flat the valley is. The demand on the whole optimiser is 1e-4.
    check.bound = 2e-5;
    std::size_t kept = 0;
    std::size_t head = 0;
    for (int step = 0; step < steps; ++step) {
        const Floats gradient = gradient_at(x);
        IMPASTO_TRY(stream.upload(x, buffers.x));
        IMPASTO_TRY(stream.upload(gradient, buffers.gradient));
        IMPASTO_TRY(stream.run(program));
        IMPASTO_TRY(stream.download(buffers.s, s));
        IMPASTO_TRY(stream.download(buffers.y, y));
        IMPASTO_TRY(stream.download(buffers.state, state));
        IMPASTO_TRY(stream.download(buffers.direction, direction));
        const Floats before = x;
        IMPASTO_TRY(stream.download(buffers.x, x));

        const std::size_t pairs = word(LBFGS_COUNT);
        // This step's pair went where the head was, and the head moved on if it was kept.
        const std::size_t written = head * count;
        if (step > 0 && reference::keeps({widen(&s[written], count), widen(&y[written], count)})) {
            kept = std::min<std::size_t>(kept + 1, history);
        }
        head = word(LBFGS_HEAD);
        if (pairs != kept) {
            check.message = "the history holds " + std::to_string(pairs) + " pairs, not " +
                            std::to_string(kept) + ", after step " + std::to_string(step);
            return check;
        }
        std::deque<reference::Pair> past;
        for (std::size_t k = pairs; k-- > 0;) {
            const std::size_t slot = (head + slots - 1 - k) % slots;
            past.push_back({widen(&s[slot * count], count), widen(&y[slot * count], count)});
        }
        double scale = 1;
        if (!past.empty()) {
            scale = reference::dot(past.back().y, past.back().s) /
                    reference::dot(past.back().y, past.back().y);
        }
        const Values want = reference::lbfgs_direction(past, widen(gradient.data(), count), scale);
        const Values off = reference::difference(widen(direction.data(), count), want);
        const double error =
            std::sqrt(reference::dot(off, off) / std::max(1e-300, reference::dot(want, want)));
        check.error = std::max(check.error, error);

        // The step itself: x + t d, rounded once or twice.
        double norm1 = 0;
        for (const float g : gradient) {
            norm1 += std::abs(static_cast<double>(g));
        }
        const double length = step == 0 ? std::min(1.0, 1.0 / norm1) : 1.0;
        for (std::size_t i = 0; i < count; ++i) {
            const double target =
                static_cast<double>(before[i]) + length * static_cast<double>(direction[i]);
            if (!(std::abs(static_cast<double>(x[i]) - target) <= 1e-6 * (1 + std::abs(target)))) {
                check.message = "the step " + std::to_string(step) + " is not along the direction";
                return check;
            }
        }
    }
    if (!(check.error <= check.bound)) {
        char text[96];
        std::snprintf(text, sizeof text, "the direction is off by %.2e, more than %.2e",
                      check.error, check.bound);
        check.message = text;
    }
    return check;
}

}  // namespace impasto::nn
