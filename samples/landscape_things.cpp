#include "landscape_scene.h"
#include "landscape_view.h"

namespace samples {

void draw_cabin(View& view) {
    constexpr float kLeft = 12.2f, kRight = 19.0f, kFront = 56.0f, kBack = 61.0f;
    constexpr float kWall = 3.3f, kRidge = 6.1f;
    const float ground = 0.95f;
    const float eaves = ground + kWall;
    const float middle = 0.5f * (kFront + kBack);
    const auto planks = [](Vec3 paint, float t, float s, float sun) {
        const float board = t * 13.0f;
        const float seam = board - std::floor(board) < 0.12f ? 0.55f : 1.0f;
        const float worn = 1.0f + 0.35f * noise(s * 30.0f, std::floor(board) * 7.0f, 3);
        return paint * light_on(normalize({-0.8f, 0.1f, -0.5f}), sun) * (seam * worn);
    };
    const Vec3 red{0.40f, 0.075f, 0.045f};
    // The gable end at the left takes the sun; the long side faces us.
    draw_quad(view,
              {{{kLeft, ground, kBack},
                {kLeft, ground, kFront},
                {kLeft, eaves, kFront},
                {kLeft, eaves, kBack}}},
              [&](float s, float t) { return planks(red * 1.25f, t, s, 1.0f); });
    draw_quad(view,
              {{{kLeft, eaves, kBack},
                {kLeft, eaves, kFront},
                {kLeft, kRidge + 0.9f, middle},
                {kLeft, kRidge + 0.9f, middle}}},
              [&](float s, float t) { return planks(red * 1.25f, t, s, 1.0f); });
    draw_quad(view,
              {{{kLeft, ground, kFront},
                {kRight, ground, kFront},
                {kRight, eaves, kFront},
                {kLeft, eaves, kFront}}},
              [&](float s, float t) {
                  Vec3 color = planks(red, t, s, 0.42f);
                  for (const float center : {0.20f, 0.50f, 0.80f}) {
                      const bool door = center == 0.50f;
                      const float dx = std::abs(s - center) / 0.075f;
                      const float low = door ? 0.0f : 0.30f;
                      const bool frame = dx < 1.25f && t > low - 0.05f && t < 0.80f;
                      const bool pane = dx < 1.0f && t > low && t < 0.75f;
                      const bool bar = !door && (dx < 0.12f || std::abs(t - 0.53f) < 0.025f);
                      if (frame) color = Vec3{0.62f, 0.55f, 0.47f};
                      if (pane && !bar)
                          color = door ? Vec3{0.07f, 0.10f, 0.11f} : Vec3{1.9f, 0.95f, 0.22f};
                  }
                  return color;
              });
    // The roof's front half, a little wider than the walls, and its lit edge.
    draw_quad(view,
              {{{kLeft - 0.5f, eaves - 0.25f, kFront - 0.45f},
                {kRight + 0.5f, eaves - 0.25f, kFront - 0.45f},
                {kRight + 0.5f, kRidge + 0.9f, middle - 3.2f},
                {kLeft - 0.5f, kRidge + 0.9f, middle - 3.2f}}},
              [&](float s, float t) {
                  const float course = t * 9.0f;
                  const float tile = 0.8f + 0.25f * noise(s * 60.0f, std::floor(course) * 9.0f, 8);
                  const float edge = course - std::floor(course) < 0.18f ? 0.6f : 1.0f;
                  return Vec3{0.16f, 0.125f, 0.12f} *
                         light_on(normalize({-0.35f, 0.8f, -0.5f}), 0.75f) * (tile * edge);
              });
    draw_quad(view,
              {{{kRight - 2.2f, kRidge, kFront - 1.0f},
                {kRight - 1.4f, kRidge, kFront - 1.0f},
                {kRight - 1.4f, kRidge + 2.3f, kFront - 1.0f},
                {kRight - 2.2f, kRidge + 2.3f, kFront - 1.0f}}},
              [&](float s, float t) {
                  return Vec3{0.33f, 0.22f, 0.17f} * (0.45f + 1.3f * (1.0f - s)) *
                         (0.85f + 0.3f * noise(s * 4.0f, t * 9.0f, 4));
              });
    // The jetty: planks on posts.
    for (int i = 0; i < 5; ++i) {
        const float z = 49.5f - 1.5f * static_cast<float>(i);
        for (const float x : {8.2f, 9.9f}) {
            draw_quad(
                view,
                {{{x, -0.1f, z}, {x + 0.22f, -0.1f, z}, {x + 0.22f, 0.95f, z}, {x, 0.95f, z}}},
                [](float s, float) {
                    return Vec3{0.16f, 0.11f, 0.075f} * (1.5f - 1.2f * s);
                });
        }
    }
    draw_quad(view,
              {{{7.9f, 0.72f, 43.0f},
                {10.3f, 0.72f, 43.0f},
                {10.6f, 0.72f, 52.5f},
                {8.6f, 0.72f, 52.5f}}},
              [](float s, float t) {
                  const float board = t * 17.0f;
                  return Vec3{0.42f, 0.29f, 0.19f} *
                         (board - std::floor(board) < 0.2f ? 0.45f : 1.15f) *
                         (0.85f + 0.3f * noise(s * 4.0f, std::floor(board) * 3.0f, 6));
              });
}

// A small boat under sail.
void draw_boat(View& view) {
    constexpr float kX = -11.0f, kZ = 58.0f;
    const Vec3 sail{1.55f, 1.22f, 0.92f};
    const auto cloth = [&](float s, float t) {
        return sail * (0.62f + 0.42f * (1.0f - s) + 0.07f * noise(s * 3.0f, t * 8.0f, 2));
    };
    draw_quad(view,
              {{{kX + 0.15f, 1.15f, kZ},
                {kX + 3.1f, 1.25f, kZ},
                {kX + 0.15f, 7.8f, kZ},
                {kX + 0.15f, 7.8f, kZ}}},
              cloth);
    draw_quad(view,
              {{{kX - 2.3f, 1.0f, kZ},
                {kX - 0.1f, 1.15f, kZ},
                {kX - 0.1f, 6.6f, kZ},
                {kX - 0.1f, 6.6f, kZ}}},
              [&](float s, float t) {
                  return cloth(s, t) * Vec3{1.0f, 0.62f, 0.42f};
              });
    draw_quad(view,
              {{{kX - 0.05f, 0.5f, kZ},
                {kX + 0.10f, 0.5f, kZ},
                {kX + 0.10f, 8.1f, kZ},
                {kX - 0.05f, 8.1f, kZ}}},
              [](float, float) {
                  return Vec3{0.20f, 0.12f, 0.07f};
              });
    draw_quad(
        view,
        {{{kX - 2.0f, 0.0f, kZ - 0.1f},
          {kX + 2.5f, 0.0f, kZ - 0.1f},
          {kX + 3.3f, 0.92f, kZ - 0.1f},
          {kX - 2.9f, 0.92f, kZ - 0.1f}}},
        [](float s, float t) {
            const Vec3 paint = t > 0.78f ? Vec3{0.95f, 0.75f, 0.5f} : Vec3{0.06f, 0.14f, 0.26f};
            return paint * (1.2f - 0.6f * s);
        });
}

}  // namespace samples
