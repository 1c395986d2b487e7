// --trace: the losses of every iteration as CSV, one row an iteration, %.9g.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "impasto/impasto.h"

namespace impasto::cli {

// `losses` of all scales' iterations in their order; a run that was stopped has fewer. The file
// appears whole or not at all. kOutput.
Status write_trace(const std::string& path, const std::vector<ImpastoScale>& scales,
                   const std::vector<ImpastoLosses>& losses);

}  // namespace impasto::cli
