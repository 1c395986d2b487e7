// Presets: options as a JSON object, {"size": 512, "style-layers": "relu1_1:1,relu2_1"}. The keys
// are the options' names without dashes. Pictures carry the preset that made them.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/options.h"

namespace impasto::cli {

// Sets the options that the file names. kInput for a file that is missing or no JSON object, an
// unknown key, a value of the wrong type or out of its range; the message names file and key.
Status apply_preset(const Options& options, const std::string& file);

// The options that make a picture what it is, with the values they have now.
std::string preset_text(const Options& options);

}  // namespace impasto::cli
