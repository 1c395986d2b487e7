#version 450
layout(set = 0, binding = 0) uniform sampler2D picture;
layout(location = 0) in vec2 texture_at;
layout(location = 1) in float brightness;
layout(location = 0) out vec4 color;

void main() {
    color = vec4(brightness * texture(picture, texture_at).rgb, 1.0);
}
