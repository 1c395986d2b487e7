// Parameters of total_variation.comp.
#include "shared.h"

IMPASTO_SHARED_BEGIN
struct TotalVariationParams {
    uint channels;
    uint height;
    uint width;
    float inverse_y;  // 1 / number of vertical differences, 0 when there are none
    float inverse_x;  // 1 / number of horizontal differences
    uint wrap_y;      // 1: the last row also differs from the first
    uint wrap_x;
    uint factor;   // index of the weight in its buffer
    uint partial;  // index of the first partial sum
};
IMPASTO_SHARED_END
