// Parameters of gram.comp, gram_sum.comp and gram_backward.comp.
#include "shared.h"

#define GRAM_TILE 8          // rows and columns of the Gram matrix that a workgroup computes
#define GRAM_THREADS 64      // GRAM_TILE * GRAM_TILE
#define GRAM_CHUNK 4096      // pixels that a workgroup sums over
#define GRAM_BACK_PIXELS 8   // pixels a thread of gram_backward computes
#define GRAM_BACK_CHANNELS 8

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
