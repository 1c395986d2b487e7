// A camera that orbits the model.
#pragma once

#include <algorithm>
#include <cmath>

#include "vectors.h"

namespace host {

struct Camera {
    Vec3 centre;             // what it looks at
    float radius = 1;        // of the sphere around the model
    float azimuth = 0.55f;   // radians about +y, from +z (the front of a glTF model) towards +x
    float elevation = 0.2f;  // radians above the horizon
    float zoom = 1;          // 1: the sphere just fits

    // A drag over the whole height of the window is half a turn.
    void drag(float dx, float dy, float window_height) {
        constexpr float kPi = 3.14159265f;
        azimuth -= dx / window_height * kPi;
        elevation = std::clamp(elevation + dy / window_height * kPi, -1.5f, 1.5f);
    }
    void wheel(float steps) { zoom = std::clamp(zoom * std::pow(1.1f, steps), 0.2f, 20.0f); }

    float distance(float aspect) const { return radius / std::sin(half_angle(aspect)) / zoom; }
    Vec3 position(float aspect) const {
        const float d = distance(aspect);
        return centre + Vec3{std::sin(azimuth) * std::cos(elevation), std::sin(elevation),
                             std::cos(azimuth) * std::cos(elevation)} *
                            d;
    }

    // World to Vulkan's clip space: x right, y down, depth 0 near to 1 far.
    Mat4 view_projection(float aspect) const {
        const Vec3 eye = position(aspect);
        const Vec3 back = normalize(eye - centre);
        const Vec3 right = normalize(cross({0, 1, 0}, back));
        const Vec3 up = cross(back, right);
        const Mat4 view{{right.x, up.x, back.x, 0, right.y, up.y, back.y, 0, right.z, up.z, back.z,
                         0, -dot(right, eye), -dot(up, eye), -dot(back, eye), 1}};
        const float near = std::max(distance(aspect) - 1.5f * radius, 0.01f * radius);
        const float far = distance(aspect) + 1.5f * radius;
        const float scale = 1 / std::tan(kHalfFov);  // of y
        const Mat4 projection{{scale / aspect, 0, 0, 0, 0, -scale, 0, 0, 0, 0, far / (near - far),
                               -1, 0, 0, near * far / (near - far), 0}};
        return projection * view;
    }

  private:
    static constexpr float kHalfFov = 0.35f;  // radians, vertically
    // Of the narrower side.
    static float half_angle(float aspect) {
        return aspect >= 1 ? kHalfFov : std::atan(std::tan(kHalfFov) * aspect);
    }
};

}  // namespace host
