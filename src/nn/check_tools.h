// What the checks of checks.h are written with: random data, bounds, and the verdict.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "nn/checks.h"
#include "nn/reduce.h"
#include "nn/reference.h"
#include "nn/workbench.h"

namespace impasto::nn::check_tools {

using Floats = std::vector<float>;
using reference::Values;

inline constexpr double kUnit = 0x1p-24;  // half a unit in the last place of 1.0f
inline constexpr double kSlack = 2;
// Words around what an operation writes in a buffer of partial sums.
inline constexpr std::size_t kAround = 3;
inline constexpr float kUntouched = 7;

// The bound of a sum of `terms` products.
inline double sum_bound(std::size_t terms) {
    return kSlack * std::sqrt(static_cast<double>(terms) + 1) * kUnit;
}

// Terms that one lane of a reduction adds up, and the tree over a workgroup.
inline std::size_t reduction_depth(std::size_t count) {
    return count / (std::size_t{kReducePartials} * kReducePartials) + 8;
}

class Random {
  public:
    explicit Random(std::uint32_t seed) : engine_(seed) {}

    // In [low, high), the same on every platform.
    float next(float low, float high) {
        return low + (high - low) * static_cast<float>(engine_() >> 8) * 0x1p-24f;
    }
    Floats values(std::size_t count, float low = -1, float high = 1) {
        Floats result(count);
        std::generate(result.begin(), result.end(), [&] { return next(low, high); });
        return result;
    }
    // What a ReLU leaves: half of it zeros.
    Floats rectified(std::size_t count) {
        Floats result = values(count);
        std::transform(result.begin(), result.end(), result.begin(),
                       [](float v) { return std::max(v, 0.0f); });
        return result;
    }

  private:
    std::mt19937 engine_;
};

inline Values widen(std::span<const float> values) { return {values.begin(), values.end()}; }

inline double norm(const Values& values) { return std::sqrt(reference::dot(values, values)); }

// Gathers what a check found: keeps the worst error in terms of its bound.
class Verdict {
  public:
    // The relative L2 error of `got`; of a few numbers that may cancel, relative to `least`.
    void relative(const std::string& what, std::span<const float> got, const Values& want,
                  double bound, double least = 0) {
        for (std::size_t i = 0; i < want.size(); ++i) {
            if (!std::isfinite(got[i]) && std::isfinite(want[i])) {
                fail(what + " " + std::to_string(i) + " is NaN, infinite or was never written");
                check_.error = std::numeric_limits<double>::infinity();
                return;
            }
        }
        const double size = std::max(norm(want), least);
        const double error = norm(reference::difference(widen(got.first(want.size())), want));
        error_of(what, size > 0 ? error / size : error, bound);
    }
    void error_of(const std::string& what, double error, double bound) {
        if (!(error <= bound)) {
            char text[96];
            std::snprintf(text, sizeof text, " is off by %.2e, more than %.2e", error, bound);
            fail(what + text);
        }
        if (!measured_ || error * check_.bound > check_.error * bound) {
            check_.error = error;
            check_.bound = bound;
            measured_ = true;
        }
    }
    // The partial sums of a reduction from word kAround on, added up, and the words around them.
    double partial_sum(std::span<const float> partials) {
        double sum = 0;
        for (std::size_t i = 0; i < partials.size(); ++i) {
            if (i >= kAround && i < kAround + kReducePartials) {
                sum += static_cast<double>(partials[i]);
            } else if (partials[i] != kUntouched) {
                fail("it wrote beside its partial sums");
            }
        }
        return sum;
    }
    void expect(bool condition, const char* message) {
        if (!condition) {
            fail(message);
        }
    }
    Check finish(const Workbench* bench = nullptr) {
        if (bench != nullptr && !bench->complaint().empty()) {
            fail(bench->complaint());
        }
        return check_;
    }

  private:
    void fail(const std::string& message) {
        if (check_.message.empty()) {
            check_.message = message;
        }
    }

    Check check_;
    bool measured_ = false;
};

// A buffer of partial sums with words around it that must stay as they are.
inline Workbench::Slot partials_in(Workbench& bench) {
    return bench.in_out(Floats(kAround + kReducePartials + kAround, kUntouched));
}

}  // namespace impasto::nn::check_tools
