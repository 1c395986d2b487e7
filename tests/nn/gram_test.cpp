#include "nn/gram.h"

#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

using testing::describe;
using testing::expect_passes;

class Gram : public testing::GpuFormTest {};

// Tiles of 8 channels, chunks of 4096 pixels, 512 pixels a group of the backward pass.
const Shape kShapes[] = {{1, 1, 1},  {3, 1, 63},  {7, 64, 1},   {8, 8, 8},
                         {9, 5, 13}, {17, 9, 57}, {24, 64, 64}, {5, 91, 91}};

TEST_P(Gram, EqualsTheReference) {
    for (const Shape& shape : kShapes) {
        for (const bool weighted : {false, true}) {
            SCOPED_TRACE(describe(shape) + (weighted ? ", weighted" : ""));
            expect_passes(check_gram(stream(), shape, weighted));
        }
    }
}

TEST_P(Gram, GradientEqualsTheReference) {
    for (const Shape& shape : kShapes) {
        for (const bool weighted : {false, true}) {
            for (const bool accumulate : {false, true}) {
                SCOPED_TRACE(describe(shape) + (weighted ? ", weighted" : "") +
                             (accumulate ? ", added" : ""));
                expect_passes(check_gram_backward(stream(), shape, weighted, accumulate));
            }
        }
    }
}

IMPASTO_BOTH_FORMS(Gram);

// E = sum (G - G_s)^2 and its gradient with the factor 4 / (C sum of w), by finite differences.
TEST(GramReference, FiniteDifferencesAgree) {
    const Shape shape{3, 2, 4};
    testing::Numbers numbers(8);
    const auto f = numbers.doubles(shape.size(), 0.1, 1);
    const auto target = numbers.doubles(9, 0, 0.3);
    auto symmetric = target;
    for (std::size_t i = 0; i < 9; ++i) {
        symmetric[i] = target[i] + target[i % 3 * 3 + i / 3];
    }
    for (const auto& weights : {std::vector<double>{}, numbers.doubles(shape.plane(), 0, 1)}) {
        const double sum =
            weights.empty() ? 8.0 : reference::dot(weights, std::vector<double>(8, 1.0));
        const auto energy = [&](const std::vector<double>& at) {
            const auto d =
                reference::difference(reference::gram(at, shape, weights, sum), symmetric);
            return reference::dot(d, d);
        };
        const auto d = reference::difference(reference::gram(f, shape, weights, sum), symmetric);
        const auto gradient = reference::gram_backward(f, shape, weights, d, 4 / (3 * sum));
        for (std::size_t i = 0; i < f.size(); ++i) {
            auto up = f;
            auto down = f;
            up[i] += 1e-5;
            down[i] -= 1e-5;
            EXPECT_NEAR((energy(up) - energy(down)) / 2e-5, gradient[i], 1e-8);
        }
    }
}

TEST(GramReference, WeightsOfOneAreNoWeights) {
    const Shape shape{4, 3, 5};
    testing::Numbers numbers(8);
    const auto f = numbers.doubles(shape.size());
    EXPECT_EQ(reference::gram(f, shape, {}, 15),
              reference::gram(f, shape, std::vector<double>(15, 1.0), 15));
}

}  // namespace
}  // namespace impasto::nn
