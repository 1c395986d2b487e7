#include "texture/material/principal.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace impasto::texture {

Principal principal_components(std::vector<double> matrix, std::size_t n) {
    std::vector<double> turned(n * n, 0.0);  // columns become the vectors
    for (std::size_t i = 0; i < n; ++i) turned[i * n + i] = 1.0;
    constexpr int kSweepsAtMost = 50;  // a dozen are enough
    for (int sweep = 0; sweep < kSweepsAtMost; ++sweep) {
        double beside = 0.0;
        double on = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                (i == j ? on : beside) += matrix[i * n + j] * matrix[i * n + j];
            }
        }
        if (beside <= 1e-26 * on) break;
        for (std::size_t p = 0; p < n; ++p) {
            for (std::size_t q = p + 1; q < n; ++q) {
                const double apq = matrix[p * n + q];
                if (apq == 0.0) continue;
                // The turn of p and q that makes this entry 0.
                const double theta = (matrix[q * n + q] - matrix[p * n + p]) / (2.0 * apq);
                const double t =
                    std::copysign(1.0, theta) / (std::abs(theta) + std::sqrt(theta * theta + 1.0));
                const double c = 1.0 / std::sqrt(t * t + 1.0);
                const double s = t * c;
                for (std::size_t k = 0; k < n; ++k) {
                    const double kp = matrix[k * n + p];
                    const double kq = matrix[k * n + q];
                    matrix[k * n + p] = c * kp - s * kq;
                    matrix[k * n + q] = s * kp + c * kq;
                }
                for (std::size_t k = 0; k < n; ++k) {
                    const double pk = matrix[p * n + k];
                    const double qk = matrix[q * n + k];
                    matrix[p * n + k] = c * pk - s * qk;
                    matrix[q * n + k] = s * pk + c * qk;
                    const double kp = turned[k * n + p];
                    const double kq = turned[k * n + q];
                    turned[k * n + p] = c * kp - s * kq;
                    turned[k * n + q] = s * kp + c * kq;
                }
            }
        }
    }
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return matrix[a * n + a] > matrix[b * n + b];
    });
    Principal found;
    for (const std::size_t at : order) {
        found.variances.push_back(std::max(matrix[at * n + at], 0.0));
        std::vector<double>& vector = found.vectors.emplace_back();
        for (std::size_t k = 0; k < n; ++k) vector.push_back(turned[k * n + at]);
        const double largest =
            *std::max_element(vector.begin(), vector.end(),
                              [](double a, double b) { return std::abs(a) < std::abs(b); });
        for (double& v : vector) v = largest < 0.0 ? -v : v;
    }
    return found;
}

}  // namespace impasto::texture
