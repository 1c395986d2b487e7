#include "texture/gltf/dilate.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace impasto::gltf {
namespace {

constexpr std::int32_t kNone = -1;

// Of every texel the row of the nearest kept one in its column; kNone where the column has none.
std::vector<std::int32_t> nearest_rows(const std::vector<unsigned char>& keep, int width,
                                       int height) {
    std::vector<std::int32_t> rows(keep.size(), kNone);
    const auto at = [&](int x, int y) {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
               static_cast<std::size_t>(x);
    };
    for (int x = 0; x < width; ++x) {
        std::int32_t last = kNone;
        for (int y = 0; y < height; ++y) {
            if (keep[at(x, y)] != 0) last = y;
            rows[at(x, y)] = last;
        }
        last = kNone;
        for (int y = height - 1; y >= 0; --y) {
            if (keep[at(x, y)] != 0) last = y;
            std::int32_t& row = rows[at(x, y)];
            if (last != kNone && (row == kNone || last - y < y - row)) row = last;
        }
    }
    return rows;
}

// The lower envelope of the parabolas (x - column)^2 + height of one row.
class Envelope {
  public:
    explicit Envelope(int width)
        : column_(static_cast<std::size_t>(width)), begin_(static_cast<std::size_t>(width) + 1) {}

    void build(const std::vector<double>& heights) {
        count_ = 0;
        for (std::size_t q = 0; q < heights.size(); ++q) {
            if (heights[q] < 0) continue;  // the column has nothing
            double from = -1e18;
            while (count_ > 0) {
                from = meeting(heights, column_[count_ - 1], q);
                if (from > begin_[count_ - 1]) break;
                --count_;
                from = -1e18;
            }
            column_[count_] = q;
            begin_[count_] = from;
            ++count_;
        }
        walk_ = 0;
    }
    // The column that is lowest at `x`; called with x going up.
    std::size_t lowest(int x) {
        while (walk_ + 1 < count_ && begin_[walk_ + 1] < x) ++walk_;
        return column_[walk_];
    }

  private:
    // Where the parabola of q falls below that of p, p < q.
    static double meeting(const std::vector<double>& heights, std::size_t p, std::size_t q) {
        const auto a = static_cast<double>(p);
        const auto b = static_cast<double>(q);
        return (heights[q] + b * b - heights[p] - a * a) / (2 * (b - a));
    }

    std::vector<std::size_t> column_;
    std::vector<double> begin_;
    std::size_t count_ = 0;
    std::size_t walk_ = 0;
};

}  // namespace

void dilate(Image& image, const std::vector<unsigned char>& keep) {
    const auto kept =
        std::count_if(keep.begin(), keep.end(), [](unsigned char k) { return k != 0; });
    if (kept == 0 || static_cast<std::size_t>(kept) == keep.size()) return;
    const std::vector<std::int32_t> rows = nearest_rows(keep, image.width, image.height);
    const auto width = static_cast<std::size_t>(image.width);
    const std::vector<float> colors = image.rgb;
    std::vector<double> heights(width);
    Envelope envelope(image.width);
    for (int y = 0; y < image.height; ++y) {
        const std::size_t begin = static_cast<std::size_t>(y) * width;
        for (std::size_t x = 0; x < width; ++x) {
            const std::int32_t row = rows[begin + x];
            const double distance = static_cast<double>(row - y);
            heights[x] = row == kNone ? -1 : distance * distance;
        }
        envelope.build(heights);
        for (int x = 0; x < image.width; ++x) {
            const std::size_t column = envelope.lowest(x);
            const std::size_t to = begin + static_cast<std::size_t>(x);
            if (keep[to] != 0) continue;
            const std::size_t from =
                static_cast<std::size_t>(rows[begin + column]) * width + column;
            for (std::size_t c = 0; c < 3; ++c) {
                image.rgb[c * image.pixels() + to] = colors[c * image.pixels() + from];
            }
        }
    }
}

}  // namespace impasto::gltf
