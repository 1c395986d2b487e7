// Parameters of mask.comp.
#include "shared.h"

#define MASK_THREADS 128

IMPASTO_SHARED_BEGIN
struct MaskParams {
    uint count;
    uint plane;
};
IMPASTO_SHARED_END
