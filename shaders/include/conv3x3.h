// Parameters of conv3x3.comp.
#include "shared.h"

// Rows (in one column) x output channels that a thread computes. Measured on the CPU driver of Mesa
// 25.0.7, 128 -> 128 channels at 64x64 px, GFLOP/s: 4x8 24, 4x16 26, 8x8 34.
#define CONV3X3_ROWS 8
#define CONV3X3_CHANNELS 8
#define CONV3X3_THREADS 64
#define CONV3X3_BROADCAST_THREADS 8
#define CONV3X3_CHUNK 4  // input channels summed before they join the total

IMPASTO_SHARED_BEGIN
struct Conv3x3Params {
    uint in_channels;
    uint in_height;
    uint in_width;
    uint out_channels;
    uint out_height;
    uint out_width;
    int origin;  // output (0, 0) is centred on input (origin, origin): 0, or -1 for the padded gradient
};
IMPASTO_SHARED_END
