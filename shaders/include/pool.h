// Parameters of pool.comp and pool_backward.comp.
#include "shared.h"

#define POOL_THREADS 64

IMPASTO_SHARED_BEGIN
struct PoolParams {
    uint in_height;
    uint in_width;
    uint out_height;
    uint out_width;
};
IMPASTO_SHARED_END
