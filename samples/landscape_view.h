// What the landscape is drawn on: a picture with depths, and pieces of the scene put into it.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "noise.h"

namespace samples {

inline constexpr int kWidth = 768;
inline constexpr int kHeight = 512;
inline constexpr int kFine = 2;  // rendered this much finer, then averaged
inline constexpr int kColumns = kWidth * kFine;
inline constexpr int kRows = kHeight * kFine;
inline constexpr float kFocal = 1.05f * kColumns;
inline constexpr float kHorizon = 0.475f * kRows;  // row
inline constexpr float kEye = 4.2f;                // metres over the water
inline constexpr int kSteps = 1500;
inline constexpr float kNear = 4.0f;
inline constexpr float kFar = 900.0f;

struct Point {
    float x, y, z;
};

// One of the two pictures: what is seen, or what a still water would mirror.
struct View {
    bool mirrored = false;
    std::vector<Vec3> color = std::vector<Vec3>(std::size_t{kColumns} * kRows);
    std::vector<float> depth =
        std::vector<float>(std::size_t{kColumns} * kRows, std::numeric_limits<float>::max());

    float row_of(float y, float z) const {
        return mirrored ? kHorizon + kFocal * (y + kEye) / z : kHorizon - kFocal * (y - kEye) / z;
    }
    static float column_of(float x, float z) { return 0.5f * kColumns + kFocal * x / z; }
    static std::size_t at(int column, int row) {
        return static_cast<std::size_t>(row) * kColumns + static_cast<std::size_t>(column);
    }
    // Whether something at distance z would be seen there.
    bool shows(int column, int row, float z) const {
        if (column < 0 || column >= kColumns || row < 0 || row >= kRows) return false;
        if (z > depth[at(column, row)]) return false;
        // Mirrored, the water's own surface is where the picture begins.
        return !mirrored || z >= kEye * kFocal / (static_cast<float>(row) + 0.5f - kHorizon);
    }
    void put(int column, int row, float z, Vec3 shade) {
        if (!shows(column, row, z)) return;
        const std::size_t i = at(column, row);
        color[i] = shade;
        depth[i] = z;
    }
};

// Calls shade(u, v, color) for the pixels of an upright piece of the given size, u in [-1, 1]
// across, v in [0, 1] upwards; where it returns true the color is put.
template <typename Shade>
void draw_upright(View& view, Point foot, float half_width, float height, const Shade& shade) {
    const int left = static_cast<int>(View::column_of(foot.x - half_width, foot.z));
    const int right = static_cast<int>(View::column_of(foot.x + half_width, foot.z)) + 1;
    float low = view.row_of(foot.y, foot.z);
    float high = view.row_of(foot.y + height, foot.z);
    const float foot_row = low;
    if (low > high) std::swap(low, high);
    for (int row = std::max(0, static_cast<int>(low));
         row <= std::min(kRows - 1, static_cast<int>(high) + 1); ++row) {
        const float v = std::abs(static_cast<float>(row) + 0.5f - foot_row) / (high - low);
        if (v > 1.0f) continue;
        for (int column = std::max(0, left); column <= std::min(kColumns - 1, right); ++column) {
            const float x = (static_cast<float>(column) + 0.5f - 0.5f * kColumns) * foot.z / kFocal;
            Vec3 color;
            if (view.shows(column, row, foot.z) && shade((x - foot.x) / half_width, v, color)) {
                view.put(column, row, foot.z, color);
            }
        }
    }
}

// A flat convex piece in space, its corners in order; color(s, t) over its first two edges.
template <typename Color>
void draw_quad(View& view, const std::array<Point, 4>& corners, const Color& color) {
    std::array<float, 4> cx{};
    std::array<float, 4> cy{};
    float z = 0.0f;
    for (std::size_t i = 0; i < 4; ++i) {
        cx[i] = View::column_of(corners[i].x, corners[i].z);
        cy[i] = view.row_of(corners[i].y, corners[i].z);
        z += 0.25f * corners[i].z;
    }
    const auto [left, right] = std::minmax({cx[0], cx[1], cx[2], cx[3]});
    const auto [top, bottom] = std::minmax({cy[0], cy[1], cy[2], cy[3]});
    for (int row = static_cast<int>(top); row <= static_cast<int>(bottom) + 1; ++row) {
        for (int column = static_cast<int>(left); column <= static_cast<int>(right) + 1; ++column) {
            const float px = static_cast<float>(column) + 0.5f;
            const float py = static_cast<float>(row) + 0.5f;
            bool left_of_all = true;
            bool right_of_all = true;
            for (std::size_t i = 0; i < 4; ++i) {
                const std::size_t j = (i + 1) % 4;
                const float side = (cx[j] - cx[i]) * (py - cy[i]) - (cy[j] - cy[i]) * (px - cx[i]);
                left_of_all = left_of_all && side >= 0.0f;
                right_of_all = right_of_all && side <= 0.0f;
            }
            if (!left_of_all && !right_of_all) continue;
            // Position along the two edges from corner 0, as if it were a parallelogram.
            const float ax = cx[1] - cx[0], ay = cy[1] - cy[0];
            const float bx = cx[3] - cx[0], by = cy[3] - cy[0];
            const float det = ax * by - ay * bx;
            const float s = ((px - cx[0]) * by - (py - cy[0]) * bx) / det;
            const float t = ((py - cy[0]) * ax - (px - cx[0]) * ay) / det;
            view.put(column, row, z, color(clamp01(s), clamp01(t)));
        }
    }
}

// The cabin with its jetty, and the boat under sail.
void draw_cabin(View& view);
void draw_boat(View& view);

}  // namespace samples
