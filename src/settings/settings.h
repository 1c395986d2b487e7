// Everything that makes a stylised picture what it is, as a plain value. What the fields mean is
// said in impasto.h; names, ranges and help for people are in settings_options.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "impasto/impasto.h"
#include "settings/layers.h"
#include "settings/numbers.h"

namespace impasto::settings {

// Smaller than 16 px nothing is left after VGG19's pools; larger sides are no picture's.
inline constexpr IntegerRange kSizes{16, 16384};
inline constexpr IntegerRange kIterations{1, 1000000};
inline constexpr IntegerRange kLbfgsHistories{1, 64};
// About what a pixel moves by in a step, of the range [0, 1].
inline constexpr NumberRange kAdamRates{0.001f, 1.0f};
// A style never grows beyond its own pixels, so above a few this changes nothing.
inline constexpr NumberRange kStyleScales{0.01f, 64.0f};
inline constexpr NumberRange kStructures{0.0f, 1.0f};
inline constexpr NumberRange kDetails{0.0f, 1.0f};

struct Settings {
    Settings();  // impasto_session_options_default's values

    std::uint32_t size = 0;                 // px, longest side
    std::uint32_t width = 0;                // px, of a texture without content; 0: a square
    std::uint32_t height = 0;               // of `size`
    std::uint32_t first_size = 0;           // px, of the coarsest scale
    std::vector<std::uint32_t> iterations;  // at each scale, coarse to fine
    ImpastoOptimizer optimizer = IMPASTO_LBFGS;
    std::uint32_t lbfgs_history = 0;
    float adam_learning_rate = 0.0f;
    std::string weights = "builtin";  // as impasto_weights_load takes them

    float content_weight = 0.0f;
    float style_weight = 0.0f;
    float tv_weight = 0.0f;
    std::vector<LayerWeight> content_layers;
    std::vector<LayerWeight> style_layers;
    std::vector<float> style_blend;  // a share of each style; empty: all the same
    ImpastoPooling pooling = IMPASTO_POOLING_MAX;
    ImpastoPadding padding = IMPASTO_PADDING_ZERO;

    float style_scale = 0.0f;
    ImpastoColors colors = IMPASTO_COLORS_STYLE;
    ImpastoTile tile = IMPASTO_TILE_NONE;
    float structure = 0.0f;
    bool flatten = false;
    std::string init = "content";  // "content", "noise", or a picture file
    std::uint64_t seed = 0;

    // The file of init; "" for the other ways to begin.
    std::string init_file() const;
    // What no single option can tell: all weights zero, another number of styles than of shares.
    // kInvalidArgument.
    Status check(std::size_t style_count) const;

    bool operator==(const Settings&) const = default;
};

}  // namespace impasto::settings
