// One step of L-BFGS, every scalar on the device: see src/nn/lbfgs.h.
//
// A pass over the vectors ends in a dot product, and the next pass needs its value. So each pass
// leaves 128 partial sums, and every workgroup of the next adds them up again, in the same order,
// instead of waiting for one more kernel. Two sets of partial sums take turns.
//
//   PAIR      s = t d, y = g - g_prev into the next slot        partial: y.s, y.y, s.s, sum |g|
//   ACCEPT    one workgroup: keep the pair or not; H0, t
//   FIRST k   q -= alpha[k-1] y[k-1];                           partial: s[k].q    newest first
//   TURN      q -= alpha[last] y[last]; r = H0 q                partial: y[oldest].r
//   SECOND k  r += (alpha - rho y.r) s                          partial: y[next].r  oldest first
//             (the last also:                                   partial: g.r)
//   STEP      x += t r, or down the gradient if r does not descend
//
// History slots are a ring of history + 1, so that a pair that is not kept overwrites none that is.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "reduce.glsl"
#include "lbfgs.h"

layout(local_size_x = REDUCE_THREADS) in;
layout(constant_id = 0) const uint PASS = LBFGS_PAIR;

// 0 x   1 g   2 g of the step before   3 direction d (q and r in the loops)
// 4 s (history + 1, count)   5 y (history + 1, count)
// 6 state   7 partials (4, REDUCE_PARTIALS)
KERNEL8(LbfgsParams, Floats, Floats, Floats, Floats, Floats, Floats, Uints, Floats)

uint state_uint(uint word) { return B6[word]; }

float state_float(uint word) { return uintBitsToFloat(B6[word]); }

void set_float(uint word, float value) { B6[word] = floatBitsToUint(value); }

// The sum of partial set `set`, in every thread.
float total(uint set) {
    return workgroup_sum(B7[set * REDUCE_PARTIALS + gl_LocalInvocationID.x]);
}

void leave_partial(uint set, float lane_sum) {
    const float sum = workgroup_sum(lane_sum);
    if (gl_LocalInvocationID.x == 0) {
        B7[set * REDUCE_PARTIALS + gl_WorkGroupID.x] = sum;
    }
}

// The slot of the k-th newest pair.
uint slot(uint k) {
    const uint slots = p.history + 1;
    return (state_uint(LBFGS_HEAD) + slots - 1 - k) % slots;
}

bool leads() { return gl_WorkGroupID.x == 0 && gl_LocalInvocationID.x == 0; }

const uint STRIDE = REDUCE_PARTIALS * REDUCE_THREADS;

void pair() {
    const uint base = state_uint(LBFGS_HEAD) * p.count;
    const float t = state_float(LBFGS_LENGTH);
    float ys = 0.0;
    float yy = 0.0;
    float norm1 = 0.0;
    float ss = 0.0;
    for (uint i = gl_GlobalInvocationID.x; i < p.count; i += STRIDE) {
        const float g = B1[i];
        const float s = t * B3[i];
        const float y = g - B2[i];
        B4[base + i] = s;
        B5[base + i] = y;
        B2[i] = g;
        ys = fma(y, s, ys);
        yy = fma(y, y, yy);
        norm1 += abs(g);
        ss = fma(s, s, ss);
    }
    leave_partial(0, ys);
    leave_partial(1, yy);
    leave_partial(2, norm1);
    leave_partial(3, ss);
}

void accept() {
    const float ys = total(0);
    const float yy = total(1);
    const float norm1 = total(2);
    const float ss = total(3);
    if (!leads()) {
        return;
    }
    const uint steps = state_uint(LBFGS_STEPS);
    set_float(LBFGS_NORM1, norm1);
    if (steps == 0) {
        set_float(LBFGS_SCALE, 1.0);
        set_float(LBFGS_LENGTH, min(1.0, 1.0 / norm1));
    } else {
        set_float(LBFGS_LENGTH, 1.0);
        // PyTorch keeps a pair when y.s > 1e-10. Losses here are relative, and small as a whole when
        // the user's weights are: then the curvature counts when the angle says that it is no
        // rounding, cos(y, s) > 0.01.
        const bool positive = ys > 1e-10 || ys > 0.01 * sqrt(ss) * sqrt(yy);
        if (positive) {
            const uint head = state_uint(LBFGS_HEAD);
            set_float(LBFGS_RHO + head, 1.0 / ys);
            set_float(LBFGS_SCALE, ys / yy);
            B6[LBFGS_HEAD] = (head + 1) % (p.history + 1);
            B6[LBFGS_COUNT] = min(state_uint(LBFGS_COUNT) + 1, p.history);
        }
    }
    B6[LBFGS_STEPS] = steps + 1;
}

// alpha of the k-th newest pair, from the dot product that the pass before left.
float alpha_from(uint k) {
    const float alpha = state_float(LBFGS_RHO + slot(k)) * total(k % 2);
    if (leads()) {
        set_float(LBFGS_ALPHA + k, alpha);
    }
    return alpha;
}

void first_loop() {
    const uint k = p.pass;
    const uint count = state_uint(LBFGS_COUNT);
    if (k > count || (k == count && k > 0)) {
        return;  // TURN applies what is pending
    }
    const bool begins = k == 0;
    const float alpha = begins ? 0.0 : alpha_from(k - 1);
    const uint before = begins ? 0 : slot(k - 1) * p.count;
    const bool has_pair = k < count;
    const uint here = has_pair ? slot(k) * p.count : 0;
    float dot = 0.0;
    for (uint i = gl_GlobalInvocationID.x; i < p.count; i += STRIDE) {
        const float q = begins ? -B1[i] : fma(-alpha, B5[before + i], B3[i]);
        B3[i] = q;
        if (has_pair) {
            dot = fma(B4[here + i], q, dot);
        }
    }
    leave_partial(k % 2, dot);
}

void turn() {
    const uint count = state_uint(LBFGS_COUNT);
    const float scale = state_float(LBFGS_SCALE);
    const float alpha = count > 0 ? alpha_from(count - 1) : 0.0;
    const uint oldest = count > 0 ? slot(count - 1) * p.count : 0;
    float dot = 0.0;
    for (uint i = gl_GlobalInvocationID.x; i < p.count; i += STRIDE) {
        float q = B3[i];
        float y = 0.0;
        if (count > 0) {
            y = B5[oldest + i];
            q = fma(-alpha, y, q);
        }
        const float r = scale * q;
        B3[i] = r;
        dot = fma(y, r, dot);
    }
    leave_partial(2, dot);
}

// Partial sets of the second loop: 2 from TURN, then 0 and 1 in turns; the last pass leaves g.r in
// the set that STEP expects.
uint second_set(uint k) { return k == 0 ? 2 : (k - 1) % 2; }

void second_loop() {
    const uint k = p.pass;
    const uint count = state_uint(LBFGS_COUNT);
    const bool last = k + 1 == p.history;
    const bool has_pair = k < count;
    if (!has_pair && !last) {
        return;
    }
    float step = 0.0;
    uint here = 0;
    if (has_pair) {
        const uint newest_first = count - 1 - k;
        const float beta = state_float(LBFGS_RHO + slot(newest_first)) * total(second_set(k));
        step = state_float(LBFGS_ALPHA + newest_first) - beta;
        here = slot(newest_first) * p.count;
    }
    const bool has_next = k + 1 < count;
    const uint next = has_next ? slot(count - 2 - k) * p.count : 0;
    float dot = 0.0;
    for (uint i = gl_GlobalInvocationID.x; i < p.count; i += STRIDE) {
        float r = B3[i];
        if (has_pair) {
            r = fma(step, B4[here + i], r);
            B3[i] = r;
        }
        if (has_next) {
            dot = fma(B5[next + i], r, dot);
        } else if (last) {
            dot = fma(B1[i], r, dot);
        }
    }
    leave_partial(second_set(k + 1), dot);
}

void take_step() {
    const float slope = total(second_set(p.history));
    // NaN counts as not descending.
    const bool descends = slope < 0.0;
    const float norm1 = state_float(LBFGS_NORM1);
    const float t = descends ? state_float(LBFGS_LENGTH) : 1.0;
    const float down = min(1.0, 1.0 / norm1);
    for (uint i = gl_GlobalInvocationID.x; i < p.count; i += STRIDE) {
        float d = B3[i];
        if (!descends) {
            d = -down * B1[i];
            B3[i] = d;
        }
        B0[i] = fma(t, d, B0[i]);
    }
}

void main() {
    switch (PASS) {
        case LBFGS_PAIR:
            pair();
            break;
        case LBFGS_ACCEPT:
            accept();
            break;
        case LBFGS_FIRST:
            first_loop();
            break;
        case LBFGS_TURN:
            turn();
            break;
        case LBFGS_SECOND:
            second_loop();
            break;
        default:
            take_step();
            break;
    }
}
