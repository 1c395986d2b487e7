// Parameters of normalize.comp.
#include "shared.h"

#define NORMALIZE_THREADS 128

IMPASTO_SHARED_BEGIN
struct NormalizeParams {
    uint plane;      // pixels
    uint source0;    // channel of x that channel 0 of y comes from
    uint source1;
    uint source2;
    float scale0;  // y = x scale + offset
    float scale1;
    float scale2;
    float offset0;
    float offset1;
    float offset2;
    float scale_rest0;  // what float rounded off scale and offset
    float scale_rest1;
    float scale_rest2;
    float offset_rest0;
    float offset_rest1;
    float offset_rest2;
};
IMPASTO_SHARED_END
