// Parameters of peak.comp.
#include "shared.h"

#define PEAK_THREADS 64
#define PEAK_CHAINS 16  // independent sums a thread: enough to hide an addition's latency
#define PEAK_STEPS 16   // multiply-adds of each a turn
#define PEAK_MATRIX_CHAINS 8  // independent fragments a subgroup
#define PEAK_MATRIX_SUBGROUPS 4

IMPASTO_SHARED_BEGIN
struct PeakParams {
    uint turns;
};
IMPASTO_SHARED_END
