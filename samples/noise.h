// Vectors, random numbers and noise for the sample pictures: the same on every machine.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace samples {

struct Vec3 {
    float x = 0, y = 0, z = 0;
};
inline Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator*(Vec3 a, Vec3 b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
inline Vec3 operator*(Vec3 a, float s) { return {a.x * s, a.y * s, a.z * s}; }
inline float dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vec3 normalize(Vec3 a) { return a * (1.0f / std::sqrt(dot(a, a))); }
inline Vec3 mix(Vec3 a, Vec3 b, float t) { return a * (1.0f - t) + b * t; }
inline float mix(float a, float b, float t) { return a * (1.0f - t) + b * t; }
inline float clamp01(float x) { return std::clamp(x, 0.0f, 1.0f); }

inline float smoothstep(float from, float to, float x) {
    const float t = clamp01((x - from) / (to - from));
    return t * t * (3.0f - 2.0f * t);
}

inline std::uint32_t hash(std::uint32_t x) {  // lowbias32, by C. Wellons
    x = (x ^ (x >> 16)) * 0x7FEB352DU;
    x = (x ^ (x >> 15)) * 0x846CA68BU;
    return x ^ (x >> 16);
}

inline float unit(std::uint32_t bits) { return static_cast<float>(bits >> 8) / 16777216.0f; }

// A sequence of numbers in [0, 1).
class Random {
  public:
    explicit Random(std::uint32_t seed) : state_(hash(seed)) {}
    float next() { return unit(hash(state_ += 0x9E3779B9U)); }
    float between(float a, float b) { return a + (b - a) * next(); }

  private:
    std::uint32_t state_;
};

// Value noise in [-1, 1], smooth, of period about 1.
inline float noise(float x, float y, std::uint32_t seed = 0) {
    const float fx = std::floor(x);
    const float fy = std::floor(y);
    const auto at = [&](int dx, int dy) {
        const auto ix = static_cast<std::uint32_t>(static_cast<int>(fx) + dx);
        const auto iy = static_cast<std::uint32_t>(static_cast<int>(fy) + dy);
        return unit(hash(ix * 0x8DA6B343U ^ hash(iy * 0xD8163841U + seed)));
    };
    float u = x - fx;
    float v = y - fy;
    u = u * u * u * (u * (u * 6.0f - 15.0f) + 10.0f);
    v = v * v * v * (v * (v * 6.0f - 15.0f) + 10.0f);
    return 2.0f * mix(mix(at(0, 0), at(1, 0), u), mix(at(0, 1), at(1, 1), u), v) - 1.0f;
}

// Octaves of noise, each turned and of half the size; about [-1, 1].
inline float fbm(float x, float y, int octaves, std::uint32_t seed = 0) {
    float sum = 0.0f;
    float weight = 0.5f;
    for (int i = 0; i < octaves; ++i, weight *= 0.5f) {
        sum += weight * noise(x, y, seed + static_cast<std::uint32_t>(i));
        const float turned = 1.6f * x + 1.2f * y;
        y = 1.6f * y - 1.2f * x;
        x = turned;
    }
    return sum;
}

// Ridged noise (Musgrave): sharp crests, [0, 1]; detail gathers on the crests.
inline float ridged(float x, float y, int octaves, std::uint32_t seed = 0) {
    float sum = 0.0f;
    float weight = 0.5f;
    float gain = 1.0f;
    for (int i = 0; i < octaves; ++i, weight *= 0.5f) {
        float n = 1.0f - std::abs(noise(x, y, seed + static_cast<std::uint32_t>(i)));
        n *= n;
        sum += weight * gain * n;
        gain = clamp01(1.6f * n);
        const float turned = 1.6f * x + 1.2f * y;
        y = 1.6f * y - 1.2f * x;
        x = turned;
    }
    return sum;
}

}  // namespace samples
