// Resampling along one axis with an antialiased Catmull-Rom cubic: see src/nn/resize.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "resize.h"

layout(local_size_x = RESIZE_THREADS) in;

// 0 x (lines, in_size, stride)   1 y (lines, out_size, stride)
KERNEL2(ResizeParams, Floats, Floats)

// Keys's cubic with a = -1/2.
float cubic(float t) {
    t = abs(t);
    return t < 1.0 ? (1.5 * t - 2.5) * t * t + 1.0
                   : t < 2.0 ? ((-0.5 * t + 2.5) * t - 4.0) * t + 2.0 : 0.0;
}

void resample(uint line, uint i) {
    const uint out_index = i / p.stride;
    const uint across = i % p.stride;
    // The centre (out_index + 1/2) ratio - 1/2 = centre + fraction, by integers: a float would be off
    // by a thousandth of a pixel at the far end of a large picture.
    const int twice = 2 * int(p.out_size);
    const int numerator = int((2 * out_index + 1) * p.in_size) - int(p.out_size);
    const int centre = (numerator + twice) / twice - 1;  // rounds down; numerator > -twice
    const float fraction = float(numerator - centre * twice) / float(twice);
    // Shrinking: the kernel covers what becomes one pixel.
    const float narrow = min(float(p.out_size) / float(p.in_size), 1.0);
    const int reach = int((2 * max(p.in_size, p.out_size) + p.out_size - 1) / p.out_size) + 1;
    float sum = 0.0;
    float weights = 0.0;
    for (int k = -reach; k <= reach; ++k) {
        const float weight = cubic((float(k) - fraction) * narrow);
        weights += weight;
        const int source = border_index(centre + k, int(p.in_size), p.border);
        if (source >= 0) {
            sum = fma(weight, B0[(line * p.in_size + uint(source)) * p.stride + across], sum);
        }
    }
    B1[(line * p.out_size + out_index) * p.stride + across] = sum / weights;
}

void main() {
    // A tall picture has more rows than a device need run workgroups.
    for (uint line = gl_WorkGroupID.y; line < p.lines; line += gl_NumWorkGroups.y) {
        for (uint i = gl_GlobalInvocationID.x; i < p.out_size * p.stride;
             i += RESIZE_THREADS * gl_NumWorkGroups.x) {
            resample(line, i);
        }
    }
}
