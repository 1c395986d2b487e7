// One step of Adam: see src/nn/adam.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "adam.h"

layout(local_size_x = ADAM_THREADS) in;
layout(constant_id = 0) const bool COUNT = false;  // true: one thread counts the step

// 0 x   1 gradient   2 first moment   3 second moment   4 state: steps taken (uint)
KERNEL5(AdamParams, Floats, Floats, Floats, Floats, Uints)

// x^n by multiplication: pow() may be off by 1e-5 in 1 - x^n for an x near 1.
float power(float x, uint n) {
    float result = 1.0;
    for (; n != 0; n >>= 1) {
        if ((n & 1) != 0) {
            result *= x;
        }
        x *= x;
    }
    return result;
}

void main() {
    if (COUNT) {
        if (gl_GlobalInvocationID.x == 0) {
            B4[0] += 1;
        }
        return;
    }
    const uint steps = B4[0];
    const float correct1 = 1.0 / (1.0 - power(p.beta1, steps));
    const float correct2 = 1.0 / (1.0 - power(p.beta2, steps));
    for (uint i = gl_GlobalInvocationID.x; i < p.count; i += ADAM_THREADS * gl_NumWorkGroups.x) {
        const float g = B1[i];
        const float m = mix(g, B2[i], p.beta1);
        const float v = mix(g * g, B3[i], p.beta2);
        B2[i] = m;
        B3[i] = v;
        const float step = p.learning_rate * m * correct1 / (sqrt(v * correct2) + p.epsilon);
        B0[i] = clamp(B0[i] - step, 0.0, 1.0);
    }
}
