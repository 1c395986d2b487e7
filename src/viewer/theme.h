// How the interface looks.
#pragma once

#include <cstdint>

namespace impasto::viewer {

enum class Theme;

// `scale`: of all sizes, 1 for the usual monitor.
void apply_theme(Theme theme, float scale);

// Of the panes around a picture, 0xRRGGBB: grey, so that no colour changes how one sees it.
std::uint32_t surround(Theme theme);

}  // namespace impasto::viewer
