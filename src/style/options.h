// What a style transfer is asked to do, in the field's terms, and the defaults.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "encoder/network_shelf.h"
#include "encoder/vgg19.h"
#include "image/image.h"
#include "image/resize.h"
#include "nn/adam.h"
#include "nn/border.h"
#include "nn/pool.h"
#include "nn/tuner.h"
#include "style/mask.h"
#include "style/order.h"

namespace impasto::style {

// The layer whose long-range order is compared (order_terms.h), relu3_1: its maps have a quarter of
// the picture's sides, where a channel is about as large as a part of a pattern, and shifts are
// exact to 4 px of the picture.
inline constexpr int kOrderLayer = 4;

struct LayerWeight {
    int layer = 0;  // encoder/vgg19.h
    float weight = 1.0f;
};

inline double weight_sum(const std::vector<LayerWeight>& terms) {
    double sum = 0;
    for (const LayerWeight& term : terms) {
        sum += static_cast<double>(term.weight);
    }
    return sum;
}

// weight / (sum of weights x the target's squares): what a term's squared difference counts. A
// target that is zero throughout (a black picture) has no scale to measure by and counts nothing.
inline double relative_factor(float weight, double sum, double squares) {
    return sum > 0 && squares > 0 ? static_cast<double>(weight) / (sum * squares) : 0.0;
}

std::vector<LayerWeight> default_content_layers();  // relu4_2
std::vector<LayerWeight> default_style_layers();    // relu1_1, 2_1, 3_1, 4_1, 5_1

struct ObjectiveOptions {
    float content_weight = 1.0f;
    float style_weight = 15.0f;
    float tv_weight = 10.0f;
    std::vector<LayerWeight> content_layers = default_content_layers();
    std::vector<LayerWeight> style_layers = default_style_layers();
    nn::Pooling pooling = nn::Pooling::kMax;
    nn::Borders first_padding{nn::Border::kReplicate, nn::Border::kReplicate};  // of conv1_1
    nn::Borders padding;             // of everything else
    std::vector<float> style_blend;  // a weight each style; empty: equal
    // Along these axes the picture repeats: whatever looks beyond its edge, on the way there and
    // back, sees the opposite one. Styles are looked at with the padding above.
    Wrap wrap;
    int maps = 1;                        // of the picture, Image::maps
    std::shared_ptr<const Masks> masks;  // null: every pixel counts
    // The style whose order is compared and which is fitted to what wraps: it stays when the blend
    // changes, since what was found out of it does.
    std::size_t leader = 0;
    Lattice lattice;      // of the leader
    float structure = 0;  // weight of the style's long-range order, beside its layers' mean of 1
    nn::ConvTuner* tuner = nullptr;  // chooses how convolutions are computed; null: as expected

    // Parts of the picture whose statistics are compared with styles of their own.
    std::size_t regions() const { return masks && !masks->blend.empty() ? 2 : 1; }
    // The encoder's maps must be of this precision; nothing: of any. (Maps of 16 bits, with their
    // channels last, do not lie one after the other in a stack.)
    std::optional<nn::Precision> precision() const {
        return maps > 1 ? std::optional(nn::Precision::kFp32) : std::nullopt;
    }
    // The style that counts most, as `style_blend` is now.
    std::size_t heaviest_style() const {
        return style_blend.empty() ? 0
                                   : static_cast<std::size_t>(
                                         std::max_element(style_blend.begin(), style_blend.end()) -
                                         style_blend.begin());
    }
    // Takes from `other` what is a session's own and no objective's: the seven above.
    void keep_own(const ObjectiveOptions& other);

    // The picture's own paddings: of conv1_1, and of everything else.
    nn::Borders first_borders() const { return wrapped(first_padding); }
    nn::Borders borders() const { return wrapped(padding); }
    // Where a picture is resampled.
    nn::Borders resize_borders() const {
        return wrapped({nn::Border::kReplicate, nn::Border::kReplicate});
    }

    // The layers of all terms.
    encoder::LayerSet layers() const;
    // The deepest of them; -1 when there is none.
    int depth() const;

  private:
    nn::Borders wrapped(nn::Borders edges) const {
        return {wrap.y ? nn::Border::kWrap : edges.y, wrap.x ? nn::Border::kWrap : edges.x};
    }
};

class TargetShelf;

enum class Init { kContent, kNoise, kImage };
enum class Optimizer { kLbfgs, kAdam };
enum class Colors { kStyle, kContent };

struct SessionOptions {
    ObjectiveOptions objective;
    std::uint32_t size = 512;                    // longest side of the result, px
    std::uint32_t first_size = 128;              // longest side of the coarsest scale, about
    std::vector<std::uint32_t> iterations{300};  // a scale each; the last counts for the rest
    Init init = Init::kContent;
    Image init_image;
    Optimizer optimizer = Optimizer::kLbfgs;
    std::uint32_t lbfgs_history = 10;
    nn::AdamOptions adam;
    float style_scale = 1.0f;
    bool flatten = false;  // takes the styles' lighting away (image/lighting.h)
    Colors colors = Colors::kStyle;
    std::uint64_t seed = 0;
    // A loss this many times the scale's best is an explosion. L-BFGS without a line search
    // overshoots by small factors now and then and comes back on its own.
    float explosion_factor = 10.0f;
    // A scale that ends on a loss more than this many times its best goes back to the best image.
    float overshoot_factor = 1.1f;
    // Measures every operation of an iteration; iterations then run one at a time.
    bool profile = false;
    // Where the network stands that sessions of the same weights, depth and tuner share; null: one
    // of the session's own.
    std::shared_ptr<encoder::NetworkPlace> network;
    // Where targets of styles are kept that sessions have in common; null: nowhere.
    std::shared_ptr<TargetShelf> targets;
};

}  // namespace impasto::style
