// Principal components: what varies together, taken apart.
#pragma once

#include <cstddef>
#include <vector>

namespace impasto::texture {

struct Principal {
    std::vector<double> variances;             // from the largest on
    std::vector<std::vector<double>> vectors;  // of length 1; the largest entry is above 0
};

// The eigenvectors of a symmetric matrix, (n, n) by rows, by cyclic Jacobi rotations (Golub and Van
// Loan, Matrix Computations, 8.5). For the handful of channels that a material has.
Principal principal_components(std::vector<double> matrix, std::size_t n);

}  // namespace impasto::texture
