// Parameters of gram.comp, gram_sum.comp and gram_backward.comp.
#include "shared.h"

// Rows and columns of the Gram matrix that a workgroup computes, and its threads: small tiles for many
// threads, wide ones for few threads with cheap registers (drivers on the CPU).
#define GRAM_TILE 8
#define GRAM_THREADS 64
#define GRAM_WIDE_TILE 16
#define GRAM_WIDE_THREADS 8
#define GRAM_SUM_THREADS 64
#define GRAM_CHUNK 4096      // pixels that a workgroup sums over
// A thread of gram_backward computes 16 channels of 8 pixels, the workgroup's threads apart; where loads
// are dear 64 of 4, so that features are read less often. Workgroups beyond GRAM_BACK_GROUPS groups of
// pixels go on along z.
#define GRAM_BACK_PIXELS 8
#define GRAM_BACK_CHANNELS 16
#define GRAM_BACK_THREADS 64
#define GRAM_BACK_WIDE_PIXELS 4
#define GRAM_BACK_WIDE_CHANNELS 64
#define GRAM_BACK_WIDE_THREADS 8
#define GRAM_BACK_GROUPS 32768

IMPASTO_SHARED_BEGIN
struct GramParams {
    uint channels;
    uint pixels;
    uint pairs;   // tiles of the upper triangle
    uint chunks;
    float scale;
};
struct GramBackwardParams {
    uint channels;
    uint pixels;
    uint factor;  // index of the factor in its buffer
};
IMPASTO_SHARED_END
