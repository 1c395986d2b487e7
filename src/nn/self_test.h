// Every operation on a device against its reference in double precision, at a few awkward shapes:
// what `impasto doctor` prints. A second or two on a CPU.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gpu/device.h"

namespace impasto::nn {

struct SelfTestRow {
    std::string operation;  // e.g. "conv3x3 backward, replicate"
    double error = 0;       // the worst over the shapes, in terms of its bound
    double bound = 0;
    bool passed = false;
    std::string message;  // what was wrong and at which shape; empty when it passed
};

// Calls `on_row`, if there is one, as each row is done. An Error is the device's own (lost, out of
// memory); a wrong result is a row that did not pass.
Result<std::vector<SelfTestRow>> run_self_test(
    gpu::Device& device, const std::function<void(const SelfTestRow&)>& on_row = {});

}  // namespace impasto::nn
