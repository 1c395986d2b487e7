// Every operation of nn/ once more, plainly, on the CPU in double precision: what `impasto doctor`
// and the tests hold the kernels against.
//
// Written from the formulas in the operations' headers and by other means than the kernels: padding
// is made and then read, gradients are scattered (the adjoint of the forward step as it stands),
// resampling is a matrix. Slow on purpose.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "nn/adam.h"
#include "nn/autocovariance.h"
#include "nn/border.h"
#include "nn/normalize.h"
#include "nn/pool.h"
#include "nn/shape.h"

namespace impasto::nn::reference {

using Values = std::vector<double>;

// x (C, H, W) padded by one pixel on every side: (C, H + 2, W + 2).
Values pad(const Values& x, const Shape& shape, Borders borders);
// The adjoint of pad(). Where an axis does not replicate, nn/fold.h leaves the rim out, which is
// this with Border::kZero.
Values unpad(const Values& padded, const Shape& shape, Borders borders);
// values where mask > 0, else 0.
Values masked(const Values& values, const Values& mask);

// conv3x3.h. Weights in OIHW. relu(conv + bias), or conv alone where `bias` is empty.
Values conv3x3(const Values& x, const Shape& shape, const Values& oihw, const Values& bias,
               std::uint32_t out_channels, Borders borders);
Values conv3x3_backward(const Values& dy, const Shape& dy_shape, const Values& oihw,
                        std::uint32_t in_channels, Borders borders);

// pool.h. The gradient includes the mask of the ReLU that made x.
Values pool(const Values& x, const Shape& shape, Pooling pooling, Borders borders);
Values pool_backward(const Values& x, const Shape& shape, const Values& dy, Pooling pooling,
                     Borders borders);

// gram.h. `pixel_weights` may be empty. gram_backward is what is added to the gradient.
Values gram(const Values& features, const Shape& shape, const Values& pixel_weights,
            double weight_sum);
Values gram_backward(const Values& features, const Shape& shape, const Values& pixel_weights,
                     const Values& dgram, double factor);

// autocovariance.h. (channels, shifts); borders that do not wrap end the sums.
Values autocovariance(const Values& features, const Shape& shape, std::span<const Shift> shifts,
                      const Values& means, Borders borders);
Values autocovariance_backward(const Values& features, const Shape& shape,
                               std::span<const Shift> shifts, const Values& means,
                               const Values& differences, double factor, Borders borders);

// reduce.h.
double dot(const Values& a, const Values& b);
Values difference(const Values& a, const Values& b);
Values difference_gradient(const Values& a, const Values& b, double factor);

// total_variation.h.
double total_variation(const Values& x, const Shape& shape, Borders borders);
Values total_variation_gradient(const Values& x, const Shape& shape, Borders borders);

// normalize.h. What the kernel leaves as y and its rest is here one number.
Values normalize(const Values& x, std::size_t plane, const ChannelMap& map);
Values normalize_backward(const Values& dy, std::size_t plane, const ChannelMap& map);

// resize.h. The matrix (to, from) that resamples one axis.
Values resize_matrix(std::uint32_t from, std::uint32_t to, Border border);
Values resize(const Values& x, const Shape& from, const Shape& to, Borders borders);

// blend.h: factor x, added to y where y is not empty.
Values blend(const Values& x, const Values& y, double factor);

// objective.h. Weights are content, style and TV; `terms` the squared sums and `factors` their loss
// factors, content terms first.
struct Losses {
    double total = 0;
    double content = 0;
    double style = 0;
    double tv = 0;
};
Losses objective(const Values& weights, const Values& terms, const Values& factors,
                 std::size_t content_terms, double tv);
// objective.h: which of a row of losses is the best image so far when it comes.
class KeepBest {
  public:
    bool improves(double total);

  private:
    bool has_best_ = false;
    double best_ = 0;
};

// lbfgs.h, a step at a time.
struct Pair {
    Values s;
    Values y;
};
// Is the pair kept?
bool keeps(const Pair& pair);
// The direction from a history, oldest pair first, by the two-loop recursion.
Values lbfgs_direction(const std::deque<Pair>& history, const Values& gradient, double scale);

class Lbfgs {
  public:
    explicit Lbfgs(std::size_t history) : history_size_(history) {}
    // Moves x by one step.
    void step(Values& x, const Values& gradient);

    const Values& direction() const { return direction_; }
    const std::deque<Pair>& history() const { return history_; }

  private:
    std::size_t history_size_;
    std::size_t steps_ = 0;
    std::deque<Pair> history_;
    double scale_ = 1;
    double length_ = 0;
    Values direction_;
    Values previous_;
};

// adam.h, a step at a time.
class Adam {
  public:
    explicit Adam(const AdamOptions& options) : options_(options) {}
    void step(Values& x, const Values& gradient);

  private:
    AdamOptions options_;
    std::size_t steps_ = 0;
    Values m_;
    Values v_;
};

}  // namespace impasto::nn::reference
