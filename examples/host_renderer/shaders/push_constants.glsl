// PushConstants in renderer.cpp: 128 bytes, what every device has room for.
layout(push_constant) uniform Push {
    mat4 view_projection;  // world to clip space
    vec4 factor;           // of the base colour, linear
    vec4 eye;              // xyz in the world; w: alpha below which nothing is drawn
    vec4 light;            // xyz: direction towards it, of length 1
    vec4 unused;
} push;
