// Parameters of resize.comp.
#include "shared.h"

#define RESIZE_THREADS 64

IMPASTO_SHARED_BEGIN
struct ResizeParams {
    uint lines;    // rows of all channels (along x), or channels (along y)
    uint in_size;  // along the axis
    uint out_size;
    uint stride;   // between neighbours along the axis: 1 along x, the width along y
    uint border;
};
IMPASTO_SHARED_END
