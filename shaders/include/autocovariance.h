// Parameters of autocovariance.comp and autocovariance_backward.comp.
#include "shared.h"

#define AUTOCOVARIANCE_THREADS 64
#define AUTOCOVARIANCE_SHIFTS 8

IMPASTO_SHARED_BEGIN
struct AutocovarianceParams {
    uint channels;
    uint height;
    uint width;
    uint shifts;
    uint wrap_y;
    uint wrap_x;
    uint row;     // 32-bit words from a pixel to the next, of maps of 16 bits
    uint factor;  // of the backward pass
};
IMPASTO_SHARED_END
