// The losses of an iteration from the partial sums of its terms: see src/nn/objective.h.
#version 450
#extension GL_GOOGLE_include_directive : require
#include "kernel.glsl"
#include "reduce.glsl"
#include "objective.h"

layout(local_size_x = REDUCE_THREADS) in;

// 0 partials (terms, REDUCE_PARTIALS): TV, content terms, style terms
// 1 factors: content, style and TV weight, then the loss factor of each content and style term
// 2 state   3 records (capacity, RECORD_LOSSES + terms)
KERNEL4(ObjectiveParams, Floats, Floats, Uints, Floats)

void main() {
    const uint lane = gl_LocalInvocationID.x;
    const uint iteration = B2[STATE_ITERATION];
    const uint terms = p.content_terms + p.style_terms;
    const uint at = iteration % p.capacity * (RECORD_LOSSES + terms);
    const float tv = workgroup_sum(B0[lane]);
    float content = 0.0;
    float style = 0.0;
    for (uint term = 0; term < terms; ++term) {
        const float sum = workgroup_sum(B0[(1 + term) * REDUCE_PARTIALS + lane]);
        const float loss = B1[3 + term] * sum;
        content += term < p.content_terms ? loss : 0.0;
        style += term < p.content_terms ? 0.0 : loss;
        if (lane == 0) {
            B3[at + RECORD_LOSSES + term] = sum;
        }
    }
    if (lane != 0) {
        return;
    }
    const float total = B1[0] * content + B1[1] * style + B1[2] * tv;
    B3[at] = total;
    B3[at + 1] = content;
    B3[at + 2] = style;
    B3[at + 3] = tv;
    const bool has_best = B2[STATE_HAS_BEST] != 0;
    const float best = uintBitsToFloat(B2[STATE_BEST]);
    // Comparisons are false for NaN too: such an image is a divergence, and is never kept.
    const bool usual = total < 3.0e38 && (!has_best || total <= p.divergence * best);
    const bool diverged = p.divergence > 0.0 && !usual;
    B3[at + 4] = diverged ? 1.0 : 0.0;
    // However many are queued behind a divergence, which the host hears of late: no more than those
    // that count leave anything behind.
    uint since = B2[STATE_DIVERGED];
    if (p.divergence > 0.0) {
        since += since > 0 || diverged ? 1 : 0;
        B2[STATE_DIVERGED] = since;
    }
    const bool improved =
        since <= 1 + p.behind && (has_best ? total < best : total < 3.0e38);
    if (improved) {
        B2[STATE_BEST] = floatBitsToUint(total);
        B2[STATE_HAS_BEST] = 1;
    }
    B2[STATE_IMPROVED] = improved ? 1 : 0;
    B2[STATE_ITERATION] = iteration + 1;
}
