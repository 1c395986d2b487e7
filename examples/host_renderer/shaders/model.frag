// One directional light and a sky, in linear light: Lambert with Blinn and Phong's highlight, as of
// a varnished dielectric. What is written is encoded by the sRGB format of the attachment.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "push_constants.glsl"

layout(set = 0, binding = 0) uniform sampler2D base_colour;

layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 coordinates;
layout(location = 0) out vec4 colour;

const vec3 kSun = vec3(1.0, 0.96, 0.9) * 0.9;
const vec3 kSky = vec3(0.30, 0.33, 0.38);
const vec3 kGround = vec3(0.13, 0.12, 0.11);

void main() {
    const vec4 base = texture(base_colour, coordinates) * push.factor;
    if (base.a < push.eye.w) discard;
    vec3 n = normalize(normal);
    if (!gl_FrontFacing) n = -n;
    const vec3 to_eye = normalize(push.eye.xyz - position);
    const vec3 halfway = normalize(to_eye + push.light.xyz);
    const float lit = max(dot(n, push.light.xyz), 0.0);
    const float highlight = lit > 0.0 ? 0.12 * pow(max(dot(n, halfway), 0.0), 40.0) : 0.0;
    const vec3 ambient = mix(kGround, kSky, 0.5 + 0.5 * n.y);
    colour = vec4(base.rgb * (ambient + kSun * lit) + kSun * highlight, 1.0);
}
