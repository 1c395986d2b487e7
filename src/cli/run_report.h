// What --json prints about a run that came to its end or was interrupted.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/handles.h"

namespace impasto::cli {

struct RunReport {
    ImpastoDeviceInfo device{};
    std::string weights_name;
    std::string weights_sha256;
    int width = 0;  // of the picture
    int height = 0;
    std::vector<ImpastoScale> scales;
    bool interrupted = false;
    std::uint32_t iterations = 0;            // finished
    ImpastoLosses loss_first{};              // of the start
    ImpastoLosses loss_last{};               // of the picture
    double seconds = 0.0;                    // of the optimisation, its preparation included
    double seconds_per_iteration = 0.0;      // of the last scale
    std::uint64_t device_bytes_planned = 0;  // before the run
    std::uint64_t device_bytes_peak = 0;
    std::uint32_t restarts = 0;
    std::string output;
    std::vector<ImpastoLayer> layers;  // of the last scale
};

// {"relu1_1": "direct", "relu1_2": "winograd", ...}
nlohmann::ordered_json variants_json(const std::vector<ImpastoLayer>& layers);

// One JSON object and a line's end.
std::string json_text(const RunReport& report);

}  // namespace impasto::cli
