#include "style/order.h"

#include <algorithm>
#include <cmath>

#include "image/lighting.h"
#include "image/resize.h"

namespace impasto::style {

namespace {

// Autocorrelations are computed at all shifts of a plane of at most this side, and refined at the
// map's own size.
constexpr std::uint32_t kMostSide = 96;
// What a peak must have of the value at no shift: noise of a texture without order stays below.
constexpr double kLeastPeak = 0.12;
constexpr std::size_t kMostPeaks = 12;

struct Plane {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::vector<std::int16_t> values;  // the largest is kMostValue, whatever the contrast
};

// Whole numbers, whose sums are the same in any order: the compiler may take eight products at
// once, of the 190 million that a lattice takes.
constexpr float kMostValue = 2047;
constexpr std::int32_t kProducts = 512;  // their sum fits into 32 bits

struct Peak {
    nn::Shift shift;
    double value = 0;
    // Between the pixels, by a parabola through the neighbours.
    double x = 0;
    double y = 0;
};

// Luminance (Rec. 709 on the encoded values) without the lighting.
Plane detail(const Image& picture, std::uint32_t width, std::uint32_t height) {
    std::vector<float> luminance(picture.pixels());
    for (std::size_t i = 0; i < luminance.size(); ++i) {
        luminance[i] = 0.2126f * picture.rgb[i] + 0.7152f * picture.rgb[luminance.size() + i] +
                       0.0722f * picture.rgb[2 * luminance.size() + i];
    }
    const auto w = static_cast<int>(width);
    const auto h = static_cast<int>(height);
    std::vector<float> values = resize_plane(luminance, picture.width, picture.height, w, h);
    const auto lighting = coarse_part(values, w, h);
    float most = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] -= lighting[i];
        most = std::max(most, std::abs(values[i]));
    }
    Plane plane{width, height, std::vector<std::int16_t>(values.size())};
    for (std::size_t i = 0; i < values.size() && most > 0; ++i) {
        plane.values[i] = static_cast<std::int16_t>(std::lround(values[i] * (kMostValue / most)));
    }
    return plane;
}

// The mean of the products of the pixels that lie `shift` apart.
double autocovariance(const Plane& plane, const nn::Shift& shift) {
    const auto width = static_cast<std::int32_t>(plane.width);
    const auto height = static_cast<std::int32_t>(plane.height);
    const std::int32_t first_x = std::max(0, -shift.dx);
    const std::int32_t last_x = std::min(width, width - shift.dx);
    std::int64_t sum = 0;
    for (std::int32_t y = std::max(0, -shift.dy); y < std::min(height, height - shift.dy); ++y) {
        const std::int16_t* here = &plane.values[static_cast<std::size_t>(y * width)];
        const std::int16_t* there =
            &plane.values[static_cast<std::size_t>((y + shift.dy) * width)] + shift.dx;
        for (std::int32_t begin = first_x; begin < last_x; begin += kProducts) {
            const std::int32_t end = std::min(begin + kProducts, last_x);
            std::int32_t part = 0;
            for (std::int32_t x = begin; x < end; ++x) {
                part += here[x] * there[x];
            }
            sum += part;
        }
    }
    const double count = static_cast<double>(width - std::abs(shift.dx)) *
                         static_cast<double>(height - std::abs(shift.dy));
    return static_cast<double>(sum) / count;
}

// Of the half plane of shifts up to (most_y, most_x), where the value is a maximum among its
// neighbours and more than a part of that at no shift. Strongest first.
std::vector<Peak> find_peaks(const Plane& plane, std::int32_t most_y, std::int32_t most_x) {
    const double whole = autocovariance(plane, {0, 0});
    const std::int32_t columns = 2 * most_x + 1;
    std::vector<double> values(static_cast<std::size_t>((most_y + 1) * columns));
    const auto at = [&](std::int32_t dy, std::int32_t dx) -> double& {
        return values[static_cast<std::size_t>(dy * columns + dx + most_x)];
    };
    for (std::int32_t dy = 0; dy <= most_y; ++dy) {
        for (std::int32_t dx = -most_x; dx <= most_x; ++dx) {
            at(dy, dx) = autocovariance(plane, {dy, dx});
        }
    }
    std::vector<Peak> peaks;
    for (std::int32_t dy = 0; dy < most_y; ++dy) {
        for (std::int32_t dx = 1 - most_x; dx < most_x; ++dx) {
            const double value = at(dy, dx);
            bool highest = value > kLeastPeak * whole && (dy > 0 || dx > 0);
            for (std::int32_t y = -1; y <= 1 && highest; ++y) {
                for (std::int32_t x = -1; x <= 1 && highest; ++x) {
                    // The other half plane mirrors this one.
                    const bool mirrored = dy + y < 0;
                    highest = (y == 0 && x == 0) ||
                              value >= (mirrored ? at(-(dy + y), -(dx + x)) : at(dy + y, dx + x));
                }
            }
            if (highest) {
                const auto top = [&](double before, double after) {
                    const double curve = 2 * value - before - after;
                    return curve > 0 ? std::clamp((after - before) / (2 * curve), -0.5, 0.5) : 0.0;
                };
                const double above = dy > 0 ? at(dy - 1, dx) : at(1, -dx);
                peaks.push_back({{dy, dx},
                                 value / whole,
                                 dx + top(at(dy, dx - 1), at(dy, dx + 1)),
                                 dy + top(above, at(dy + 1, dx))});
            }
        }
    }
    std::stable_sort(peaks.begin(), peaks.end(),
                     [](const Peak& a, const Peak& b) { return a.value > b.value; });
    return peaks;
}

}  // namespace

std::vector<nn::Shift> find_shifts(const Image& picture, std::uint32_t width, std::uint32_t height,
                                   std::uint32_t most_x, std::uint32_t most_y) {
    const double smaller = std::min(1.0, static_cast<double>(kMostSide) / std::max(width, height));
    const auto side = [&](std::uint32_t n) {
        return std::max(1u, static_cast<std::uint32_t>(std::lround(n * smaller)));
    };
    const Plane coarse = detail(picture, side(width), side(height));
    const auto reach = [&](std::uint32_t own, std::uint32_t other) {
        return static_cast<std::int32_t>(std::min(own, other) / 2);
    };
    const std::int32_t reach_x = reach(width, most_x);
    const std::int32_t reach_y = reach(height, most_y);
    const auto scaled = [&](std::int32_t n) {
        return static_cast<std::int32_t>(std::lround(n * smaller));
    };
    std::vector<Peak> peaks = find_peaks(coarse, scaled(reach_y), scaled(reach_x));
    peaks.resize(std::min(peaks.size(), kMostPeaks));
    const Plane fine = smaller < 1 ? detail(picture, width, height) : coarse;
    std::vector<nn::Shift> shifts;
    for (const Peak& peak : peaks) {
        // Where the coarse peak lies at the map's own size.
        const auto around = static_cast<std::int32_t>(std::ceil(0.5 / smaller));
        const nn::Shift guess{static_cast<std::int32_t>(std::lround(peak.shift.dy / smaller)),
                              static_cast<std::int32_t>(std::lround(peak.shift.dx / smaller))};
        nn::Shift best = guess;
        double most = -1e30;
        for (std::int32_t dy = -around; smaller < 1 && dy <= around; ++dy) {
            for (std::int32_t dx = -around; dx <= around; ++dx) {
                const nn::Shift tried{guess.dy + dy, guess.dx + dx};
                if (std::abs(tried.dy) > reach_y || std::abs(tried.dx) > reach_x) {
                    continue;
                }
                const double value = autocovariance(fine, tried);
                if (value > most) {
                    most = value;
                    best = tried;
                }
            }
        }
        for (const nn::Shift& beside :
             {nn::Shift{0, 0}, nn::Shift{0, 1}, nn::Shift{0, -1}, nn::Shift{1, 0}, nn::Shift{-1, 0},
              nn::Shift{1, 1}, nn::Shift{-1, -1}, nn::Shift{1, -1}}) {
            const nn::Shift shift{best.dy + beside.dy, best.dx + beside.dx};
            const bool fits = std::abs(shift.dy) <= reach_y && std::abs(shift.dx) <= reach_x &&
                              (shift.dy != 0 || shift.dx != 0);
            const bool known = std::find(shifts.begin(), shifts.end(), shift) != shifts.end();
            if (fits && !known && shifts.size() < kMostShifts) {
                shifts.push_back(shift);
            }
        }
    }
    return shifts;
}

Lattice find_lattice(const Image& picture) {
    constexpr std::uint32_t kSide = 160;
    // Of the strongest peak: what a vector of the lattice has at least. (A basket moved by one
    // strand has 0.78 of what it has moved by two, after which over is over again.)
    constexpr double kStrong = 0.8;
    const double smaller =
        std::min(1.0, static_cast<double>(kSide) / std::max(picture.width, picture.height));
    const auto side = [&](int n) {
        return std::max(1u, static_cast<std::uint32_t>(std::lround(n * smaller)));
    };
    const Plane plane = detail(picture, side(picture.width), side(picture.height));
    auto peaks = find_peaks(plane, static_cast<std::int32_t>(plane.height) / 2,
                            static_cast<std::int32_t>(plane.width) / 2);
    if (peaks.empty()) {
        return {};
    }
    const double strong = kStrong * peaks.front().value;
    std::erase_if(peaks, [&](const Peak& peak) { return peak.value < strong; });
    std::stable_sort(peaks.begin(), peaks.end(), [](const Peak& a, const Peak& b) {
        return a.x * a.x + a.y * a.y < b.x * b.x + b.y * b.y;
    });
    Peak first = peaks.front();
    Peak second;
    bool two = false;
    for (const Peak& peak : peaks) {
        const double area = std::abs(first.x * peak.y - first.y * peak.x);
        if (area > 0.3 * std::hypot(first.x, first.y) * std::hypot(peak.x, peak.y)) {
            second = peak;
            two = true;
            break;
        }
    }
    // The far peaks know the vectors better than the near ones: least squares over all that lie
    // where the vectors say, twice.
    for (int turn = 0; turn < 2 && two; ++turn) {
        double mm = 0, mn = 0, nn = 0, mx = 0, my = 0, nx = 0, ny = 0;
        const double area = first.x * second.y - first.y * second.x;
        for (const Peak& peak : peaks) {
            const double m = (peak.x * second.y - peak.y * second.x) / area;
            const double n = (first.x * peak.y - first.y * peak.x) / area;
            const double whole_m = std::round(m);
            const double whole_n = std::round(n);
            if (std::hypot(m - whole_m, n - whole_n) > 0.2) {
                continue;
            }
            mm += whole_m * whole_m;
            mn += whole_m * whole_n;
            nn += whole_n * whole_n;
            mx += whole_m * peak.x;
            my += whole_m * peak.y;
            nx += whole_n * peak.x;
            ny += whole_n * peak.y;
        }
        const double determinant = mm * nn - mn * mn;
        if (!(determinant > 0.5)) {
            break;
        }
        first.x = (nn * mx - mn * nx) / determinant;
        first.y = (nn * my - mn * ny) / determinant;
        second.x = (mm * nx - mn * mx) / determinant;
        second.y = (mm * ny - mn * my) / determinant;
    }
    const double width = plane.width;
    const double height = plane.height;
    return {true, two, first.x / width, first.y / height, second.x / width, second.y / height};
}

namespace {

// By how much a side is to be stretched so that the lattice has a vector of `length` along it:
// `along` and `across` of its two vectors, in pixels. 1 where nothing near does.
double stretch(const double (&along)[2], const double (&across)[2], bool two, double length) {
    constexpr double kMost = 1.0 / 6;
    const double step = std::max(std::hypot(along[0], across[0]), 1.0);
    const int most = static_cast<int>(std::min(4.0 * length / step + 4, 400.0));
    double best = 1;
    double least = 0.35 * step;  // what a vector may miss the axis by
    for (int m = -most; m <= most; ++m) {
        const int others = two ? most : 0;
        for (int n = -others; n <= others; ++n) {
            const double x = m * along[0] + n * along[1];
            const double y = m * across[0] + n * across[1];
            const double cost = std::abs(y) + 0.25 * std::abs(x - length);
            if (x > 0 && std::abs(length / x - 1) <= kMost && cost < least) {
                least = cost;
                best = length / x;
            }
        }
    }
    return best;
}

}  // namespace

Sides fit_tile(const Lattice& lattice, const Sides& style, const Sides& tile, Wrap wrap) {
    Sides fitted = style;
    if (!lattice.found) {
        return fitted;
    }
    const double x[2] = {lattice.x * style.width, lattice.other_x * style.width};
    const double y[2] = {lattice.y * style.height, lattice.other_y * style.height};
    if (wrap.x) {
        fitted.width *= stretch(x, y, lattice.two, tile.width);
    }
    if (wrap.y) {
        fitted.height *= stretch(y, x, lattice.two, tile.height);
    }
    return fitted;
}

}  // namespace impasto::style
