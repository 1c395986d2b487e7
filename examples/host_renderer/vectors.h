// The little linear algebra that a camera and a node's transform take. Matrices are column-major,
// as GLSL's and glTF's are: m[column * 4 + row].
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace host {

struct Vec3 {
    float x = 0, y = 0, z = 0;
};

inline Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec3 operator*(Vec3 a, float s) { return {a.x * s, a.y * s, a.z * s}; }
inline float dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vec3 cross(Vec3 a, Vec3 b) {
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline float length(Vec3 a) { return std::sqrt(dot(a, a)); }
// The zero vector stays as it is.
inline Vec3 normalize(Vec3 a) {
    const float n = length(a);
    return n > 0 ? a * (1 / n) : a;
}

struct Mat4 {
    std::array<float, 16> m{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
};

inline Mat4 operator*(const Mat4& a, const Mat4& b) {
    Mat4 c;
    for (size_t column = 0; column < 4; ++column) {
        for (size_t row = 0; row < 4; ++row) {
            float sum = 0;
            for (size_t k = 0; k < 4; ++k) sum += a.m[k * 4 + row] * b.m[column * 4 + k];
            c.m[column * 4 + row] = sum;
        }
    }
    return c;
}

inline Vec3 column(const Mat4& a, size_t i) { return {a.m[i * 4], a.m[i * 4 + 1], a.m[i * 4 + 2]}; }
inline Vec3 transform_point(const Mat4& a, Vec3 p) {
    return column(a, 0) * p.x + column(a, 1) * p.y + column(a, 2) * p.z + column(a, 3);
}

// Of a transform's upper 3x3: below 0 it mirrors.
inline float determinant3(const Mat4& a) {
    return dot(column(a, 0), cross(column(a, 1), column(a, 2)));
}
// By the cofactors of the upper 3x3, which are its inverse transposed times its determinant: they
// exist for every matrix.
inline Vec3 transform_normal(const Mat4& a, Vec3 n) {
    const Vec3 x = column(a, 0), y = column(a, 1), z = column(a, 2);
    const float sign = determinant3(a) < 0 ? -1.0f : 1.0f;
    return normalize((cross(y, z) * n.x + cross(z, x) * n.y + cross(x, y) * n.z) * sign);
}

}  // namespace host
