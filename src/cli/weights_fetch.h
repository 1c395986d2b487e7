// impasto weights fetch: the public weights into the user's cache.
#pragma once

#include "cli/command.h"

namespace impasto::cli {

void add_weights_fetch(CLI::App& weights, Commands& commands);

}  // namespace impasto::cli
