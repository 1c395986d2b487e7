// --profile: where an iteration's time goes.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/handles.h"

namespace impasto::cli {

struct Operation {
    std::string kernel;
    std::string label;
    double begin = 0;  // seconds, from the begin of the iteration
    double seconds = 0;
    double flops = 0;
    double bytes = 0;
    bool matrix_units = false;
};

// Those of an iteration of the session's current scale, in order.
Result<std::vector<Operation>> operations_of(ImpastoSession* session);

// How the layers' convolutions are computed at the session's current scale.
Result<std::vector<ImpastoLayer>> layers_of(ImpastoSession* session);

Result<ImpastoPeak> measured_peak(ImpastoContext* context);

// Two tables, by kernel and by layer: calls, time, GFLOP/s, GB/s, share, and percent of what the
// device reaches at most. A Winograd product's FLOP are those it does, a quarter of the direct
// ones.
std::string profile_text(const std::vector<Operation>& operations, const ImpastoPeak& peak);

// One iteration in the Chrome trace format, for chrome://tracing or Perfetto. Errors: OUTPUT.
Status write_chrome_trace(const std::string& path, const std::vector<Operation>& operations);

}  // namespace impasto::cli
