// Parameters of widen.comp.
#include "shared.h"

#define WIDEN_THREADS 64

IMPASTO_SHARED_BEGIN
struct WidenParams {
    uint count;  // of values
};
IMPASTO_SHARED_END
