#version 450
// A box without vertex buffers: 6 faces of 2 triangles, the picture upright on each.
layout(push_constant) uniform Push {
    mat4 clip_from_object;
    vec4 half_size;  // xyz
    vec4 light;      // xyz: direction to it, in the object's space
};
layout(location = 0) out vec2 texture_at;
layout(location = 1) out float brightness;

// Of a face: outwards, and the way that the picture's columns go. Its rows go across both.
const vec3 kNormal[6] = vec3[](vec3(0, 0, 1), vec3(1, 0, 0), vec3(0, 0, -1), vec3(-1, 0, 0),
                               vec3(0, 1, 0), vec3(0, -1, 0));
const vec3 kRight[6] = vec3[](vec3(1, 0, 0), vec3(0, 0, -1), vec3(-1, 0, 0), vec3(0, 0, 1),
                              vec3(1, 0, 0), vec3(1, 0, 0));
const vec2 kCorner[6] = vec2[](vec2(0, 0), vec2(0, 1), vec2(1, 0), vec2(1, 0), vec2(0, 1),
                               vec2(1, 1));

void main() {
    const vec3 normal = kNormal[gl_VertexIndex / 6];
    const vec3 right = kRight[gl_VertexIndex / 6];
    texture_at = kCorner[gl_VertexIndex % 6];
    const vec2 across = 2.0 * texture_at - 1.0;
    const vec3 position = normal + across.x * right - across.y * cross(normal, right);
    gl_Position = clip_from_object * vec4(position * half_size.xyz, 1.0);
    brightness = 0.35 + 0.65 * max(dot(normal, light.xyz), 0.0);
}
