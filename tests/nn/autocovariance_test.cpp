#include "nn/autocovariance.h"

#include "support/gpu_fixture.h"
#include "support/nn_check.h"

namespace impasto::nn {
namespace {

using testing::describe;
using testing::expect_passes;

class Autocovariance : public testing::GpuFormTest {};

TEST_P(Autocovariance, EqualsTheReference) {
    // Channels in pairs of 16 bits and one over; planes of more than a workgroup's threads.
    for (const Shape& shape : {Shape{1, 1, 3}, {3, 7, 5}, {17, 9, 12}, {20, 24, 31}}) {
        for (const Borders borders :
             {Borders{}, Borders{Border::kWrap, Border::kWrap},
              Borders{Border::kReplicate, Border::kWrap}, Borders{Border::kWrap, Border::kZero}}) {
            for (const MapKind kind : {MapKind::kFloat, MapKind::kHalf}) {
                for (const bool accumulate : {false, true}) {
                    SCOPED_TRACE(describe(shape, borders) +
                                 (kind == MapKind::kHalf ? ", 16 bits" : "") +
                                 (accumulate ? ", added" : ""));
                    expect_passes(check_autocovariance(stream(), shape, kind, borders, accumulate));
                }
            }
        }
    }
}

IMPASTO_BOTH_FORMS(Autocovariance);

// E = sum (R - R_s)^2 has the gradient with the factor 2, by finite differences.
TEST(AutocovarianceReference, FiniteDifferencesAgree) {
    const Shape shape{2, 4, 5};
    testing::Numbers numbers(8);
    const auto f = numbers.doubles(shape.size(), 0.1, 1);
    const std::vector<Shift> shifts{{0, 2}, {1, -3}, {3, 1}};
    const auto means = numbers.doubles(2, 0, 1);
    const auto target = numbers.doubles(6, -0.1, 0.1);
    for (const Borders borders : {Borders{}, Borders{Border::kWrap, Border::kZero}}) {
        const auto difference = [&](const std::vector<double>& at) {
            return reference::difference(
                reference::autocovariance(at, shape, shifts, means, borders), target);
        };
        const auto gradient =
            reference::autocovariance_backward(f, shape, shifts, means, difference(f), 2, borders);
        for (std::size_t i = 0; i < f.size(); ++i) {
            constexpr double kStep = 1e-6;
            auto ahead = f;
            auto behind = f;
            ahead[i] += kStep;
            behind[i] -= kStep;
            const auto a = difference(ahead);
            const auto b = difference(behind);
            const double expected = (reference::dot(a, a) - reference::dot(b, b)) / (2 * kStep);
            EXPECT_NEAR(gradient[i], expected, 1e-8);
        }
    }
}

}  // namespace
}  // namespace impasto::nn
