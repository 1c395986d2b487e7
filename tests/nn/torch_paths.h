// The functions of tests/data/nn/torch_paths.py and the paths that PyTorch took on them.
#pragma once

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace impasto::testing {

using Point = std::vector<double>;

inline constexpr std::size_t kPathCount = 12;

struct Evaluation {
    double loss = 0;
    Point gradient;
};

inline Evaluation quadratic(const Point& x) {
    Evaluation result{0, Point(x.size())};
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double k = static_cast<double>(i);
        const double a = std::pow(10.0, -1 + 2 * k / static_cast<double>(kPathCount - 1));
        const double d = x[i] - std::cos(k);
        result.loss += a * d * d / 2;
        result.gradient[i] = a * d;
    }
    return result;
}

inline Evaluation rosenbrock(const Point& x) {
    Evaluation result{0, Point(x.size())};
    for (std::size_t i = 0; i + 1 < x.size(); i += 2) {
        const double valley = x[i + 1] - x[i] * x[i];
        result.loss += 5 * valley * valley + (1 - x[i]) * (1 - x[i]);
        result.gradient[i] = -20 * valley * x[i] - 2 * (1 - x[i]);
        result.gradient[i + 1] = 10 * valley;
    }
    return result;
}

struct Path {
    Evaluation (*function)(const Point&) = nullptr;
    Point start;
    std::vector<double> losses;  // before each step
    std::vector<Point> points;   // after each step
};

// The path of "lbfgs" or "adam" on "quadratic" or "rosenbrock"; empty if the file is not there.
inline Path torch_path(const std::string& optimizer, const std::string& function) {
    Path path;
    path.function = function == "quadratic" ? quadratic : rosenbrock;
    for (std::size_t i = 0; i < kPathCount; ++i) {
        path.start.push_back(
            0.5 + 0.4 * std::sin(static_cast<double>(i) + (function == "quadratic" ? 0 : 1)));
    }
    std::ifstream file(std::string(IMPASTO_TEST_DATA) + "/nn/torch_paths.csv");
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string word;
        std::getline(words, word, ',');
        if (word != optimizer + " " + function) {
            continue;
        }
        std::getline(words, word, ',');
        std::getline(words, word, ',');
        path.losses.push_back(std::stod(word));
        path.points.emplace_back();
        while (std::getline(words, word, ',')) {
            path.points.back().push_back(std::stod(word));
        }
    }
    return path;
}

}  // namespace impasto::testing
