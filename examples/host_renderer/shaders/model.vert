#version 450
#extension GL_GOOGLE_include_directive : require
#include "push_constants.glsl"

layout(location = 0) in vec3 in_position;
layout(location = 1) in vec3 in_normal;
layout(location = 2) in vec2 in_coordinates;

layout(location = 0) out vec3 position;
layout(location = 1) out vec3 normal;
layout(location = 2) out vec2 coordinates;

void main() {
    position = in_position;
    normal = in_normal;
    coordinates = in_coordinates;
    gl_Position = push.view_projection * vec4(in_position, 1.0);
}
