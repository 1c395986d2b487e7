// Reductions: every one leaves REDUCE_PARTIALS partial sums, whoever needs the total adds them up.
// Both orders are fixed, so a sum is the same bytes every time.
#include "shared.h"

#define REDUCE_PARTIALS 128  // workgroups of a reduction
#define REDUCE_THREADS 128   // threads of each; equal, so that one load each adds the partials up

IMPASTO_SHARED_BEGIN
struct ReduceParams {
    uint count;    // elements
    uint partial;  // index of the first partial sum
};
struct DifferenceParams {
    uint count;
    uint partial;
    uint factor;  // index of the gradient's factor
};
IMPASTO_SHARED_END
