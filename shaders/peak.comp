// Multiply-adds without memory: what the device can do at most. See src/nn/peak.h.
//
// MATRIX_M, _N, _K: by matrix units, of 16-bit floats with sums of 32 bits (half_conv.comp).
#version 450
#extension GL_GOOGLE_include_directive : require
#ifdef MATRIX_M
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#endif
#include "kernel.glsl"
#include "peak.h"

layout(local_size_x_id = 0) in;

// 0 factors (2): 1 and 0, read so that no compiler knows them
// 1 results (threads)
KERNEL2(PeakParams, Floats, Floats)

#ifdef MATRIX_M

void main() {
    coopmat<float16_t, gl_ScopeSubgroup, MATRIX_M, MATRIX_K, gl_MatrixUseA> a;
    coopmat<float16_t, gl_ScopeSubgroup, MATRIX_K, MATRIX_N, gl_MatrixUseB> b;
    a = coopmat<float16_t, gl_ScopeSubgroup, MATRIX_M, MATRIX_K, gl_MatrixUseA>(float16_t(B0[0]));
    b = coopmat<float16_t, gl_ScopeSubgroup, MATRIX_K, MATRIX_N, gl_MatrixUseB>(float16_t(B0[1]));
    coopmat<float, gl_ScopeSubgroup, MATRIX_M, MATRIX_N, gl_MatrixUseAccumulator>
        sum[PEAK_MATRIX_CHAINS];
    [[unroll]] for (uint i = 0; i < PEAK_MATRIX_CHAINS; ++i) {
        sum[i] = coopmat<float, gl_ScopeSubgroup, MATRIX_M, MATRIX_N, gl_MatrixUseAccumulator>(
            B0[0] + float(i));
    }
    for (uint turn = 0; turn < p.turns; ++turn) {
        [[unroll]] for (uint i = 0; i < PEAK_MATRIX_CHAINS; ++i) {
            sum[i] = coopMatMulAdd(a, b, sum[i]);
        }
    }
    float total = 0.0;
    [[unroll]] for (uint i = 0; i < PEAK_MATRIX_CHAINS; ++i) {
        total += sum[i][0];
    }
    B1[gl_GlobalInvocationID.x] = total;
}

#else

void main() {
    const float scale = B0[0];
    const float shift = B0[1];
    float sum[PEAK_CHAINS];
    [[unroll]] for (uint i = 0; i < PEAK_CHAINS; ++i) {
        sum[i] = float(gl_GlobalInvocationID.x + i);
    }
    for (uint turn = 0; turn < p.turns; ++turn) {
        [[unroll]] for (uint step = 0; step < PEAK_STEPS; ++step) {
            [[unroll]] for (uint i = 0; i < PEAK_CHAINS; ++i) {
                sum[i] = fma(sum[i], scale, shift);
            }
        }
    }
    float total = 0.0;
    [[unroll]] for (uint i = 0; i < PEAK_CHAINS; ++i) {
        total += sum[i];
    }
    B1[gl_GlobalInvocationID.x] = total;
}

#endif
