// Parameters of blend.comp and keep_best.comp.
#include "shared.h"

#define BLEND_THREADS 128
#define BLEND_GROUPS 1024

IMPASTO_SHARED_BEGIN
struct BlendParams {
    uint count;
    float factor;
    uint accumulate;
};
struct KeepBestParams {
    uint count;
};
IMPASTO_SHARED_END
