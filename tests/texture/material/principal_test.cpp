#include "texture/material/principal.h"

#include <gtest/gtest.h>

#include <cmath>

namespace impasto::texture {
namespace {

TEST(Principal, DiagonalisesASymmetricMatrix) {
    constexpr std::size_t n = 9;
    std::vector<double> matrix(n * n);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            // Positive definite, of very different sizes.
            matrix[i * n + j] =
                std::exp(-std::abs(static_cast<double>(i) - static_cast<double>(j))) /
                static_cast<double>((i + 1) * (j + 1));
        }
    }
    const Principal found = principal_components(matrix, n);
    ASSERT_EQ(found.vectors.size(), n);
    double trace = 0.0;
    for (std::size_t k = 0; k < n; ++k) {
        EXPECT_LE(found.variances[k], found.variances[k > 0 ? k - 1 : 0]);
        trace += found.variances[k] - matrix[k * n + k];
        for (std::size_t i = 0; i < n; ++i) {
            double product = 0.0;
            for (std::size_t j = 0; j < n; ++j) product += matrix[i * n + j] * found.vectors[k][j];
            EXPECT_NEAR(product, found.variances[k] * found.vectors[k][i], 1e-12);
        }
        for (std::size_t l = 0; l < n; ++l) {
            double product = 0.0;
            for (std::size_t i = 0; i < n; ++i)
                product += found.vectors[k][i] * found.vectors[l][i];
            EXPECT_NEAR(product, k == l ? 1.0 : 0.0, 1e-12);
        }
    }
    EXPECT_NEAR(trace, 0.0, 1e-12);
}

TEST(Principal, OfNothingThatVaries) {
    const Principal found = principal_components(std::vector<double>(9, 0.0), 3);
    EXPECT_EQ(found.variances, std::vector<double>(3, 0.0));
    EXPECT_EQ(found.vectors[0], (std::vector<double>{1.0, 0.0, 0.0}));
}

}  // namespace
}  // namespace impasto::texture
