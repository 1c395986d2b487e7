// What every kernel begins with: its buffers and parameters, in one of two forms.
//
//   KERNEL3(Conv3x3Params, Floats, Vec4s, Floats)
//
// declares the buffers B0, B1, B2 of these types and the parameters p. By address, the push
// constants hold the three addresses and then p; by binding, set 0 holds the buffers and the push
// constants p alone. gpu/program.cpp packs them in the same order.
#extension GL_EXT_control_flow_attributes : require
#ifdef IMPASTO_ADDRESSES
#extension GL_EXT_buffer_reference : require
#endif

#include "shared.h"

// Pairs: two floats that are loaded and stored at once. INT64: as one 64-bit integer, since drivers
// on the CPU take vectors apart.
#ifdef INT64
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#define PAIR uint64_t
#define from_pair(v) uintBitsToFloat(unpackUint2x32(v))
#define to_pair(v) packUint2x32(floatBitsToUint(v))
#else
#define PAIR vec2
#define from_pair(v) (v)
#define to_pair(v) (v)
#endif

#ifdef IMPASTO_ADDRESSES

layout(buffer_reference, std430, buffer_reference_align = 4) buffer Floats { float v[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Uints { uint v[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) buffer Pairs { PAIR v[]; };
layout(buffer_reference, std430, buffer_reference_align = 16) buffer Vec4s { vec4 v[]; };
layout(buffer_reference, std430, buffer_reference_align = 16) buffer Uvec4s { uvec4 v[]; };
#define PUSH(FIELDS) layout(push_constant, std430) uniform Push { FIELDS }
#define KERNEL1(P, T0) PUSH(T0 b0; P p;);
#define KERNEL2(P, T0, T1) PUSH(T0 b0; T1 b1; P p;);
#define KERNEL3(P, T0, T1, T2) PUSH(T0 b0; T1 b1; T2 b2; P p;);
#define KERNEL4(P, T0, T1, T2, T3) PUSH(T0 b0; T1 b1; T2 b2; T3 b3; P p;);
#define KERNEL5(P, T0, T1, T2, T3, T4) PUSH(T0 b0; T1 b1; T2 b2; T3 b3; T4 b4; P p;);
#define KERNEL6(P, T0, T1, T2, T3, T4, T5) \
    PUSH(T0 b0; T1 b1; T2 b2; T3 b3; T4 b4; T5 b5; P p;);
#define KERNEL7(P, T0, T1, T2, T3, T4, T5, T6) \
    PUSH(T0 b0; T1 b1; T2 b2; T3 b3; T4 b4; T5 b5; T6 b6; P p;);
#define KERNEL8(P, T0, T1, T2, T3, T4, T5, T6, T7) \
    PUSH(T0 b0; T1 b1; T2 b2; T3 b3; T4 b4; T5 b5; T6 b6; T7 b7; P p;);

#else

#define Floats float
#define Uints uint
#define Pairs PAIR
#define Vec4s vec4
#define Uvec4s uvec4
#define SLOT(N, T) layout(set = 0, binding = N, std430) buffer Slot##N { T v[]; } b##N;
#define PUSH(P) layout(push_constant, std430) uniform Push { P p; };
#define KERNEL1(P, T0) SLOT(0, T0) PUSH(P)
#define KERNEL2(P, T0, T1) SLOT(0, T0) SLOT(1, T1) PUSH(P)
#define KERNEL3(P, T0, T1, T2) SLOT(0, T0) SLOT(1, T1) SLOT(2, T2) PUSH(P)
#define KERNEL4(P, T0, T1, T2, T3) SLOT(0, T0) SLOT(1, T1) SLOT(2, T2) SLOT(3, T3) PUSH(P)
#define KERNEL5(P, T0, T1, T2, T3, T4) \
    SLOT(0, T0) SLOT(1, T1) SLOT(2, T2) SLOT(3, T3) SLOT(4, T4) PUSH(P)
#define KERNEL6(P, T0, T1, T2, T3, T4, T5) \
    SLOT(0, T0) SLOT(1, T1) SLOT(2, T2) SLOT(3, T3) SLOT(4, T4) SLOT(5, T5) PUSH(P)
#define KERNEL7(P, T0, T1, T2, T3, T4, T5, T6) \
    SLOT(0, T0) SLOT(1, T1) SLOT(2, T2) SLOT(3, T3) SLOT(4, T4) SLOT(5, T5) SLOT(6, T6) PUSH(P)
#define KERNEL8(P, T0, T1, T2, T3, T4, T5, T6, T7)                                              \
    SLOT(0, T0) SLOT(1, T1) SLOT(2, T2) SLOT(3, T3) SLOT(4, T4) SLOT(5, T5) SLOT(6, T6)        \
    SLOT(7, T7) PUSH(P)

#endif

#define B0 b0.v
#define B1 b1.v
#define B2 b2.v
#define B3 b3.v
#define B4 b4.v
#define B5 b5.v
#define B6 b6.v
#define B7 b7.v

// The index in [0, n) that position i stands for, or -1 where it reads zero. The remainder is that of
// unsigned integers: of signed ones it is undefined below zero, and a float division may round n / n
// to less than 1.
int border_index(int i, int n, uint border) {
    if (i >= 0 && i < n) {
        return i;
    }
    if (border == BORDER_REPLICATE) {
        return clamp(i, 0, n - 1);
    }
    if (border == BORDER_WRAP) {
        return i < 0 ? n - 1 - int(uint(-1 - i) % uint(n)) : int(uint(i) % uint(n));
    }
    return -1;
}
