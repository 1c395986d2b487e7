// What a style transfer is asked to do, in the field's terms, and the defaults.
#pragma once

#include <cstdint>
#include <vector>

#include "encoder/vgg19.h"
#include "image/image.h"
#include "nn/adam.h"
#include "nn/border.h"
#include "nn/pool.h"
#include "nn/tuner.h"

namespace impasto::style {

struct LayerWeight {
    int layer = 0;  // encoder/vgg19.h
    float weight = 1.0f;
};

struct ObjectiveOptions {
    float content_weight = 1.0f;
    float style_weight = 15.0f;
    float tv_weight = 10.0f;
    std::vector<LayerWeight> content_layers{{9, 1.0f}};  // relu4_2
    std::vector<LayerWeight> style_layers{
        {0, 1.0f}, {2, 1.0f}, {4, 1.0f}, {8, 1.0f}, {12, 1.0f}};  // relu1_1, 2_1, 3_1, 4_1, 5_1
    nn::Pooling pooling = nn::Pooling::kMax;
    nn::Borders first_padding{nn::Border::kReplicate, nn::Border::kReplicate};  // of conv1_1
    nn::Borders padding;             // of everything else
    std::vector<float> style_blend;  // a weight each style; empty: equal
    nn::ConvTuner* tuner = nullptr;  // chooses how convolutions are computed; null: as expected

    // The layers of all terms.
    encoder::LayerSet layers() const;
    // The deepest of them; -1 when there is none.
    int depth() const;
};

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
    Colors colors = Colors::kStyle;
    std::uint64_t seed = 0;
    // A loss this many times the scale's best is an explosion. L-BFGS without a line search
    // overshoots by small factors now and then and comes back on its own.
    float explosion_factor = 10.0f;
    // A scale that ends on a loss more than this many times its best goes back to the best image.
    float overshoot_factor = 1.1f;
    // Measures every operation of an iteration; iterations then run one at a time.
    bool profile = false;
};

inline encoder::LayerSet ObjectiveOptions::layers() const {
    encoder::LayerSet layers;
    for (const auto* terms : {&content_layers, &style_layers}) {
        for (const LayerWeight& term : *terms) {
            layers.set(static_cast<std::size_t>(term.layer));
        }
    }
    return layers;
}

inline int ObjectiveOptions::depth() const {
    int deepest = encoder::kLayers - 1;
    const encoder::LayerSet all = layers();
    while (deepest >= 0 && !all.test(static_cast<std::size_t>(deepest))) {
        --deepest;
    }
    return deepest;
}

}  // namespace impasto::style
