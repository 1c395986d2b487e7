// Parameters of fold.comp.
#include "shared.h"

#define FOLD_THREADS 64

IMPASTO_SHARED_BEGIN
struct FoldParams {
    uint channels;
    uint height;
    uint width;
    uint replicate_y;
    uint replicate_x;
    uint masked;
};
IMPASTO_SHARED_END
