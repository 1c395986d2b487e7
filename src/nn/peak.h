// What a device reaches at most, measured: the yardstick for the operations.
#pragma once

#include "gpu/stream.h"

namespace impasto::nn {

struct Peak {
    double flops = 0;         // fp32 multiply-adds a second, counted as two, without memory
    double matrix_flops = 0;  // the same by matrix units, of fp16 with fp32 sums; 0 without any
    double bytes = 0;         // read and written a second, by a copy
};

// Takes the best of several runs, about a second in all.
Result<Peak> measure_peak(gpu::Stream& stream);

}  // namespace impasto::nn
