// Cracked stone as a material: the exemplar for synthesis. A height of Voronoi cells that stand
// apart by cracks, with a grain; everything else is derived from it, so that what one map shows the
// others show too. It repeats along both axes.
#include <algorithm>
#include <cmath>
#include <vector>

#include "noise.h"
#include "samples.h"
#include "texture/material/normals.h"

namespace samples {
namespace {

constexpr float kCellPixels = 44.0f;   // about
constexpr float kCrackPixels = 9.0f;   // from rim to rim
constexpr float kDepthPixels = 14.0f;  // of the height's range

// Coordinates in cells, `cells` of which are the period.
int wrapped(int i, int cells) { return ((i % cells) + cells) % cells; }

float at_cell(int x, int y, int cells, std::uint32_t seed) {
    const auto ix = static_cast<std::uint32_t>(wrapped(x, cells));
    const auto iy = static_cast<std::uint32_t>(wrapped(y, cells));
    return unit(hash(ix * 0x8DA6B343U ^ hash(iy * 0xD8163841U + seed)));
}

// Value noise in [-1, 1] that repeats after `period` of its own cells.
float tiled_noise(float x, float y, int period, std::uint32_t seed) {
    const int ix = static_cast<int>(std::floor(x));
    const int iy = static_cast<int>(std::floor(y));
    const float u = smoothstep(0.0f, 1.0f, x - std::floor(x));
    const float v = smoothstep(0.0f, 1.0f, y - std::floor(y));
    const float top = mix(at_cell(ix, iy, period, seed), at_cell(ix + 1, iy, period, seed), u);
    const float bottom =
        mix(at_cell(ix, iy + 1, period, seed), at_cell(ix + 1, iy + 1, period, seed), u);
    return 2.0f * mix(top, bottom, v) - 1.0f;
}

struct Cell {
    float edge = 0.0f;  // distance to the border with the next cell, in cells
    float tone = 0.0f;  // [0, 1), the cell's own
    float tilt = 0.0f;  // height of the slanting face here, about [-1, 1]
};

// The Voronoi cell at a place (Worley 1996), and how far its border is.
Cell cell_at(float x, float y, int cells) {
    const int ix = static_cast<int>(std::floor(x));
    const int iy = static_cast<int>(std::floor(y));
    const auto point = [&](int cx, int cy) {
        return Vec3{static_cast<float>(cx) + 0.15f + 0.7f * at_cell(cx, cy, cells, 11),
                    static_cast<float>(cy) + 0.15f + 0.7f * at_cell(cx, cy, cells, 12), 0.0f};
    };
    int near_x = ix;
    int near_y = iy;
    float least = 1e9f;
    for (int cy = iy - 2; cy <= iy + 2; ++cy) {
        for (int cx = ix - 2; cx <= ix + 2; ++cx) {
            const Vec3 to = point(cx, cy) - Vec3{x, y, 0.0f};
            if (dot(to, to) >= least) continue;
            least = dot(to, to);
            near_x = cx;
            near_y = cy;
        }
    }
    const Vec3 center = point(near_x, near_y);
    Cell cell;
    cell.edge = 1e9f;
    for (int cy = near_y - 2; cy <= near_y + 2; ++cy) {
        for (int cx = near_x - 2; cx <= near_x + 2; ++cx) {
            if (cx == near_x && cy == near_y) continue;
            const Vec3 other = point(cx, cy);
            const Vec3 middle = (center + other) * 0.5f - Vec3{x, y, 0.0f};
            cell.edge = std::min(cell.edge, dot(middle, normalize(other - center)));
        }
    }
    cell.tone = at_cell(near_x, near_y, cells, 13);
    cell.tilt = (at_cell(near_x, near_y, cells, 14) - 0.5f) * (x - center.x) * 2.0f +
                (at_cell(near_x, near_y, cells, 15) - 0.5f) * (y - center.y) * 2.0f;
    return cell;
}

impasto::Image empty_map(int size, bool grey, int bits) {
    impasto::Image image;
    image.width = image.height = size;
    image.grey = grey;
    image.bits = bits;
    image.rgb.resize(3 * image.pixels());
    return image;
}

void set(impasto::Image& image, std::size_t i, Vec3 v) {
    const std::size_t pixels = image.pixels();
    image.rgb[i] = clamp01(v.x);
    image.rgb[pixels + i] = clamp01(v.y);
    image.rgb[2 * pixels + i] = clamp01(v.z);
}

}  // namespace

Stone render_stone(int size) {
    const int cells =
        std::max(2, static_cast<int>(std::lround(static_cast<float>(size) / kCellPixels)));
    const float cells_per_pixel = static_cast<float>(cells) / static_cast<float>(size);
    const float crack = 0.5f * kCrackPixels * cells_per_pixel;
    Stone stone{empty_map(size, false, 8), empty_map(size, false, 8), empty_map(size, true, 16),
                empty_map(size, true, 8)};
    std::vector<float> heights(stone.height.pixels());
    for (std::size_t i = 0; i < heights.size(); ++i) {
        const auto side = static_cast<std::size_t>(size);
        const float x = (static_cast<float>(i % side) + 0.5f) * cells_per_pixel;
        const float y = (static_cast<float>(i / side) + 0.5f) * cells_per_pixel;
        // Cracks do not run straight.
        const float bend_x = x + 0.10f * tiled_noise(3.0f * x, 3.0f * y, 3 * cells, 21);
        const float bend_y = y + 0.10f * tiled_noise(3.0f * x, 3.0f * y, 3 * cells, 22);
        const Cell cell = cell_at(bend_x, bend_y, cells);
        const float grain = 0.7f * tiled_noise(6.0f * x, 6.0f * y, 6 * cells, 23) +
                            0.3f * tiled_noise(12.0f * x, 12.0f * y, 12 * cells, 24);
        const float face = smoothstep(0.0f, crack, cell.edge);
        const float height =
            mix(0.08f, 0.68f + 0.12f * (cell.tone - 0.5f) + 0.25f * cell.tilt, face) +
            0.07f * grain * (0.3f + 0.7f * face);
        heights[i] = clamp01(height);
        set(stone.height, i, {heights[i], heights[i], heights[i]});

        // Dust and shadow in the cracks, wear on the faces; the grain's pits are dark.
        const Vec3 warm{0.62f, 0.55f, 0.46f};
        const Vec3 cool{0.50f, 0.53f, 0.56f};
        const Vec3 face_colour =
            mix(cool, warm, cell.tone) * (1.0f + 0.28f * grain + 0.10f * (cell.tone - 0.5f));
        set(stone.albedo, i, mix(Vec3{0.13f, 0.11f, 0.09f}, face_colour, face));
        const float rough = mix(0.95f, 0.55f + 0.12f * cell.tone - 0.16f * grain, face);
        set(stone.roughness, i, {rough, rough, rough});
    }
    stone.normal.rgb = impasto::texture::normals_of_height(heights, size, size, kDepthPixels,
                                                           impasto::Wrap{true, true});
    return stone;
}

}  // namespace samples
