// The options of Settings, in the pieces that commands put between others of their own. Every
// `settings` must outlive `options`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "settings/options.h"
#include "settings/settings.h"

namespace impasto::settings {

// What is made: a content painted like the styles, or a texture like them, without a content and
// the options that are about one.
enum class Subject { kContent, kTexture };

// The defaults: a texture is a seamless square from noise, evenly lit.
Settings settings_for(Subject subject);

// A texture's structure, before its exemplars are counted, and of one.
inline constexpr float kUnsetStructure = -1.0f;
inline constexpr float kTextureStructure = 0.5f;
// With what depends on the number of styles, for a session.
Settings completed(Settings settings, std::size_t styles);

// What no single option can tell of it, besides Settings::check. `style_masks`: how many there are,
// for `styles` pictures. kInvalidArgument.
Status check_subject(Subject subject, const Settings& settings, std::size_t styles,
                     std::size_t style_masks, bool blend_mask);

// All of them, in the order of the help.
void declare_settings(Options& options, Settings& settings, Subject subject = Subject::kContent);

// --size, --first-size, --iterations, --optimizer, --lbfgs-history, --adam-rate, --weights
// Turns declare_effort's --size into one that may be missing: `size` 0, the thing's own.
void declare_own_size(Options& options, std::uint32_t& size, std::string help);
void declare_effort(Options& options, Settings& settings, Subject subject = Subject::kContent);
// The weights of the terms, the layers, --style-blend, --pooling; all that probe shares.
void declare_objective(Options& options, Settings& settings, Subject subject = Subject::kContent);
// --tile, --padding, --style-scale (of a texture --exemplar-scale), --colors
void declare_rendering(Options& options, Settings& settings, Subject subject = Subject::kContent);
// --init, --seed
void declare_start(Options& options, Settings& settings, Subject subject = Subject::kContent);
// The same of what does not start from a picture; that none is given is checked elsewhere.
void declare_start_without_file(Options& options, Settings& settings);

// --save-every: no part of Settings, but a preset may hold it. 0: never.
void declare_save_every(Options& options, std::uint32_t& save_every);

}  // namespace impasto::settings
