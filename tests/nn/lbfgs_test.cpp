#include "nn/lbfgs.h"

#include <cstring>
#include <limits>

#include "include/lbfgs.h"
#include "support/gpu_fixture.h"
#include "support/nn_check.h"
#include "torch_paths.h"

namespace impasto::nn {
namespace {

using Floats = std::vector<float>;
using testing::Numbers;
using testing::widened;

float as_float(std::uint32_t bits) {
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

std::uint32_t as_uint(float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

double relative(const Floats& got, const std::vector<double>& want) {
    const auto off = reference::difference(widened(got), want);
    return std::sqrt(reference::dot(off, off) / reference::dot(want, want));
}

// The optimiser's buffers on the device and one recorded step.
class Optimizer {
  public:
    Optimizer(gpu::Stream& stream, std::size_t count, std::uint32_t history)
        : count_(count),
          history_(history),
          stream_(stream),
          arena_(stream.device()),
          buffers_{arena_.reserve(count),
                   arena_.reserve(count),
                   arena_.reserve(count),
                   arena_.reserve(count),
                   arena_.reserve((history + 1) * count),
                   arena_.reserve((history + 1) * count),
                   arena_.reserve(kLbfgsStateWords),
                   arena_.reserve(kLbfgsPartialWords)},
          program_(stream.device()) {
        check(arena_.commit("the test of L-BFGS"));
        for (const gpu::Buffer* buffer : {&buffers_.previous, &buffers_.direction, &buffers_.s,
                                          &buffers_.y, &buffers_.state, &buffers_.partials}) {
            set(*buffer, Floats(buffer->bytes / sizeof(float), 0.0f));
        }
        record_lbfgs(program_, buffers_, count, history);
        check(program_.finish());
    }

    // The image after a step from `x` with this gradient.
    Floats step(const Floats& x, const Floats& gradient) {
        set(buffers_.x, x);
        set(buffers_.gradient, gradient);
        check(stream_.run(program_));
        return get(buffers_.x, count_);
    }

    Floats direction() { return get(buffers_.direction, count_); }
    std::uint32_t pairs() { return as_uint(get(buffers_.state, kLbfgsStateWords)[LBFGS_COUNT]); }
    void restart() { set(buffers_.state, Floats(kLbfgsStateWords, 0.0f)); }

    // Puts this history there, oldest first, as if many steps had been taken and the newest pair
    // lay in slot `newest`. The next step rejects its own pair, since the direction is zero.
    void inject(const std::deque<reference::Pair>& past, std::uint32_t newest, double sign = 1) {
        const std::uint32_t slots = history_ + 1;
        Floats s(slots * count_, std::numeric_limits<float>::quiet_NaN());
        Floats y = s;
        Floats state(kLbfgsStateWords, 0.0f);
        state[LBFGS_STEPS] = as_float(50);
        state[LBFGS_COUNT] = as_float(static_cast<std::uint32_t>(past.size()));
        state[LBFGS_HEAD] = as_float((newest + 1) % slots);
        for (std::uint32_t k = 0; k < past.size(); ++k) {
            const reference::Pair& pair = past[past.size() - 1 - k];
            const std::uint32_t slot = (newest + slots - k) % slots;
            const double ys = reference::dot(pair.y, pair.s);
            for (std::size_t i = 0; i < count_; ++i) {
                s[slot * count_ + i] = static_cast<float>(pair.s[i]);
                y[slot * count_ + i] = static_cast<float>(pair.y[i]);
            }
            state[LBFGS_RHO + slot] = static_cast<float>(sign / ys);
            if (k == 0) {
                state[LBFGS_SCALE] = static_cast<float>(sign * ys / reference::dot(pair.y, pair.y));
            }
        }
        set(buffers_.s, s);
        set(buffers_.y, y);
        set(buffers_.state, state);
        set(buffers_.direction, Floats(count_, 0.0f));
        set(buffers_.previous, Floats(count_, 0.5f));
    }

  private:
    void check(const Status& status) { ASSERT_TRUE(status) << status.error().message; }
    void set(const gpu::Buffer& buffer, const Floats& values) {
        check(stream_.upload(values, buffer));
    }
    Floats get(const gpu::Buffer& buffer, std::size_t words) {
        Floats values(words);
        check(stream_.download(buffer, values));
        return values;
    }

    std::size_t count_;
    std::uint32_t history_;
    gpu::Stream& stream_;
    gpu::Arena arena_;
    LbfgsBuffers buffers_;
    gpu::Program program_;
};

// Pairs of a random quadratic with curvatures 0.1 to 10: y = A s. Rounded to floats.
std::deque<reference::Pair> random_history(std::size_t count, std::size_t pairs,
                                           std::uint32_t seed) {
    Numbers numbers(seed);
    Floats curvature = numbers.floats(count, -1, 1);
    std::deque<reference::Pair> past;
    for (std::size_t k = 0; k < pairs; ++k) {
        const auto s = numbers.floats(count);
        Floats y(count);
        for (std::size_t i = 0; i < count; ++i) {
            y[i] = static_cast<float>(std::pow(10.0, static_cast<double>(curvature[i])) *
                                          static_cast<double>(s[i]) +
                                      0.05 * static_cast<double>(s[(i + 1) % count]));
        }
        past.push_back({widened(s), widened(y)});
    }
    return past;
}

double newest_scale(const std::deque<reference::Pair>& past) {
    return reference::dot(past.back().y, past.back().s) /
           reference::dot(past.back().y, past.back().y);
}

class Lbfgs : public testing::GpuFormTest {};

// Real steps, more of them than the history holds, each direction against the two-loop recursion.
TEST_P(Lbfgs, DirectionsEqualTheReference) {
    for (const auto& [count, history, steps] : {std::tuple{std::size_t{300}, 1u, 6},
                                                {std::size_t{300}, 2u, 9},
                                                {std::size_t{129}, 10u, 26},
                                                {std::size_t{40003}, 5u, 8},
                                                {std::size_t{50}, 64u, 12}}) {
        SCOPED_TRACE(std::to_string(count) + " numbers, history " + std::to_string(history));
        testing::expect_passes(check_lbfgs(stream(), count, history, steps));
    }
}

TEST_P(Lbfgs, DirectionFromAGivenHistory) {
    double worst = 0;
    for (const std::uint32_t history : {1u, 3u, 10u, 64u}) {
        for (const std::size_t pairs : {std::size_t{1}, std::size_t{2}, std::size_t{history}}) {
            if (pairs > history) {
                continue;
            }
            for (const std::uint32_t newest : {0u, history / 2, history}) {
                const std::size_t count = 2000;
                const auto past = random_history(count, pairs, history + newest);
                const Floats gradient = Numbers(9).floats(count);
                Optimizer optimizer(stream(), count, history);
                optimizer.inject(past, newest);
                (void)optimizer.step(Floats(count, 0.0f), gradient);
                EXPECT_EQ(optimizer.pairs(), pairs);
                const double error = relative(
                    optimizer.direction(),
                    reference::lbfgs_direction(past, widened(gradient), newest_scale(past)));
                EXPECT_LT(error, 1e-4) << pairs << " of " << history << ", newest in " << newest;
                worst = std::max(worst, error);
            }
        }
    }
    RecordProperty("worst_error", std::to_string(worst));
    EXPECT_LT(worst, 1e-5);
}

TEST_P(Lbfgs, FollowsTorch) {
    for (const char* function : {"quadratic", "rosenbrock"}) {
        const testing::Path path = testing::torch_path("lbfgs", function);
        ASSERT_EQ(path.points.size(), 30u);
        Optimizer optimizer(stream(), path.start.size(), 10);
        Floats x(path.start.begin(), path.start.end());
        for (std::size_t step = 0; step < 10; ++step) {
            const auto at = path.function(widened(x));
            EXPECT_NEAR(at.loss, path.losses[step], 1e-3 * path.losses[step])
                << function << " step " << step;
            x = optimizer.step(x, {at.gradient.begin(), at.gradient.end()});
        }
        for (std::size_t step = 10; step < 30; ++step) {
            const auto at = path.function(widened(x));
            x = optimizer.step(x, {at.gradient.begin(), at.gradient.end()});
        }
        EXPECT_LE(path.function(widened(x)).loss, 1.05 * path.losses[29] + 1e-6) << function;
    }
}

TEST_P(Lbfgs, TwoRunsLeaveTheSameBytes) {
    std::vector<Floats> ends;
    for (int run = 0; run < 2; ++run) {
        Optimizer optimizer(stream(), 5000, 4);
        Floats x = Numbers(1).floats(5000);
        for (int step = 0; step < 7; ++step) {
            Floats gradient(x.size());
            for (std::size_t i = 0; i < x.size(); ++i) {
                gradient[i] = x[i] * static_cast<float>(1 + i % 9) * 0.01f;
            }
            x = optimizer.step(x, gradient);
        }
        ends.push_back(x);
    }
    EXPECT_EQ(ends[0], ends[1]);
}

// A pair with y.s <= 0 is left out, and the history stays what it was.
TEST_P(Lbfgs, RejectsAPairOfNegativeCurvature) {
    const std::size_t count = 500;
    Optimizer optimizer(stream(), count, 3);
    reference::Lbfgs want(3);
    const auto curvature = Numbers(2).doubles(count, 0.5, 2);
    Floats x = Numbers(3).floats(count);
    std::vector<double> wide = widened(x);
    for (int step = 0; step < 9; ++step) {
        // Steps 4 and 5 see the surface turned over about the point they stand at.
        Floats gradient(count);
        for (std::size_t i = 0; i < count; ++i) {
            gradient[i] = static_cast<float>((step == 4 || step == 5 ? -0.9 : 1.0) * curvature[i] *
                                             static_cast<double>(x[i]));
        }
        x = optimizer.step(x, gradient);
        want.step(wide, widened(gradient));
        wide = widened(x);
        EXPECT_EQ(optimizer.pairs(), want.history().size()) << "step " << step;
        EXPECT_LT(relative(optimizer.direction(), want.direction()), 1e-4) << "step " << step;
    }
    EXPECT_EQ(optimizer.pairs(), 3u);
}

// A history that (by rounding, in life) makes a direction up the hill: down the gradient instead.
TEST_P(Lbfgs, NeverClimbs) {
    const std::size_t count = 1000;
    Optimizer optimizer(stream(), count, 4);
    optimizer.inject(random_history(count, 3, 5), 2, -1);
    const Floats gradient = Numbers(6).floats(count);
    const Floats x = Numbers(7).floats(count);
    const Floats moved = optimizer.step(x, gradient);
    double norm1 = 0;
    for (const float g : gradient) {
        norm1 += std::abs(static_cast<double>(g));
    }
    EXPECT_LT(relative(optimizer.direction(), reference::blend(widened(gradient), {}, -1 / norm1)),
              1e-6);
    EXPECT_LT(relative(moved, reference::blend(widened(gradient), widened(x), -1 / norm1)), 1e-6);
}

TEST_P(Lbfgs, AZeroGradientStaysAndGoesOn) {
    const std::size_t count = 100;
    Optimizer optimizer(stream(), count, 3);
    const Floats x = Numbers(1).floats(count);
    const Floats zero(count, 0.0f);
    EXPECT_EQ(optimizer.step(x, zero), x);
    EXPECT_EQ(optimizer.step(x, zero), x);
    const Floats moved = optimizer.step(x, Numbers(2).floats(count));
    EXPECT_NE(moved, x);
    for (const float v : moved) {
        EXPECT_TRUE(std::isfinite(v));
    }
}

// NaN goes through without a hang, and zeros in the state alone make the optimiser new.
TEST_P(Lbfgs, RestartsAfterNaN) {
    const std::size_t count = 300;
    Optimizer fresh(stream(), count, 3);
    Optimizer optimizer(stream(), count, 3);
    const Floats start = Numbers(1).floats(count);
    Floats x = start;
    for (int step = 0; step < 3; ++step) {
        x = optimizer.step(x, x);
    }
    const Floats nan(count, std::numeric_limits<float>::quiet_NaN());
    (void)optimizer.step(x, nan);
    (void)optimizer.step(x, nan);
    optimizer.restart();
    Floats a = start;
    Floats b = start;
    for (int step = 0; step < 6; ++step) {
        a = optimizer.step(a, a);
        b = fresh.step(b, b);
        EXPECT_EQ(a, b) << "step " << step;
    }
}

// Small weights make gradients whose y.s is far under PyTorch's 1e-10: it converges all the same.
TEST_P(Lbfgs, SmallLossesConvergeToo) {
    const testing::Path path = testing::torch_path("lbfgs", "quadratic");
    Optimizer optimizer(stream(), path.start.size(), 10);
    Floats x(path.start.begin(), path.start.end());
    for (int step = 0; step < 40; ++step) {
        const auto gradient = reference::blend(path.function(widened(x)).gradient, {}, 1e-6);
        x = optimizer.step(x, {gradient.begin(), gradient.end()});
    }
    EXPECT_LT(path.function(widened(x)).loss, 1e-4 * path.losses[0]);
}

IMPASTO_BOTH_FORMS(Lbfgs);

TEST(LbfgsReference, IsTorch) {
    for (const char* function : {"quadratic", "rosenbrock"}) {
        const testing::Path path = testing::torch_path("lbfgs", function);
        ASSERT_EQ(path.points.size(), 30u);
        reference::Lbfgs lbfgs(10);
        testing::Point x = path.start;
        for (std::size_t step = 0; step < path.points.size(); ++step) {
            const auto at = path.function(x);
            // PyTorch stops where the slope is under 1e-9; here it goes on.
            if (path.losses[step] > 1e-8) {
                EXPECT_NEAR(at.loss, path.losses[step], 1e-7 * path.losses[step])
                    << function << " step " << step;
            }
            lbfgs.step(x, at.gradient);
        }
    }
}

}  // namespace
}  // namespace impasto::nn
