// Presets: options as a JSON object, {"size": 512, "style-layers": "relu1_1:1,relu2_1"}. The keys
// are the options' names without dashes. Pictures carry the preset that made them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "settings/options.h"
#include "settings/settings.h"

namespace impasto::settings {

// The key of a PNG's text that holds the preset (impasto_image_text).
inline constexpr const char* kPresetKey = "impasto:preset";

// Sets the options that the file names. kInput for a file that is missing or no JSON object, an
// unknown key, a value of the wrong type or out of its range; the message names file and key.
// After an error some options may be set.
Status apply_preset(const Options& options, const std::string& file);
// The same from a text; messages begin with "preset 'NAME': ".
Status apply_preset_text(const Options& options, std::string_view text, const std::string& name);

// The options that make a picture what it is, with the values they have now, as one line of ASCII.
// Of absolute paths the file's name alone, for a picture that others get to see; with their folders
// for a file of the user's own.
enum class Files { kWithoutFolders, kWithFolders };
std::string preset_text(const Options& options, Files files = Files::kWithoutFolders);

// The same of a Settings.
std::string preset_of(const Settings& settings, Files files = Files::kWithoutFolders);
// What the preset does not name has its default. What it may hold for the machine ("device") is
// checked and left out.
Result<Settings> settings_from_preset(std::string_view text, const std::string& name);

}  // namespace impasto::settings
