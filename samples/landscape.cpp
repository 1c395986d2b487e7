// A lake in the mountains on an evening. The land is drawn column by column, from the viewer
// outwards (as Comanche's voxel landscapes were), trees and things over it as flat pieces with a
// depth; the same once more mirrored in y = 0, which the water then shows, stirred by its waves.
#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

#include "landscape_scene.h"
#include "landscape_view.h"
#include "samples.h"

namespace samples {
namespace {

void draw_sky(View& view) {
    for (int row = 0; row < kRows; ++row) {
        const float slope = (kHorizon - static_cast<float>(row) - 0.5f) / kFocal;
        for (int column = 0; column < kColumns; ++column) {
            const float x = (static_cast<float>(column) + 0.5f - 0.5f * kColumns) / kFocal;
            const bool free =
                view.depth[View::at(column, row)] == std::numeric_limits<float>::max();
            if (free && (slope > 0.0f) != view.mirrored) {
                view.color[View::at(column, row)] = sky_color(x, std::abs(slope));
            }
        }
    }
}

void draw_land(View& seen, View& mirror) {
    for (int column = 0; column < kColumns; ++column) {
        const float direction = (static_cast<float>(column) + 0.5f - 0.5f * kColumns) / kFocal;
        int seen_top = kRows;
        std::array<bool, kRows> mirrored{};
        for (int k = 0; k < kSteps; ++k) {
            const float z =
                kNear * std::pow(kFar / kNear, static_cast<float>(k) / static_cast<float>(kSteps));
            const float height = ground_height(direction * z, z);
            if (height <= 0.0f) continue;
            Vec3 shade;
            bool shaded = false;
            const auto put = [&](View& view, int row) {
                if (!shaded) shade = ground_color(direction * z, z);
                shaded = true;
                view.put(column, row, z, shade);
            };
            const int top = std::max(0, static_cast<int>(std::ceil(seen.row_of(height, z) - 0.5f)));
            const int foot = static_cast<int>(std::floor(seen.row_of(-0.3f, z)));
            for (int row = std::min(seen_top - 1, foot); row >= top; --row) put(seen, row);
            seen_top = std::min(seen_top, top);
            const int from = static_cast<int>(std::ceil(mirror.row_of(0.0f, z)));
            const int to = std::min(kRows - 1, static_cast<int>(mirror.row_of(height, z) - 0.5f));
            for (int row = std::max(from, 0); row <= to; ++row) {
                if (mirrored[static_cast<std::size_t>(row)]) continue;
                mirrored[static_cast<std::size_t>(row)] = true;
                put(mirror, row);
            }
        }
    }
}

struct Tree {
    Point foot;
    float height;
    bool conifer;
    std::uint32_t seed;
};

void draw_tree(View& view, const Tree& tree) {
    const auto seed = tree.seed;
    const float tone = unit(hash(seed));
    const float lean = 0.12f * (unit(hash(seed + 1)) - 0.5f);
    const float direction = tree.foot.x / tree.foot.z;
    // Leaves as large as a pixel at the least.
    const float detail = std::min(1.0f, 60.0f / tree.foot.z);
    if (tree.conifer) {
        const Vec3 dark = mix(Vec3{0.016f, 0.036f, 0.022f}, Vec3{0.030f, 0.050f, 0.020f}, tone);
        const Vec3 light = mix(Vec3{0.075f, 0.11f, 0.035f}, Vec3{0.14f, 0.12f, 0.035f}, tone);
        draw_upright(
            view, tree.foot, 0.24f * tree.height, tree.height, [&](float u, float v, Vec3& color) {
                u -= lean * v;
                if (std::abs(u) > 1.15f * (1.0f - v) + 0.25f) return false;
                const float side = u < 0.0f ? 0.0f : 57.0f;
                // Branches hang: a tier's lower edge falls outwards.
                const float count = 8.0f + 1.1f * tree.height;
                const float tiers = count * std::pow(v, 0.9f) + 2.4f * std::abs(u) +
                                    0.9f * noise(u * 3.0f + side, v * 7.0f, seed + 5);
                const float tier = tiers - std::floor(tiers);
                const float branch = std::floor(tiers) * 3.7f + side;
                float wide = std::pow(1.0f - v, 0.80f) * (1.0f - 0.45f * tier);
                wide *= 0.80f + 0.30f * noise(branch, 0.5f, seed + 9);
                wide += 0.09f * noise(u * 30.0f, v * 85.0f, seed + 2) * detail;
                wide += 0.05f * noise(u * 70.0f, v * 220.0f, seed + 6) * detail;
                if (v < 0.05f) wide = 0.07f;
                if (std::abs(u) > wide) return false;
                const float leaf = 0.45f * noise(u * 17.0f, v * 46.0f, seed + 3) +
                                   (0.45f * noise(u * 40.0f, v * 130.0f, seed + 4) +
                                    0.55f * noise(u * 85.0f, v * 300.0f, seed + 8)) *
                                       detail;
                const float round = -u / (wide + 0.02f);
                const float lit =
                    clamp01(0.36f + 0.52f * round + 0.45f * leaf + 0.5f * (0.45f - tier));
                color = mix(dark * 0.55f, dark, clamp01(lit * 2.0f));
                color = mix(color, light * Vec3{2.5f, 1.75f, 1.05f}, smoothstep(0.5f, 1.0f, lit));
                if (v < 0.05f) color = Vec3{0.05f, 0.035f, 0.025f};
                color = through_air(color, direction, tree.foot.z);
                return true;
            });
        return;
    }
    const Vec3 gold = mix(Vec3{0.50f, 0.24f, 0.035f}, Vec3{0.46f, 0.33f, 0.05f}, tone);
    const Vec3 leaves = unit(hash(seed + 7)) < 0.3f ? Vec3{0.42f, 0.11f, 0.03f} : gold;
    draw_upright(view, tree.foot, 0.40f * tree.height, tree.height,
                 [&](float u, float v, Vec3& color) {
                     const float dy = (v - 0.60f) / 0.42f;
                     const float lumps = 0.48f * fbm(u * 3.0f, v * 5.0f, 4, seed) +
                                         0.14f * noise(u * 16.0f, v * 22.0f, seed + 4) * detail;
                     const bool crown = u * u * 1.25f + dy * dy < 0.80f + 1.2f * lumps;
                     const bool trunk =
                         std::abs(u + 0.05f * noise(v * 7.0f, 1.0f, seed)) < 0.055f && v < 0.5f;
                     if (!crown && !trunk) return false;
                     const float leaf = fbm(u * 7.0f, v * 10.0f, 4, seed + 3);
                     const float lit = clamp01(0.50f - 0.42f * u + 0.30f * dy + 0.9f * leaf);
                     color = mix(leaves * 0.10f, leaves * Vec3{1.9f, 1.5f, 1.1f}, lit * lit);
                     if (!crown) color = Vec3{0.06f, 0.045f, 0.035f};
                     color = through_air(color, direction, tree.foot.z);
                     return true;
                 });
}

std::vector<Tree> plant_trees() {
    std::vector<Tree> trees;
    Random random(20240611);
    const auto plant = [&](float x, float z, float height, bool conifer) {
        trees.push_back({{x, ground_height(x, z) - 0.03f * height, z},
                         height,
                         conifer,
                         hash(static_cast<std::uint32_t>(trees.size()) + 77U)});
    };
    for (int i = 0; i < 26000; ++i) {  // woods on the far side, denser lower down
        const float z = 120.0f + 230.0f * random.next() * random.next();
        const float x = random.between(-0.5f, 0.5f) * z;
        const float height = ground_height(x, z);
        const float clump = fbm(x * 0.035f, z * 0.035f, 3, 401);
        const bool wanted = shore_distance(x, z) > 1.5f && height < 50.0f + 16.0f * clump &&
                            clump > -0.16f + 0.3f * random.next();
        const float tall = random.between(4.0f, 8.5f);
        if (wanted) plant(x, z, tall, random.next() > 0.10f + (clump < 0.0f ? 0.16f : 0.0f));
    }
    for (int i = 0; i < 900; ++i) {  // the right bank, leaving the cabin a clearing
        const float z = random.between(24.0f, 135.0f);
        const float x = random.between(0.1f, 0.52f) * z;
        const bool clearing = x < 25.0f && z > 45.0f && z < 70.5f;
        const float tall = random.between(5.0f, 11.5f);
        const bool conifer = random.next() > 0.28f;
        const float shore = shore_distance(x, z);
        if (shore > 2.0f && !clearing && z > 40.0f && random.next() < 0.75f)
            plant(x, z, tall, conifer);
    }
    plant(23.5f, 60.0f, 9.5f, false);
    plant(8.9f, 66.5f, 8.2f, false);
    plant(26.0f, 63.0f, 13.0f, true);
    // The frame at the left.
    plant(-8.6f, 20.5f, 12.6f, true);
    plant(-6.9f, 17.5f, 7.0f, true);
    plant(-10.6f, 25.0f, 10.5f, true);
    plant(-10.3f, 22.0f, 6.2f, false);
    plant(-13.0f, 29.0f, 8.5f, true);
    plant(-6.0f, 19.0f, 2.6f, true);
    std::sort(trees.begin(), trees.end(),
              [](const Tree& a, const Tree& b) { return a.foot.z > b.foot.z; });
    return trees;
}

// Blades of grass on the near bank.
void draw_grass(View& view) {
    Random random(99);
    for (int i = 0; i < 9000; ++i) {
        const float z = 9.0f + 30.0f * random.next() * random.next();
        const float x = -random.between(0.0f, 0.5f) * z;
        const float tall = random.between(0.10f, 0.34f) * (random.next() < 0.06f ? 2.2f : 1.0f);
        const float tone = random.next();
        const float bend = random.between(-1.0f, 1.0f);
        if (shore_distance(x, z) < 0.35f + 0.5f * tone) continue;
        const Vec3 color = mix(Vec3{0.06f, 0.085f, 0.018f}, Vec3{0.50f, 0.33f, 0.09f}, tone * tone);
        draw_upright(view, {x, ground_height(x, z), z}, 0.3f * tall, tall,
                     [&](float u, float v, Vec3& out) {
                         if (std::abs(u - bend * v * v) > 0.13f * (1.0f - v) + 0.015f) return false;
                         out = color * (0.35f + 0.95f * v);
                         return true;
                     });
    }
}

void draw_water(View& seen, const View& mirror) {
    for (int row = static_cast<int>(kHorizon) + 1; row < kRows; ++row) {
        const float down = (static_cast<float>(row) + 0.5f - kHorizon) / kFocal;
        const float z = kEye / down;
        for (int column = 0; column < kColumns; ++column) {
            const std::size_t i = View::at(column, row);
            if (seen.depth[i] < std::numeric_limits<float>::max()) continue;
            const float direction = (static_cast<float>(column) + 0.5f - 0.5f * kColumns) / kFocal;
            const float x = direction * z;
            // Ripples fade into the distance, where a pixel covers many; gusts roughen stretches.
            const float gust = smoothstep(-0.25f, 0.45f, fbm(x * 0.035f, z * 0.022f, 3, 503));
            const float wave = fbm(x * 0.55f + 0.2f * z, z * 1.15f, 4, 501);
            const float ripple = fbm(x * 1.7f, z * 3.3f, 3, 509);
            const float rough = (0.35f + 0.85f * gust) * (0.65f * wave + 0.5f * ripple);
            const float lift = kFocal * rough * 0.050f * std::min(1.0f, 0.25f + 9.0f * down);
            const int from_row = std::clamp(static_cast<int>(static_cast<float>(row) + lift + 0.5f),
                                            static_cast<int>(kHorizon) + 1, kRows - 1);
            const int from_column =
                std::clamp(static_cast<int>(static_cast<float>(column) + 0.22f * lift + 0.5f), 0,
                           kColumns - 1);
            const Vec3 mirrored = mirror.color[View::at(from_column, from_row)];
            const float grazing = 1.0f - std::min(1.0f, down / 0.55f);
            const float share = std::min(0.94f, 0.34f + 0.60f * grazing * grazing + 0.10f * rough);
            const Vec3 deep = mix(Vec3{0.010f, 0.060f, 0.080f}, Vec3{0.045f, 0.13f, 0.135f},
                                  clamp01(0.4f + 0.8f * wave));
            Vec3 color = mix(deep, mirrored * Vec3{0.93f, 0.96f, 1.0f}, share);
            const float path =
                std::exp(-std::pow((direction + 0.215f) / (0.016f + 0.10f * down), 2.0f));
            const float spark = smoothstep(0.10f, 0.42f, rough);
            color = color + Vec3{2.6f, 1.5f, 0.62f} * (path * (0.25f + 1.6f * spark) * 0.6f);
            // Wet stones and a lighter line along the bank.
            const float shore = shore_distance(x, z);
            color = mix(color, Vec3{0.12f, 0.15f, 0.12f},
                        0.55f * smoothstep(-1.3f, 0.0f, shore) * smoothstep(60.0f, 20.0f, z));
            seen.color[i] = through_air(color, direction, 0.45f * z);
        }
    }
}

// Linear light -> sRGB, with a shoulder that keeps the sun's surroundings from burning out.
float developed(float light) {
    const float x = 0.92f * light;
    const float film = (x * (2.51f * x + 0.03f)) / (x * (2.43f * x + 0.59f) + 0.14f);
    return std::pow(clamp01(film), 1.0f / 2.2f);
}

impasto::Image developed_image(const View& view) {
    impasto::Image image;
    image.width = kWidth;
    image.height = kHeight;
    image.rgb.resize(3 * image.pixels());
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            std::array<float, 3> sum{};
            for (int i = 0; i < kFine * kFine; ++i) {
                const Vec3 c = view.color[View::at(x * kFine + i % kFine, y * kFine + i / kFine)];
                sum[0] += developed(c.x);
                sum[1] += developed(c.y);
                sum[2] += developed(c.z);
            }
            for (std::size_t c = 0; c < 3; ++c) {
                const auto at = static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x);
                image.rgb[c * image.pixels() + at] = sum[c] / (kFine * kFine);
            }
        }
    }
    return image;
}

}  // namespace

impasto::Image render_landscape() {
    View seen;
    View mirror;
    mirror.mirrored = true;
    const std::vector<Tree> trees = plant_trees();
    draw_land(seen, mirror);
    for (View* view : {&seen, &mirror}) {
        draw_sky(*view);
        for (const Tree& tree : trees) draw_tree(*view, tree);
        draw_cabin(*view);
        draw_boat(*view);
    }
    draw_grass(seen);
    draw_water(seen, mirror);
    return developed_image(seen);
}

}  // namespace samples
