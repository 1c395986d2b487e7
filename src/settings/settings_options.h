// The options of Settings, in the pieces that commands put between others of their own. Every
// `settings` must outlive `options`.
#pragma once

#include <cstdint>

#include "settings/options.h"
#include "settings/settings.h"

namespace impasto::settings {

// All of them, in the order of the help.
void declare_settings(Options& options, Settings& settings);

// --size, --first-size, --iterations, --optimizer, --lbfgs-history, --adam-rate, --weights
void declare_effort(Options& options, Settings& settings);
// The weights of the terms, the layers, --style-blend, --pooling; all that probe shares.
void declare_objective(Options& options, Settings& settings);
// --padding, --style-scale, --colors
void declare_rendering(Options& options, Settings& settings);
// --init, --seed
void declare_start(Options& options, Settings& settings);

// --save-every: no part of Settings, but a preset may hold it. 0: never.
void declare_save_every(Options& options, std::uint32_t& save_every);

}  // namespace impasto::settings
