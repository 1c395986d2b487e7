// Spirals of thick paint. A flow without sources bends around a few vortices; its streamlines carry
// the colours and lead the brush. Painted as A. Hertzmann describes ("Painterly Rendering with
// Curved Brush Strokes of Multiple Sizes", 1998): large strokes first, then smaller ones where they
// are needed. Every bristle leaves its own colour and its own ridge, and a light from the upper
// left rakes over the ridges.
#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include "noise.h"
#include "samples.h"

namespace samples {
namespace {

constexpr int kWidth = 768;
constexpr int kHeight = 614;
constexpr int kFine = 2;  // painted this much finer, then averaged
constexpr int kColumns = kWidth * kFine;
constexpr int kRows = kHeight * kFine;

// Lengths below are in units of the picture's height.

struct Vec2 {
    float x = 0, y = 0;
};

struct Vortex {
    float x, y;
    float radius;
    float turn;   // strength; its sign is the direction
    float glow;   // how far it shines, 0 for a dark one
    int palette;  // of its rings
};

constexpr auto kVortices = std::to_array<Vortex>({
    {0.86f, 0.40f, 0.235f, 1.00f, 1.00f, 0},
    {0.30f, 0.25f, 0.125f, -0.75f, 0.80f, 1},
    {0.27f, 0.70f, 0.165f, 0.80f, 0.00f, 2},
    {1.13f, 0.80f, 0.120f, -0.70f, 0.85f, 1},
    {0.64f, 0.84f, 0.080f, 0.45f, 0.65f, 0},
    {1.17f, 0.12f, 0.075f, 0.45f, 0.55f, 1},
    {0.55f, 0.08f, 0.050f, -0.30f, 0.50f, 0},
});

// sRGB-encoded, as paints are mixed here.
constexpr Vec3 rgb(int hex) {
    return {static_cast<float>(hex >> 16 & 255) / 255.0f,
            static_cast<float>(hex >> 8 & 255) / 255.0f, static_cast<float>(hex & 255) / 255.0f};
}

constexpr auto kNight = std::to_array<Vec3>(
    {rgb(0x0B1B46), rgb(0x14397F), rgb(0x0F2A62), rgb(0x1F62A3), rgb(0x123A6E), rgb(0x2C8C98),
     rgb(0x15477F), rgb(0x7FB9AE), rgb(0x1B5590), rgb(0x0D2450)});
constexpr auto kFire = std::to_array<Vec3>(
    {rgb(0xFFF3CF), rgb(0xFFD766), rgb(0xF6A72B), rgb(0xE8741C), rgb(0xF9C14A), rgb(0xC9531B)});
constexpr auto kPearl = std::to_array<Vec3>(
    {rgb(0xFBF1D2), rgb(0xF4D98A), rgb(0xBFD9BE), rgb(0xE9B545), rgb(0x6DB5AC), rgb(0x2F8797)});
constexpr auto kDeep = std::to_array<Vec3>(
    {rgb(0x9AD0BD), rgb(0x2E9099), rgb(0x0C2C63), rgb(0xD9A13A), rgb(0x1A6F8E), rgb(0x0A1C48)});

template <std::size_t N>
Vec3 along(const std::array<Vec3, N>& colors, float at, bool around) {
    const float last = static_cast<float>(around ? N : N - 1);
    at = around ? at - std::floor(at / last) * last : std::clamp(at, 0.0f, last - 1e-3f);
    const auto i = static_cast<std::size_t>(at) % N;
    return mix(colors[i], colors[(i + 1) % N], smoothstep(0.2f, 0.8f, at - std::floor(at)));
}

// The stream function: the flow is its gradient turned by a quarter, so nothing springs or
// vanishes.
float stream(float x, float y) {
    float sum = 0.55f * (y + 0.10f * std::sin(4.3f * x + 0.6f) + 0.05f * std::sin(9.1f * x - 2.0f));
    sum += 0.045f * noise(x * 3.1f, y * 3.1f, 41) + 0.016f * noise(x * 7.3f, y * 7.3f, 43);
    for (const Vortex& v : kVortices) {
        const float dx = (x - v.x) / v.radius;
        const float dy = (y - v.y) / v.radius;
        sum += 1.15f * v.turn * v.radius *
               std::log(1.0f + 1.0f / (0.10f + 0.50f * (dx * dx + dy * dy)));
    }
    return sum;
}

Vec2 flow(float x, float y) {
    constexpr float kStep = 0.002f;
    const Vec2 v{stream(x, y + kStep) - stream(x, y - kStep),
                 stream(x - kStep, y) - stream(x + kStep, y)};
    const float length = std::sqrt(v.x * v.x + v.y * v.y) + 1e-9f;
    return {v.x / length, v.y / length};
}

// What is to be painted.
Vec3 motif(float x, float y) {
    const float psi = stream(x, y);
    Vec3 color = along(kNight, 26.0f * psi + 1.2f * noise(x * 2.0f, y * 2.0f, 51), true);
    const float warm = smoothstep(0.25f, 0.75f, noise(x * 2.3f + 7.0f, y * 3.1f, 53));
    color = mix(color, along(kDeep, 18.0f * psi, true), 0.75f * warm);
    // Ground: warm furrows at the foot of the picture.
    const float ground = smoothstep(
        0.80f, 0.98f, y + 0.05f * std::sin(5.0f * x) + 0.04f * noise(x * 4.0f, y * 4.0f, 55));
    constexpr auto kEarth = std::to_array<Vec3>(
        {rgb(0x5E2B17), rgb(0xC4711F), rgb(0x1D3E5C), rgb(0xE3A93B), rgb(0x8A3F18), rgb(0x16565F)});
    color = mix(color, along(kEarth, 30.0f * psi, true), ground);
    for (const Vortex& v : kVortices) {
        const float dx = x - v.x;
        const float dy = y - v.y;
        const float r = std::sqrt(dx * dx + dy * dy) / v.radius;
        // Rings that wind inwards: an arm a turn.
        const float angle = std::atan2(dy, dx) * (v.turn > 0.0f ? 1.0f : -1.0f) / 6.2831853f;
        const float wound =
            4.6f * std::pow(r, 0.85f) + 2.0f * angle + 0.25f * noise(dx * 9.0f, dy * 9.0f, 57);
        Vec3 ring;
        if (v.palette == 0) ring = along(kFire, wound, false);
        if (v.palette == 1) ring = along(kPearl, wound, false);
        if (v.palette == 2) ring = along(kDeep, 1.0f + wound, true);
        const float inside =
            smoothstep(1.22f, 0.92f, r + 0.10f * noise(dx * 14.0f, dy * 14.0f, 59));
        const float halo = v.glow * std::exp(-1.5f * std::max(0.0f, r - 0.9f)) * 0.50f;
        const Vec3 shine = v.palette == 0 ? rgb(0xF0A23A) : rgb(0xA9CFB4);
        color = mix(color, shine,
                    halo * (0.45f + 0.55f * smoothstep(-0.3f, 0.5f, std::sin(46.0f * psi))));
        color = mix(color, ring, inside);
        if (v.glow > 0.0f) color = mix(color, rgb(0xFFF6DC), smoothstep(0.34f, 0.22f, r));
    }
    return color;
}

struct Canvas {
    std::vector<Vec3> color = std::vector<Vec3>(std::size_t{kColumns} * kRows, rgb(0x6B4A2E));
    std::vector<float> height = std::vector<float>(std::size_t{kColumns} * kRows, 0.0f);
    // The stroke in hand: for every pixel that it covers, where on the stroke it lies.
    std::vector<float> across = std::vector<float>(std::size_t{kColumns} * kRows, 2.0f);
    std::vector<float> along = std::vector<float>(std::size_t{kColumns} * kRows, 0.0f);
    std::vector<std::size_t> covered;
};

struct Brush {
    float radius;  // pixels
    int shortest;  // steps of one radius
    int longest;
    float spacing;  // of the strokes' beginnings, radii
    float needed;   // paint where the canvas is off by this much
    float load;     // thickness of the paint
};

Vec3 varied(Vec3 color, std::uint32_t seed, float amount) {
    const float light = 1.0f + amount * (unit(hash(seed)) - 0.5f);
    const float warm = amount * 0.45f * (unit(hash(seed + 1)) - 0.5f);
    return {color.x * light + warm, color.y * light, color.z * light - warm};
}

// Marks the pixels within radius of the segment from a to b, which begins `start` into the stroke.
void sweep(Canvas& canvas, Vec2 a, Vec2 b, float radius, float start) {
    const float dx = b.x - a.x;
    const float dy = b.y - a.y;
    const float length = std::sqrt(dx * dx + dy * dy);
    const float reach = radius + 1.0f;
    const int left = std::max(0, static_cast<int>(std::min(a.x, b.x) - reach));
    const int right = std::min(kColumns - 1, static_cast<int>(std::max(a.x, b.x) + reach));
    const int top = std::max(0, static_cast<int>(std::min(a.y, b.y) - reach));
    const int bottom = std::min(kRows - 1, static_cast<int>(std::max(a.y, b.y) + reach));
    for (int y = top; y <= bottom; ++y) {
        for (int x = left; x <= right; ++x) {
            const float px = static_cast<float>(x) + 0.5f - a.x;
            const float py = static_cast<float>(y) + 0.5f - a.y;
            const float t = std::clamp((px * dx + py * dy) / length, 0.0f, length);
            const float ox = px - t * dx / length;
            const float oy = py - t * dy / length;
            const float side = (dx * py - dy * px) < 0.0f ? -1.0f : 1.0f;
            const float distance = side * std::sqrt(ox * ox + oy * oy) / radius;
            const auto i = static_cast<std::size_t>(y) * kColumns + static_cast<std::size_t>(x);
            if (std::abs(distance) > 1.0f || std::abs(distance) >= std::abs(canvas.across[i]))
                continue;
            if (canvas.across[i] > 1.5f) canvas.covered.push_back(i);
            canvas.across[i] = distance;
            canvas.along[i] = (start + t) / radius;
        }
    }
}

void lay_paint(Canvas& canvas, const Brush& brush, Vec3 paint, float length, std::uint32_t seed) {
    const float bristles = 2.6f + 0.07f * brush.radius;
    const float dip = 0.75f + 0.5f * unit(hash(seed + 9));  // how full the brush is
    for (const std::size_t i : canvas.covered) {
        const float v = canvas.across[i];
        const float u = canvas.along[i];
        const float end = length - u;  // radii left
        const float hair = noise(v * bristles, u * 0.22f, seed) * 0.65f +
                           noise(v * bristles * 2.3f, u * 0.45f, seed + 3) * 0.35f;
        // Paint runs dry towards the end: the gaps between the bristles open.
        const float dry = smoothstep(0.55f, 1.0f, u / length);
        const float edge = 1.0f - std::abs(v) + 0.10f * hair;
        float cover = smoothstep(0.0f, 0.16f, edge);
        cover *= 1.0f - 0.9f * dry * smoothstep(-0.05f, 0.45f, -hair);
        cover *=
            smoothstep(-0.15f, 0.35f, end + 0.9f * hair) * smoothstep(-0.1f, 0.3f, u + 0.5f * hair);
        const float rim =
            smoothstep(0.60f, 0.88f, std::abs(v)) * smoothstep(1.0f, 0.9f, std::abs(v));
        const float start_blob = std::exp(-u * u * 0.8f);
        const float thick = brush.load * dip *
                            (0.60f + 0.50f * hair + 0.40f * rim + 0.45f * start_blob) *
                            (1.0f - 0.45f * dry);
        const Vec3 tone = paint * (1.0f + 0.16f * hair) +
                          Vec3{0.05f, 0.01f, -0.05f} * noise(v * 4.0f, u * 0.1f, seed + 7);
        canvas.color[i] = mix(canvas.color[i], tone, cover);
        canvas.height[i] = mix(canvas.height[i], 0.45f * canvas.height[i] + thick, cover);
        canvas.across[i] = 2.0f;
    }
    canvas.covered.clear();
}

// The motif and the flow, looked up at every finished pixel: painting asks for them all the time.
struct Study {
    std::vector<Vec3> color = std::vector<Vec3>(std::size_t{kWidth} * kHeight);
    std::vector<Vec2> way = std::vector<Vec2>(std::size_t{kWidth} * kHeight);

    Study() {
        for (std::size_t i = 0; i < color.size(); ++i) {
            const float x = (static_cast<float>(i % kWidth) + 0.5f) / kHeight;
            const float y = (static_cast<float>(i / kWidth) + 0.5f) / kHeight;
            color[i] = motif(x, y);
            way[i] = flow(x, y);
        }
    }
    // Of a place on the canvas; beyond its edge, the nearest on it.
    static std::size_t at(Vec2 place) {
        const int x = std::clamp(static_cast<int>(place.x / kFine), 0, kWidth - 1);
        const int y = std::clamp(static_cast<int>(place.y / kFine), 0, kHeight - 1);
        return static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x);
    }
    Vec3 color_at(Vec2 place) const { return color[at(place)]; }
    Vec2 way_at(Vec2 place) const { return way[at(place)]; }
};

float off(Vec3 a, Vec3 b) {
    const Vec3 d = a - b;
    return std::sqrt(dot(d, d));
}

void stroke(Canvas& canvas, const Study& study, const Brush& brush, Vec2 at, std::uint32_t seed) {
    const Vec3 wanted = study.color_at(at);
    const Vec3 paint = varied(wanted, seed, brush.radius > 12.0f ? 0.46f : 0.38f);
    const float sign = unit(hash(seed + 4)) < 0.8f ? 1.0f : -1.0f;
    float gone = 0.0f;
    for (int step = 0; step < brush.longest; ++step) {
        const Vec2 here = study.way_at(at);
        const Vec2 half{at.x + 0.5f * sign * brush.radius * here.x,
                        at.y + 0.5f * sign * brush.radius * here.y};
        const Vec2 way = study.way_at(half);
        const Vec2 next{at.x + sign * brush.radius * way.x, at.y + sign * brush.radius * way.y};
        // A stroke ends where its colour no longer fits.
        if (step >= brush.shortest && off(study.color_at(next), wanted) > 0.30f) break;
        sweep(canvas, at, next, brush.radius, gone);
        gone += brush.radius;
        at = next;
    }
    lay_paint(canvas, brush, paint, gone / brush.radius, seed);
}

void paint_layer(Canvas& canvas, const Study& study, const Brush& brush, std::uint32_t seed) {
    const float grid = brush.spacing * brush.radius;
    const int across = static_cast<int>(kColumns / grid) + 2;
    const int down = static_cast<int>(kRows / grid) + 2;
    std::vector<int> order(static_cast<std::size_t>(across * down));
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size() - 1; i > 0; --i) {  // std::shuffle differs between libraries
        std::swap(order[i], order[hash(seed + static_cast<std::uint32_t>(i)) % (i + 1)]);
    }
    for (const int cell : order) {
        const auto own = hash(seed * 7919U + static_cast<std::uint32_t>(cell));
        const Vec2 at{(static_cast<float>(cell % across) - 0.5f + unit(own)) * grid,
                      (static_cast<float>(cell / across) - 0.5f + unit(hash(own))) * grid};
        const int x = std::clamp(static_cast<int>(at.x), 0, kColumns - 1);
        const int y = std::clamp(static_cast<int>(at.y), 0, kRows - 1);
        const Vec3 there =
            canvas.color[static_cast<std::size_t>(y) * kColumns + static_cast<std::size_t>(x)];
        if (off(there, study.color_at(at)) >= brush.needed) stroke(canvas, study, brush, at, own);
    }
}

impasto::Image lit(const Canvas& canvas) {
    impasto::Image image;
    image.width = kWidth;
    image.height = kHeight;
    image.rgb.resize(3 * image.pixels());
    const Vec3 light = normalize({-0.55f, -0.65f, 0.62f});
    const float flat = light.z;
    const auto height = [&](int x, int y) {
        x = std::clamp(x, 0, kColumns - 1);
        y = std::clamp(y, 0, kRows - 1);
        return canvas.height[static_cast<std::size_t>(y) * kColumns + static_cast<std::size_t>(x)];
    };
    for (int y = 0; y < kRows; ++y) {
        for (int x = 0; x < kColumns; ++x) {
            const float gx = 0.5f * (height(x + 1, y) - height(x - 1, y));
            const float gy = 0.5f * (height(x, y + 1) - height(x, y - 1));
            const Vec3 normal = normalize({-gx, -gy, 1.0f});
            const float diffuse = std::max(0.0f, dot(normal, light)) / flat;
            const Vec3 middle = normalize(light + Vec3{0.0f, 0.0f, 1.0f});
            const float gloss = std::pow(std::max(0.0f, dot(normal, middle)), 40.0f);
            const float flat_gloss = std::pow(middle.z, 40.0f);
            const Vec3 paint =
                canvas.color[static_cast<std::size_t>(y) * kColumns + static_cast<std::size_t>(x)];
            const float shade = 0.52f + 0.48f * std::min(diffuse, 1.7f);
            const float shine = 0.14f * std::max(0.0f, gloss - flat_gloss);
            const std::array<float, 3> c{paint.x * shade + shine, paint.y * shade + shine,
                                         paint.z * shade + shine};
            for (std::size_t k = 0; k < 3; ++k) {
                const auto at = static_cast<std::size_t>(y / kFine) * kWidth +
                                static_cast<std::size_t>(x / kFine);
                image.rgb[k * image.pixels() + at] += clamp01(c[k]) / (kFine * kFine);
            }
        }
    }
    return image;
}

}  // namespace

impasto::Image render_swirl() {
    const Study study;
    Canvas canvas;
    constexpr auto kBrushes = std::to_array<Brush>({
        {42.0f, 3, 9, 1.70f, 0.00f, 3.4f},
        {26.0f, 3, 10, 1.60f, 0.00f, 4.2f},
        {17.0f, 4, 12, 1.40f, 0.13f, 4.2f},
        {10.5f, 4, 14, 1.50f, 0.19f, 3.6f},
    });
    std::uint32_t seed = 1;
    for (const Brush& brush : kBrushes) paint_layer(canvas, study, brush, seed++);
    return lit(canvas);
}

}  // namespace samples
