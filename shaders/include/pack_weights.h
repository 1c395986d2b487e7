// Parameters of pack_weights.comp.
#include "shared.h"

#define PACK_WEIGHTS_THREADS 64

IMPASTO_SHARED_BEGIN
struct PackWeightsParams {
    uint out_channels;  // of the packed convolution
    uint in_channels;
    uint source_channels;  // input channel c is packed from c % source_channels
    uint out_step;         // from one output channel to the next, in the source
    uint in_step;
    uint rotate;  // 1: taps in reverse, for the backward pass
    float scale;  // of the weights
};
IMPASTO_SHARED_END
