#include "nn/reference.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace impasto::nn::reference {

namespace {

using Index = std::ptrdiff_t;

// The index in [0, n) that position i stands for, or -1 where it reads zero.
Index source_of(Index i, Index n, Border border) {
    switch (border) {
        case Border::kReplicate:
            return std::clamp<Index>(i, 0, n - 1);
        case Border::kWrap:
            return (i % n + n) % n;
        case Border::kZero:
            break;
    }
    return i >= 0 && i < n ? i : -1;
}

// A position in a (C, H, W) map.
struct At {
    std::size_t c;
    std::size_t i;
    std::size_t j;
};

std::size_t offset(const Shape& shape, const At& at) {
    return (at.c * shape.height + at.i) * shape.width + at.j;
}

Shape grown(const Shape& shape) { return {shape.channels, shape.height + 2, shape.width + 2}; }

// Calls visit(padded offset, source offset) for every padded pixel that does not read zero.
template <typename Visit>
void for_each_padded(const Shape& shape, Borders borders, Visit visit) {
    const Shape large = grown(shape);
    for (std::size_t c = 0; c < large.channels; ++c) {
        for (std::size_t i = 0; i < large.height; ++i) {
            for (std::size_t j = 0; j < large.width; ++j) {
                const Index y = source_of(static_cast<Index>(i) - 1, shape.height, borders.y);
                const Index x = source_of(static_cast<Index>(j) - 1, shape.width, borders.x);
                if (y >= 0 && x >= 0) {
                    visit(offset(large, {c, i, j}), offset(shape, {c, static_cast<std::size_t>(y),
                                                                   static_cast<std::size_t>(x)}));
                }
            }
        }
    }
}

// Calls visit(padded input offset, output offset, weight offset) for every product of a
// convolution.
template <typename Visit>
void for_each_product(const Shape& in, std::uint32_t out_channels, Visit visit) {
    const Shape large = grown(in);
    const Shape out{out_channels, in.height, in.width};
    for (std::size_t o = 0; o < out_channels; ++o) {
        for (std::size_t c = 0; c < in.channels; ++c) {
            for (std::size_t i = 0; i < in.height; ++i) {
                for (std::size_t j = 0; j < in.width; ++j) {
                    for (std::size_t tap = 0; tap < 9; ++tap) {
                        visit(offset(large, {c, i + tap / 3, j + tap % 3}), offset(out, {o, i, j}),
                              (o * in.channels + c) * 9 + tap);
                    }
                }
            }
        }
    }
}

// The four pixels of a pooling window, in reading order.
std::array<std::size_t, 4> window(const Shape& x, const At& out, Borders borders) {
    std::array<std::size_t, 4> pixels{};
    for (std::size_t k = 0; k < 4; ++k) {
        const Index i = source_of(static_cast<Index>(2 * out.i + k / 2), x.height, borders.y);
        const Index j = source_of(static_cast<Index>(2 * out.j + k % 2), x.width, borders.x);
        pixels[k] = offset(x, {out.c, static_cast<std::size_t>(i), static_cast<std::size_t>(j)});
    }
    return pixels;
}

template <typename Visit>
void for_each_position(const Shape& shape, Visit visit) {
    for (std::size_t c = 0; c < shape.channels; ++c) {
        for (std::size_t i = 0; i < shape.height; ++i) {
            for (std::size_t j = 0; j < shape.width; ++j) {
                visit(At{c, i, j});
            }
        }
    }
}

std::size_t first_maximum(const Values& x, const std::array<std::size_t, 4>& pixels) {
    return *std::max_element(pixels.begin(), pixels.end(),
                             [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
}

// Calls visit(from, to, 1 / number of differences) for every neighbour difference of TV.
template <typename Visit>
void for_each_difference(const Shape& shape, Borders borders, Visit visit) {
    const bool wrap_y = borders.y == Border::kWrap;
    const bool wrap_x = borders.x == Border::kWrap;
    const std::size_t rows = wrap_y ? shape.height : shape.height - 1;
    const std::size_t columns = wrap_x ? shape.width : shape.width - 1;
    for_each_position(shape, [&](const At& at) {
        if (at.i < rows) {
            visit(offset(shape, at), offset(shape, {at.c, (at.i + 1) % shape.height, at.j}),
                  1.0 / static_cast<double>(shape.channels * rows * shape.width));
        }
        if (at.j < columns) {
            visit(offset(shape, at), offset(shape, {at.c, at.i, (at.j + 1) % shape.width}),
                  1.0 / static_cast<double>(shape.channels * shape.height * columns));
        }
    });
}

double weight_of(const Values& pixel_weights, std::size_t pixel) {
    return pixel_weights.empty() ? 1.0 : pixel_weights[pixel];
}

}  // namespace

Values pad(const Values& x, const Shape& shape, Borders borders) {
    Values padded(grown(shape).size(), 0.0);
    for_each_padded(shape, borders,
                    [&](std::size_t to, std::size_t from) { padded[to] = x[from]; });
    return padded;
}

Values unpad(const Values& padded, const Shape& shape, Borders borders) {
    Values x(shape.size(), 0.0);
    for_each_padded(shape, borders,
                    [&](std::size_t from, std::size_t to) { x[to] += padded[from]; });
    return x;
}

Values masked(const Values& values, const Values& mask) {
    Values result = values;
    for (std::size_t i = 0; i < result.size(); ++i) {
        result[i] = mask[i] > 0 ? result[i] : 0.0;
    }
    return result;
}

Values conv3x3(const Values& x, const Shape& shape, const Values& oihw, const Values& bias,
               std::uint32_t out_channels, Borders borders) {
    const Values padded = pad(x, shape, borders);
    Values y(out_channels * shape.plane(), 0.0);
    for_each_product(shape, out_channels, [&](std::size_t in, std::size_t out, std::size_t w) {
        y[out] += oihw[w] * padded[in];
    });
    if (!bias.empty()) {
        for (std::size_t i = 0; i < y.size(); ++i) {
            y[i] = std::max(0.0, y[i] + bias[i / shape.plane()]);
        }
    }
    return y;
}

Values conv3x3_backward(const Values& dy, const Shape& dy_shape, const Values& oihw,
                        std::uint32_t in_channels, Borders borders) {
    const Shape shape{in_channels, dy_shape.height, dy_shape.width};
    Values padded(grown(shape).size(), 0.0);
    for_each_product(shape, dy_shape.channels, [&](std::size_t in, std::size_t out, std::size_t w) {
        padded[in] += oihw[w] * dy[out];
    });
    return unpad(padded, shape, borders);
}

Values pool(const Values& x, const Shape& shape, Pooling pooling, Borders borders) {
    const Shape out = pooled_shape(shape, borders);
    Values y(out.size());
    for_each_position(out, [&](const At& at) {
        const auto pixels = window(shape, at, borders);
        y[offset(out, at)] = pooling == Pooling::kMax
                                 ? x[first_maximum(x, pixels)]
                                 : (x[pixels[0]] + x[pixels[1]] + x[pixels[2]] + x[pixels[3]]) / 4;
    });
    return y;
}

Values pool_backward(const Values& x, const Shape& shape, const Values& dy, Pooling pooling,
                     Borders borders) {
    const Shape out = pooled_shape(shape, borders);
    Values dx(shape.size(), 0.0);
    for_each_position(out, [&](const At& at) {
        const auto pixels = window(shape, at, borders);
        const double gradient = dy[offset(out, at)];
        if (pooling == Pooling::kMax) {
            dx[first_maximum(x, pixels)] += gradient;
        } else {
            for (const std::size_t pixel : pixels) {
                dx[pixel] += gradient / 4;
            }
        }
    });
    return masked(dx, x);
}

Values gram(const Values& features, const Shape& shape, const Values& pixel_weights,
            double weight_sum) {
    const std::size_t channels = shape.channels;
    const std::size_t plane = shape.plane();
    Values result(channels * channels, 0.0);
    for (std::size_t i = 0; i < channels; ++i) {
        for (std::size_t j = 0; j < channels; ++j) {
            for (std::size_t p = 0; p < plane; ++p) {
                result[i * channels + j] +=
                    weight_of(pixel_weights, p) * features[i * plane + p] * features[j * plane + p];
            }
            result[i * channels + j] /= static_cast<double>(channels) * weight_sum;
        }
    }
    return result;
}

Values gram_backward(const Values& features, const Shape& shape, const Values& pixel_weights,
                     const Values& dgram, double factor) {
    const std::size_t channels = shape.channels;
    const std::size_t plane = shape.plane();
    Values gradient(shape.size(), 0.0);
    for (std::size_t i = 0; i < channels; ++i) {
        for (std::size_t j = 0; j < channels; ++j) {
            for (std::size_t p = 0; p < plane; ++p) {
                gradient[i * plane + p] += factor * weight_of(pixel_weights, p) *
                                           dgram[i * channels + j] * features[j * plane + p];
            }
        }
    }
    return masked(gradient, features);
}

namespace {

// Calls `pair` for the pixels p that have a pixel q = p + shift.
template <typename Pair>
void for_pairs(const Shape& shape, const Shift& shift, Borders borders, const Pair& pair) {
    const auto height = static_cast<std::int64_t>(shape.height);
    const auto width = static_cast<std::int64_t>(shape.width);
    for (std::int64_t y = 0; y < height; ++y) {
        for (std::int64_t x = 0; x < width; ++x) {
            std::int64_t to_y = y + shift.dy;
            std::int64_t to_x = x + shift.dx;
            if (borders.y == Border::kWrap) {
                to_y = (to_y + height) % height;
            }
            if (borders.x == Border::kWrap) {
                to_x = (to_x + width) % width;
            }
            if (to_y >= 0 && to_y < height && to_x >= 0 && to_x < width) {
                pair(static_cast<std::size_t>(y * width + x),
                     static_cast<std::size_t>(to_y * width + to_x));
            }
        }
    }
}

}  // namespace

Values autocovariance(const Values& features, const Shape& shape, std::span<const Shift> shifts,
                      const Values& means, Borders borders) {
    Values result;
    for (std::size_t c = 0; c < shape.channels; ++c) {
        const double* map = &features[c * shape.plane()];
        for (const Shift& shift : shifts) {
            double sum = 0;
            double count = 0;
            for_pairs(shape, shift, borders, [&](std::size_t p, std::size_t q) {
                sum += (map[p] - means[c]) * (map[q] - means[c]);
                count += 1;
            });
            result.push_back(sum / count);
        }
    }
    return result;
}

Values autocovariance_backward(const Values& features, const Shape& shape,
                               std::span<const Shift> shifts, const Values& means,
                               const Values& differences, double factor, Borders borders) {
    Values gradient(shape.size(), 0.0);
    for (std::size_t c = 0; c < shape.channels; ++c) {
        const double* map = &features[c * shape.plane()];
        double* out = &gradient[c * shape.plane()];
        for (std::size_t k = 0; k < shifts.size(); ++k) {
            double count = 0;
            for_pairs(shape, shifts[k], borders, [&](std::size_t, std::size_t) { count += 1; });
            const double scale = factor * differences[c * shifts.size() + k] / count;
            for_pairs(shape, shifts[k], borders, [&](std::size_t p, std::size_t q) {
                out[p] += scale * (map[q] - means[c]);
                out[q] += scale * (map[p] - means[c]);
            });
        }
    }
    return masked(gradient, features);
}

double dot(const Values& a, const Values& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += a[i] * b[i];
    }
    return sum;
}

Values difference(const Values& a, const Values& b) {
    Values result(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        result[i] = a[i] - b[i];
    }
    return result;
}

Values difference_gradient(const Values& a, const Values& b, double factor) {
    return masked(blend(difference(a, b), {}, factor), a);
}

double total_variation(const Values& x, const Shape& shape, Borders borders) {
    double sum = 0;
    for_each_difference(shape, borders, [&](std::size_t from, std::size_t to, double inverse) {
        sum += inverse * (x[to] - x[from]) * (x[to] - x[from]);
    });
    return sum;
}

Values total_variation_gradient(const Values& x, const Shape& shape, Borders borders) {
    Values gradient(shape.size(), 0.0);
    for_each_difference(shape, borders, [&](std::size_t from, std::size_t to, double inverse) {
        gradient[to] += 2 * inverse * (x[to] - x[from]);
        gradient[from] -= 2 * inverse * (x[to] - x[from]);
    });
    return gradient;
}

Values normalize(const Values& x, std::size_t plane, const ChannelMap& map) {
    Values y(3 * plane);
    for (std::size_t k = 0; k < 3; ++k) {
        for (std::size_t i = 0; i < plane; ++i) {
            y[k * plane + i] = x[map.source[k] * plane + i] * map.scale[k] + map.offset[k];
        }
    }
    return y;
}

Values normalize_backward(const Values& dy, std::size_t plane, const ChannelMap& map) {
    Values dx(3 * plane);
    for (std::size_t k = 0; k < 3; ++k) {
        for (std::size_t i = 0; i < plane; ++i) {
            dx[map.source[k] * plane + i] = dy[k * plane + i] * map.scale[k];
        }
    }
    return dx;
}

Values resize_matrix(std::uint32_t from, std::uint32_t to, Border border) {
    const auto cubic = [](double t) {
        t = std::abs(t);
        if (t < 1) {
            return 1.5 * t * t * t - 2.5 * t * t + 1;
        }
        return t < 2 ? -0.5 * t * t * t + 2.5 * t * t - 4 * t + 2 : 0.0;
    };
    const double ratio = static_cast<double>(from) / static_cast<double>(to);
    const double widen = std::max(ratio, 1.0);
    Values matrix(std::size_t{to} * from, 0.0);
    for (std::size_t i = 0; i < to; ++i) {
        const double centre = (static_cast<double>(i) + 0.5) * ratio - 0.5;
        const auto reach = static_cast<Index>(2 * widen) + 2;
        const auto middle = static_cast<Index>(centre);
        double sum = 0;
        for (Index k = middle - reach; k <= middle + reach; ++k) {
            sum += cubic((static_cast<double>(k) - centre) / widen);
        }
        for (Index k = middle - reach; k <= middle + reach; ++k) {
            const Index source = source_of(k, from, border);
            if (source >= 0) {
                matrix[i * from + static_cast<std::size_t>(source)] +=
                    cubic((static_cast<double>(k) - centre) / widen) / sum;
            }
        }
    }
    return matrix;
}

Values resize(const Values& x, const Shape& from, const Shape& to, Borders borders) {
    const Values rows = resize_matrix(from.height, to.height, borders.y);
    const Values columns = resize_matrix(from.width, to.width, borders.x);
    Values y(to.size(), 0.0);
    const Shape half{from.channels, from.height, to.width};
    Values across(half.size(), 0.0);
    for_each_position(half, [&](const At& at) {
        for (std::size_t j = 0; j < from.width; ++j) {
            across[offset(half, at)] +=
                columns[at.j * from.width + j] * x[offset(from, {at.c, at.i, j})];
        }
    });
    for_each_position(to, [&](const At& at) {
        for (std::size_t i = 0; i < from.height; ++i) {
            y[offset(to, at)] +=
                rows[at.i * from.height + i] * across[offset(half, {at.c, i, at.j})];
        }
    });
    return y;
}

Values blend(const Values& x, const Values& y, double factor) {
    Values result(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        result[i] = factor * x[i] + (y.empty() ? 0.0 : y[i]);
    }
    return result;
}

Losses objective(const Values& weights, const Values& terms, const Values& factors,
                 std::size_t content_terms, double tv) {
    Losses losses;
    losses.tv = tv;
    for (std::size_t k = 0; k < terms.size(); ++k) {
        (k < content_terms ? losses.content : losses.style) += factors[k] * terms[k];
    }
    losses.total = weights[0] * losses.content + weights[1] * losses.style + weights[2] * tv;
    return losses;
}

bool KeepBest::improves(double total) {
    const bool better = std::isfinite(total) && (!has_best_ || total < best_);
    if (better) {
        has_best_ = true;
        best_ = total;
    }
    return better;
}

bool keeps(const Pair& pair) {
    const double ys = dot(pair.y, pair.s);
    const double lengths = std::sqrt(dot(pair.y, pair.y)) * std::sqrt(dot(pair.s, pair.s));
    return ys > 1e-10 || (ys > 0 && ys > 0.01 * lengths);
}

Values lbfgs_direction(const std::deque<Pair>& history, const Values& gradient, double scale) {
    Values r = blend(gradient, {}, -1);
    std::vector<double> alpha(history.size());
    for (std::size_t i = history.size(); i-- > 0;) {
        alpha[i] = dot(history[i].s, r) / dot(history[i].y, history[i].s);
        r = blend(history[i].y, r, -alpha[i]);
    }
    r = blend(r, {}, scale);
    for (std::size_t i = 0; i < history.size(); ++i) {
        const double beta = dot(history[i].y, r) / dot(history[i].y, history[i].s);
        r = blend(history[i].s, r, alpha[i] - beta);
    }
    return r;
}

void Lbfgs::step(Values& x, const Values& gradient) {
    double norm1 = 0;
    for (const double g : gradient) {
        norm1 += std::abs(g);
    }
    const double down = norm1 > 1 ? 1 / norm1 : 1.0;
    if (steps_ == 0) {
        length_ = down;
    } else {
        Pair pair{blend(direction_, {}, length_), difference(gradient, previous_)};
        length_ = 1;
        if (keeps(pair)) {
            scale_ = dot(pair.y, pair.s) / dot(pair.y, pair.y);
            history_.push_back(std::move(pair));
            if (history_.size() > history_size_) {
                history_.pop_front();
            }
        }
    }
    direction_ = lbfgs_direction(history_, gradient, scale_);
    if (dot(gradient, direction_) < 0) {
        x = blend(direction_, x, length_);
    } else {
        direction_ = blend(gradient, {}, -down);
        length_ = 1;
        x = blend(direction_, x, 1);
    }
    previous_ = gradient;
    ++steps_;
}

void Adam::step(Values& x, const Values& gradient) {
    m_.resize(x.size(), 0.0);
    v_.resize(x.size(), 0.0);
    ++steps_;
    const double beta1 = static_cast<double>(options_.beta1);
    const double beta2 = static_cast<double>(options_.beta2);
    const double correct1 = 1 - std::pow(beta1, static_cast<double>(steps_));
    const double correct2 = 1 - std::pow(beta2, static_cast<double>(steps_));
    for (std::size_t i = 0; i < x.size(); ++i) {
        m_[i] = beta1 * m_[i] + (1 - beta1) * gradient[i];
        v_[i] = beta2 * v_[i] + (1 - beta2) * gradient[i] * gradient[i];
        const double step = static_cast<double>(options_.learning_rate) * (m_[i] / correct1) /
                            (std::sqrt(v_[i] / correct2) + static_cast<double>(options_.epsilon));
        x[i] = std::clamp(x[i] - step, 0.0, 1.0);
    }
}

}  // namespace impasto::nn::reference
