#include "texture/gltf/level.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace impasto::gltf {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFFU;
constexpr float kSampleWeight = 0.5f;  // two samples a texel

using Values = std::vector<float>;  // (unknown, channel)

// One sample as a row of the problem: up to four unknowns on each side, the second negative.
struct Row {
    std::array<std::uint32_t, 8> at{};
    std::array<float, 8> by{};
    float weight = 0;
    std::array<float, 3> difference{};  // of the image across the seam
};

class System {
  public:
    System(const Image& image, const Coverage& coverage, const std::vector<SeamSample>& samples,
           const std::vector<float>& weights, const LevelOptions& options)
        : coverage_(coverage), tiles_(options.tiles), alpha_(options.smoothness) {
        const auto longest = static_cast<float>(std::max(image.width, image.height));
        const float reach = options.reach > 0 ? options.reach : std::max(longest / 16, 4.0f);
        screen_ = alpha_ / (reach * reach);
        unknown_.assign(coverage.island.size(), kNone);
        for (std::size_t i = 0; i < unknown_.size(); ++i) {
            if (coverage.island[i] < 0) continue;
            unknown_[i] = static_cast<std::uint32_t>(texel_.size());
            texel_.push_back(static_cast<std::uint32_t>(i));
        }
        for (std::size_t i = 0; i < samples.size(); ++i) {
            if (weights[i] > 0) add_row(image, samples[i], weights[i]);
        }
    }

    std::size_t unknowns() const { return texel_.size(); }
    std::uint32_t texel(std::size_t unknown) const { return texel_[unknown]; }
    bool has_rows() const { return !rows_.empty(); }

    // -A^T W d
    Values right_side() const {
        Values to(3 * unknowns(), 0.0f);
        for (const Row& row : rows_) {
            for (std::size_t k = 0; k < 8; ++k) {
                if (row.at[k] == kNone) continue;
                for (std::size_t c = 0; c < 3; ++c) {
                    to[3 * row.at[k] + c] -= row.weight * row.by[k] * row.difference[c];
                }
            }
        }
        return to;
    }

    Values diagonal() const {
        Values to(unknowns(), 0.0f);
        for (std::size_t i = 0; i < unknowns(); ++i) {
            to[i] = screen_ + alpha_ * static_cast<float>(neighbours(i).second);
        }
        for (const Row& row : rows_) {
            for (std::size_t k = 0; k < 8; ++k) {
                if (row.at[k] != kNone) to[row.at[k]] += row.weight * row.by[k] * row.by[k];
            }
        }
        return to;
    }

    void multiply(const Values& from, Values& to) const {
        for (std::size_t i = 0; i < unknowns(); ++i) {
            const auto [near, count] = neighbours(i);
            for (std::size_t c = 0; c < 3; ++c) {
                float sum = (screen_ + alpha_ * static_cast<float>(count)) * from[3 * i + c];
                for (std::size_t k = 0; k < count; ++k) sum -= alpha_ * from[3 * near[k] + c];
                to[3 * i + c] = sum;
            }
        }
        for (const Row& row : rows_) {
            std::array<float, 3> across{};
            for (std::size_t k = 0; k < 8; ++k) {
                if (row.at[k] == kNone) continue;
                for (std::size_t c = 0; c < 3; ++c) {
                    across[c] += row.by[k] * from[3 * row.at[k] + c];
                }
            }
            for (std::size_t k = 0; k < 8; ++k) {
                if (row.at[k] == kNone) continue;
                for (std::size_t c = 0; c < 3; ++c) {
                    to[3 * row.at[k] + c] += row.weight * row.by[k] * across[c];
                }
            }
        }
    }

  private:
    using Near = std::pair<std::array<std::uint32_t, 4>, std::size_t>;

    // The unknowns beside one, of its island.
    Near neighbours(std::size_t unknown) const {
        Near near{{}, 0};
        const std::uint32_t at = texel_[unknown];
        const auto width = static_cast<std::uint32_t>(coverage_.width);
        const auto texels = static_cast<std::uint32_t>(unknown_.size());
        const std::uint32_t x = at % width;
        const auto take = [&](std::uint32_t other) {
            if (coverage_.island[other] == coverage_.island[at]) {
                near.first[near.second++] = unknown_[other];
            }
        };
        // Around the edges of a tile too.
        if (x > 0 || tiles_[0]) take(x > 0 ? at - 1 : at + width - 1);
        if (x + 1 < width || tiles_[0]) take(x + 1 < width ? at + 1 : at - x);
        if (at >= width || tiles_[1]) take(at >= width ? at - width : at + texels - width);
        if (at + width < texels || tiles_[1]) take(at + width < texels ? at + width : x);
        return near;
    }

    void add_side(const Point& at, float sign, std::size_t first, Row& row) const {
        const Reads reads = reads_of(at, coverage_.width, coverage_.height, tiles_);
        for (std::size_t k = 0; k < 4; ++k) {
            row.at[first + k] = unknown_[reads.texels[k]];
            row.by[first + k] = sign * reads.shares[k];
        }
    }

    void add_row(const Image& image, const SeamSample& one, float weight) {
        Row row;
        row.weight = kSampleWeight * weight;
        add_side(one.a, 1, 0, row);
        add_side(one.b, -1, 4, row);
        const auto a = sample(image, one.a, tiles_);
        const auto b = sample(image, one.b, tiles_);
        for (std::size_t c = 0; c < 3; ++c) row.difference[c] = a[c] - b[c];
        rows_.push_back(row);
    }

    const Coverage& coverage_;
    std::array<bool, 2> tiles_;
    float alpha_;
    float screen_ = 0;
    std::vector<std::uint32_t> unknown_;  // of each texel
    std::vector<std::uint32_t> texel_;    // of each unknown
    std::vector<Row> rows_;
};

double dot(const Values& a, const Values& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    }
    return sum;
}

// The three channels share their steps: one problem with three times the unknowns.
Values solve(const System& system, const LevelOptions& options) {
    Values residual = system.right_side();
    Values solution(residual.size(), 0.0f);
    const Values diagonal = system.diagonal();
    Values direction(residual.size());
    Values preconditioned(residual.size());
    Values product(residual.size());
    const auto precondition = [&] {
        for (std::size_t i = 0; i < residual.size(); ++i) {
            preconditioned[i] = residual[i] / diagonal[i / 3];
        }
    };
    precondition();
    direction = preconditioned;
    double rho = dot(residual, preconditioned);
    const double enough = rho * static_cast<double>(options.tolerance) * options.tolerance;
    for (int i = 0; i < options.iterations && rho > enough && rho > 0; ++i) {
        system.multiply(direction, product);
        const auto step = static_cast<float>(rho / dot(direction, product));
        for (std::size_t k = 0; k < residual.size(); ++k) {
            solution[k] += step * direction[k];
            residual[k] -= step * product[k];
        }
        precondition();
        const double next = dot(residual, preconditioned);
        const auto beta = static_cast<float>(next / rho);
        rho = next;
        for (std::size_t k = 0; k < residual.size(); ++k) {
            direction[k] = preconditioned[k] + beta * direction[k];
        }
    }
    return solution;
}

}  // namespace

void level_seams(Image& image, const Coverage& coverage, const std::vector<SeamSample>& samples,
                 const std::vector<float>& weights, const LevelOptions& options) {
    const System system(image, coverage, samples, weights, options);
    if (!system.has_rows()) return;
    const Values correction = solve(system, options);
    for (std::size_t i = 0; i < system.unknowns(); ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            float& value = image.rgb[c * image.pixels() + system.texel(i)];
            value = std::clamp(value + correction[3 * i + c], 0.0f, 1.0f);
        }
    }
}

std::vector<float> continuity(const std::vector<float>& original_steps) {
    constexpr float kContinuous = 0.1f;
    constexpr float kEdge = 0.25f;
    std::vector<float> weights;
    weights.reserve(original_steps.size());
    for (const float step : original_steps) {
        const float t = std::clamp((step - kContinuous) / (kEdge - kContinuous), 0.0f, 1.0f);
        weights.push_back(1 - t * t * (3 - 2 * t));
    }
    return weights;
}

}  // namespace impasto::gltf
