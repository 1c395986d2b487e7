// A picture in a pane of the window, at a place and zoom: alone, beside another one across a split,
// or as the difference of both. Pictures are sRGB-encoded bytes, and so is the window: what is
// drawn at 1:1 is what the file holds. Only the picture's own pixels come here (canvas.cpp).
#version 450

layout(set = 0, binding = 0) uniform sampler2D first;
layout(set = 1, binding = 0) uniform sampler2D second;  // spread over the first one's place

layout(push_constant) uniform Params {
    vec2 origin;  // of the first picture, in px of the window
    vec2 extent;  // of the first picture, in px of the window: its size times the zoom
    float split;  // left of this x, in px of the window, the second is shown
    uint mode;    // 0: first, 1: split, 2: difference
    uint flags;   // 1: nearest, 2: tiled
    float level;  // mip level of the first that fits the zoom; of the second likewise
    float second_level;
    float gain;  // of the difference
} p;

layout(location = 0) out vec4 colour;

const uint SPLIT = 1, DIFFERENCE = 2;
const uint NEAREST = 1, TILED = 2;

vec4 read(sampler2D picture, vec2 at, float level) {
    if ((p.flags & NEAREST) != 0) {
        const ivec2 size = textureSize(picture, 0);
        return texelFetch(picture, clamp(ivec2(floor(at * vec2(size))), ivec2(0), size - 1), 0);
    }
    return textureLod(picture, at, level);
}

// On a chequered ground, as image editors show what can be seen through.
vec3 over_ground(vec4 texel) {
    const ivec2 cell = ivec2(gl_FragCoord.xy) / 8;
    const float ground = ((cell.x + cell.y) & 1) == 0 ? 0.6 : 0.4;
    return mix(vec3(ground), texel.rgb, texel.a);
}

void main() {
    vec2 at = (gl_FragCoord.xy - p.origin) / p.extent;
    if ((p.flags & TILED) != 0) {
        at = fract(at);
    }
    if (p.mode == SPLIT && gl_FragCoord.x < p.split) {
        colour = vec4(over_ground(read(second, at, p.second_level)), 1.0);
        return;
    }
    vec3 shown = over_ground(read(first, at, p.level));
    if (p.mode == DIFFERENCE) {
        shown = min(p.gain * abs(shown - over_ground(read(second, at, p.second_level))), 1.0);
    }
    colour = vec4(shown, 1.0);
}
