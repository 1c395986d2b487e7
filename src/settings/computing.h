// Where to compute and how: options of the machine, which presets may hold and pictures do not.
#pragma once

#include <cstdint>
#include <string>

#include "settings/options.h"

namespace impasto::settings {

// What --device, --precision, --tier, --retune and --memory-budget say.
struct Computing {
    std::string device;  // "" for the best one
    std::string precision = "auto";
    std::string tier = "auto";
    std::uint64_t memory_budget = 0;  // bytes; 0: what there is
    bool retune = false;
};

// --device, as a part of a preset.
void declare_device(Options& options, Computing& computing);
// --precision, --tier, --retune and --memory-budget.
void declare_computing(Options& options, Computing& computing);

}  // namespace impasto::settings
