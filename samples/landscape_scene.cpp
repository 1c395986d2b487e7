#include "landscape_scene.h"

namespace samples {
namespace {

// The disc hangs in the haze at the left; the light comes from a little more to the front than it
// should, which shows the mountains' faces.
constexpr float kSunX = -0.215f;
constexpr float kSunSlope = 0.150f;
const Vec3 kSunDirection = normalize({-0.86f, 0.40f, -0.18f});
constexpr Vec3 kSunLight{3.1f, 1.95f, 1.05f};
constexpr Vec3 kSkyLight{0.30f, 0.40f, 0.62f};

float gauss(float x) { return std::exp(-x * x); }

// A mountain: a cone with ridges, highest at (x, z).
float peak(float x, float z, float at_x, float at_z, float wide, float deep) {
    const float dx = (x - at_x) / wide;
    const float dz = (z - at_z) / deep;
    return std::max(0.0f, 1.0f - std::sqrt(dx * dx + dz * dz + 0.012f));
}

float sun_glow(float x, float slope, float size) {
    const float dx = x - kSunX;
    const float dy = slope - kSunSlope;
    return std::exp(-std::sqrt(dx * dx + dy * dy) / size);
}

float far_distance(float x, float z) { return z - 148.0f - 26.0f * fbm(x * 0.014f, 3.0f, 4, 11); }

}  // namespace

float shore_distance(float x, float z) {
    const float wobble = 2.2f * fbm(x * 0.11f, z * 0.11f, 4, 5);
    const float right = x - 15.0f - 0.17f * z + 17.0f * gauss((z - 62.0f) / 13.0f) + wobble;
    const float left = -x - 0.5f - 0.012f * z * z + 0.3f * wobble;
    return std::max({far_distance(x, z), right, left});
}

float ground_height(float x, float z) {
    const float shore = shore_distance(x, z);
    if (shore < 0.0f) return 0.2f * shore;
    float height = 0.8f * (1.0f - std::exp(-shore / 1.6f)) + 0.025f * std::min(shore, 60.0f);
    height += 0.5f * std::min(shore / 4.0f, 1.0f) * (0.5f + fbm(x * 0.22f, z * 0.22f, 3, 31));
    const float far = far_distance(x, z);
    if (far <= 0.0f) return height;
    const float hills = smoothstep(0.0f, 90.0f, far);
    height += hills * 26.0f * (0.45f + fbm(x * 0.0125f, z * 0.0125f, 5, 71));
    if (z < 200.0f) return height;
    const float bend = 22.0f * fbm(x * 0.012f, z * 0.012f, 3, 91);
    const float rock = ridged((x + bend) * 0.0085f, z * 0.0085f, 8, 101);
    float cones = 100.0f * peak(x + bend, z, 66.0f, 440.0f, 190.0f, 210.0f);
    cones = std::max(cones, 74.0f * peak(x - bend, z, -175.0f, 430.0f, 150.0f, 190.0f));
    cones = std::max(cones, 86.0f * peak(x + bend, z, 215.0f, 400.0f, 140.0f, 180.0f));
    cones = std::max(cones, 112.0f * peak(x, z, -60.0f, 760.0f, 330.0f, 190.0f));
    cones = std::max(cones, 150.0f * peak(x, z, 300.0f, 780.0f, 300.0f, 190.0f));
    return height + cones * (0.38f + 1.0f * rock);
}

Vec3 light_on(Vec3 normal, float sunlit) {
    const float sun = std::max(0.0f, dot(normal, kSunDirection)) * sunlit;
    const float sky = 0.55f + 0.45f * normal.y;
    return kSunLight * sun + kSkyLight * sky;
}

Vec3 through_air(Vec3 color, float x, float z) {
    const float glow = sun_glow(x, kSunSlope, 0.20f);
    const Vec3 air = mix(Vec3{0.36f, 0.46f, 0.70f}, Vec3{1.30f, 0.66f, 0.27f}, clamp01(glow));
    const float thickness = 1.0f - std::exp(-std::pow(z / 620.0f, 1.35f));
    return mix(color, air, thickness * (0.92f + 0.08f * glow));
}

Vec3 ground_color(float x, float z) {
    const float step = 0.0022f * z + 0.02f;
    const float height = ground_height(x, z);
    const Vec3 normal =
        normalize({height - ground_height(x + step, z), step, height - ground_height(x, z + step)});
    float sunlit = 1.0f;
    if (z > 60.0f) {
        float along = 0.012f * z;
        for (int i = 0; i < 14; ++i, along *= 1.32f) {
            const float above =
                height + kSunDirection.y * along -
                ground_height(x + kSunDirection.x * along, z + kSunDirection.z * along);
            sunlit = std::min(sunlit, clamp01(0.75f + above / (0.10f * along + 0.3f)));
        }
    }
    const float rough = fbm(x * 0.09f, z * 0.09f, 5, 211);
    const float fine = fbm(x * 2.3f, z * 2.3f, 4, 223);
    const Vec3 meadow = mix(Vec3{0.085f, 0.105f, 0.022f}, Vec3{0.26f, 0.19f, 0.055f},
                            clamp01(0.45f + 0.9f * rough + 0.5f * fine));
    const Vec3 wood = mix(Vec3{0.022f, 0.045f, 0.020f}, Vec3{0.075f, 0.085f, 0.025f},
                          clamp01(0.5f + 1.1f * rough));
    const Vec3 stone = mix(Vec3{0.13f, 0.115f, 0.115f}, Vec3{0.30f, 0.26f, 0.235f},
                           clamp01(0.5f + 0.8f * rough + 0.5f * fbm(x * 0.4f, height * 0.7f, 3)));
    const Vec3 snow{0.88f, 0.90f, 0.95f};
    const Vec3 pebbles = mix(Vec3{0.10f, 0.09f, 0.08f}, Vec3{0.33f, 0.29f, 0.24f},
                             clamp01(0.5f + 1.5f * fbm(x * 3.1f, z * 3.1f, 3, 229)));
    const float shore = shore_distance(x, z);
    Vec3 color = mix(pebbles, meadow, smoothstep(0.3f, 1.1f, shore + 0.5f * fine));
    color = mix(color, wood, smoothstep(8.0f, 26.0f, far_distance(x, z) + 10.0f * rough));
    const float tree_line = 37.0f + 26.0f * rough;
    const float steep = 1.0f - normal.y;
    color = mix(color, stone, smoothstep(tree_line - 9.0f, tree_line + 9.0f, height));
    color = mix(color, stone, z > 200.0f ? smoothstep(0.42f, 0.60f, steep) : 0.0f);
    const float snow_line = 54.0f + 22.0f * rough + 40.0f * std::max(0.0f, steep - 0.32f);
    color = mix(
        color, snow,
        smoothstep(snow_line - 4.0f, snow_line + 6.0f, height) * smoothstep(0.66f, 0.44f, steep));
    return through_air(color * light_on(normal, sunlit), x / z, z);
}

Vec3 sky_color(float x, float slope) {
    const float up = clamp01(slope / 0.30f);
    Vec3 color =
        mix(Vec3{1.15f, 0.56f, 0.22f}, Vec3{0.46f, 0.48f, 0.64f}, smoothstep(0.05f, 0.75f, up));
    color = mix(color, Vec3{0.075f, 0.20f, 0.48f}, smoothstep(0.45f, 1.05f, up));
    color = color * 0.80f;
    color = color + Vec3{1.5f, 0.66f, 0.16f} * sun_glow(x, slope, 0.075f);
    color = color + Vec3{0.62f, 0.23f, 0.02f} * sun_glow(x, slope, 0.26f);

    // Clouds on a layer overhead: their pattern shrinks towards the horizon.
    const float far = 1.0f / (slope + 0.085f);
    const float cx = x * far * 1.05f + 4.3f;
    const float cz = far * 0.62f;
    const auto density = [](float u, float v) {
        const float warp = 0.55f * fbm(u * 0.9f, v * 0.9f, 3, 307);
        return fbm(u * 0.75f + warp, v * 1.15f + warp, 7, 301) +
               0.22f * noise(u * 0.33f, v * 0.4f, 313);
    };
    const float here = density(cx, cz);
    const float cover = smoothstep(-0.14f, 0.22f, here) * smoothstep(0.0f, 0.05f, slope);
    // Thinner towards the sun means that its light reaches here.
    const float toward = density(cx - 0.16f, cz + 0.05f);
    const float lit = clamp01(0.5f + 2.6f * (here - toward));
    const float thick = smoothstep(0.0f, 0.42f, here);
    const float near_sun = sun_glow(x, slope, 0.22f);
    const Vec3 shade = mix(Vec3{0.40f, 0.37f, 0.50f}, Vec3{0.75f, 0.42f, 0.34f}, near_sun);
    const Vec3 bright = mix(Vec3{1.50f, 0.92f, 0.62f}, Vec3{2.5f, 1.55f, 0.75f}, near_sun);
    const Vec3 cloud = mix(bright, shade, clamp01(0.25f + 0.75f * thick - 0.85f * (lit - 0.45f)));
    color = mix(color, cloud, cover * 0.92f);

    const float dx = x - kSunX;
    const float dy = slope - kSunSlope;
    const float disc = smoothstep(0.0165f, 0.0148f, std::sqrt(dx * dx + dy * dy));
    return color + Vec3{7.0f, 4.6f, 2.2f} * (disc * (1.0f - 0.6f * cover));
}

}  // namespace samples
