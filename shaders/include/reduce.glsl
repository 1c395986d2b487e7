// Sums over a workgroup of REDUCE_THREADS threads.
#include "reduce.h"

shared float reduce_lanes[REDUCE_THREADS];

// The sum of v over the workgroup, in every thread. All threads must call it.
float workgroup_sum(float v) {
    const uint lane = gl_LocalInvocationID.x;
    barrier();
    reduce_lanes[lane] = v;
    barrier();
    for (uint half_count = REDUCE_THREADS / 2; half_count > 0; half_count /= 2) {
        if (lane < half_count) {
            reduce_lanes[lane] += reduce_lanes[lane + half_count];
        }
        barrier();
    }
    return reduce_lanes[0];
}
