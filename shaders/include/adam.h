// Parameters of adam.comp.
#include "shared.h"

#define ADAM_THREADS 128
#define ADAM_GROUPS 1024

IMPASTO_SHARED_BEGIN
struct AdamParams {
    uint count;
    float learning_rate;
    float beta1;
    float beta2;
    float epsilon;
};
IMPASTO_SHARED_END
