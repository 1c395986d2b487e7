// A VGG19-shaped encoder of a few random channels, and the same network and objective in double
// precision, put together from the operations' references.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "encoder/vgg19.h"
#include "image/image.h"
#include "nn/normalize.h"
#include "nn/reference.h"
#include "style/options.h"
#include "weights/weights.h"

namespace impasto::testing {

// A layer for each number of channels. He initialisation keeps the activations' size.
inline EncoderWeights random_encoder(std::span<const int> channels, std::uint32_t seed) {
    std::mt19937 engine(seed);
    EncoderWeights weights;
    weights.name = "tiny";
    int in = 3;
    for (const int out : channels) {
        ConvWeights conv;
        conv.in_channels = in;
        conv.out_channels = out;
        std::normal_distribution<float> values(0.0f,
                                               std::sqrt(2.0f / (9.0f * static_cast<float>(in))));
        conv.weight.resize(static_cast<std::size_t>(in) * static_cast<std::size_t>(out) * 9);
        conv.bias.resize(static_cast<std::size_t>(out));
        for (float& value : conv.weight) {
            value = values(engine);
        }
        for (float& value : conv.bias) {
            value = 0.1f * values(engine);
        }
        weights.convolutions.push_back(std::move(conv));
        in = out;
    }
    return weights;
}

// Numbers of channels that are odd on purpose.
inline EncoderWeights tiny_encoder(int layers, std::uint32_t seed) {
    constexpr int kChannels[] = {5, 8, 9, 10, 11, 12, 12, 9, 14, 16, 8, 7, 13, 9, 10, 11};
    return random_encoder(std::span(kChannels).first(static_cast<std::size_t>(layers)), seed);
}

// A smooth picture with some noise.
inline Image random_image(int width, int height, std::uint32_t seed) {
    std::mt19937 engine(seed);
    std::uniform_real_distribution<float> uniform(0.0f, 1.0f);
    Image image;
    image.width = width;
    image.height = height;
    image.rgb.resize(3 * image.pixels());
    const float phase = 6.0f * uniform(engine);
    for (std::size_t i = 0; i < image.rgb.size(); ++i) {
        const auto x = static_cast<float>(i % static_cast<std::size_t>(width));
        const auto y = static_cast<float>(i / static_cast<std::size_t>(width) %
                                          static_cast<std::size_t>(height));
        const auto c = static_cast<float>(i / image.pixels());
        image.rgb[i] = 0.5f + 0.3f * std::sin(0.21f * x + 0.13f * y + phase + c) +
                       0.15f * (uniform(engine) - 0.5f);
    }
    return image;
}

inline nn::reference::Values values_of(const std::vector<float>& from) {
    return {from.begin(), from.end()};
}

inline nn::Shape shape_of(const Image& image) {
    return {3, static_cast<std::uint32_t>(image.height), static_cast<std::uint32_t>(image.width)};
}

// The encoder in double precision.
class ReferenceEncoder {
  public:
    ReferenceEncoder(const EncoderWeights& weights, const style::ObjectiveOptions& options)
        : weights_(weights), options_(options) {
        for (std::size_t k = 0; k < 3; ++k) {
            const double std = weights.input.std[k];
            map_.source[k] = static_cast<std::uint32_t>(weights.input.bgr ? 2 - k : k);
            map_.scale[k] = weights.input.scale / std;
            map_.offset[k] = -weights.input.mean[k] / std;
        }
    }

    struct Layer {
        nn::Shape shape;
        nn::reference::Values map;
    };

    // The maps of layers 0..depth.
    std::vector<Layer> forward(const nn::reference::Values& image, const nn::Shape& shape,
                               int depth) const {
        std::vector<Layer> layers;
        nn::reference::Values in = nn::reference::normalize(image, shape.plane(), map_);
        nn::Shape in_shape = shape;
        for (int i = 0; i <= depth; ++i) {
            const ConvWeights& conv = weights_.convolutions[static_cast<std::size_t>(i)];
            const auto channels = static_cast<std::uint32_t>(conv.out_channels);
            in = nn::reference::conv3x3(in, in_shape, values_of(conv.weight), values_of(conv.bias),
                                        channels,
                                        i == 0 ? options_.first_padding : options_.padding);
            in_shape.channels = channels;
            layers.push_back({in_shape, in});
            if (encoder::pool_follows(i)) {
                in = nn::reference::pool(in, in_shape, options_.pooling, options_.padding);
                in_shape = nn::pooled_shape(in_shape, options_.padding);
            }
        }
        return layers;
    }

    // The image's gradient from those that the terms give to the maps of `layers`; empty where
    // there is none. ReLUs and max pools decide as the maps `decided` do.
    nn::reference::Values backward(const std::vector<Layer>& layers,
                                   const std::vector<nn::reference::Values>& of_terms,
                                   const std::vector<nn::reference::Values>& decided) const {
        nn::reference::Values gradient;
        for (std::size_t i = layers.size(); i-- > 0;) {
            if (gradient.empty()) {
                gradient.resize(layers[i].map.size(), 0.0);
            }
            if (!of_terms[i].empty()) {
                gradient = nn::reference::blend(of_terms[i], gradient, 1);
            }
            gradient = nn::reference::conv3x3_backward(
                nn::reference::masked(gradient, decided[i]), layers[i].shape,
                values_of(weights_.convolutions[i].weight),
                i == 0 ? 3 : layers[i - 1].shape.channels,
                i == 0 ? options_.first_padding : options_.padding);
            if (i > 0 && encoder::pool_follows(static_cast<int>(i) - 1)) {
                gradient =
                    nn::reference::pool_backward(decided[i - 1], layers[i - 1].shape, gradient,
                                                 options_.pooling, options_.padding);
            }
        }
        return nn::reference::normalize_backward(gradient, layers[0].shape.plane(), map_);
    }

  private:
    const EncoderWeights& weights_;
    const style::ObjectiveOptions& options_;
    nn::ChannelMap map_;
};

// The objective in double precision, for a content and styles at their own sizes.
class ReferenceObjective {
  public:
    ReferenceObjective(const EncoderWeights& weights, const style::ObjectiveOptions& options,
                       const Image& content, const std::vector<Image>& styles)
        : options_(options), encoder_(weights, options) {
        content_ = encoder_.forward(values_of(content.rgb), shape_of(content), options.depth());
        double sum = 0;
        for (std::size_t i = 0; i < styles.size(); ++i) {
            sum += options.style_blend.empty() ? 1.0 : static_cast<double>(options.style_blend[i]);
        }
        for (std::size_t i = 0; i < styles.size(); ++i) {
            const auto layers =
                encoder_.forward(values_of(styles[i].rgb), shape_of(styles[i]), options.depth());
            const double weight =
                (options.style_blend.empty() ? 1.0 : static_cast<double>(options.style_blend[i])) /
                sum;
            grams_.resize(options.style_layers.size());
            for (std::size_t k = 0; k < grams_.size(); ++k) {
                grams_[k] = nn::reference::blend(gram(layers, k), grams_[k], weight);
            }
        }
    }

    nn::reference::Losses operator()(const nn::reference::Values& image,
                                     const nn::Shape& shape) const {
        const auto layers = encoder_.forward(image, shape, options_.depth());
        nn::reference::Losses losses;
        double sum = 0;
        for (const style::LayerWeight& term : options_.content_layers) {
            const auto layer = static_cast<std::size_t>(term.layer);
            const auto d = nn::reference::difference(layers[layer].map, content_[layer].map);
            losses.content += static_cast<double>(term.weight) * nn::reference::dot(d, d) /
                              nn::reference::dot(content_[layer].map, content_[layer].map);
            sum += static_cast<double>(term.weight);
        }
        losses.content = sum > 0 ? losses.content / sum : 0;
        sum = 0;
        for (std::size_t k = 0; k < options_.style_layers.size(); ++k) {
            const auto d = nn::reference::difference(gram(layers, k), grams_[k]);
            losses.style += static_cast<double>(options_.style_layers[k].weight) *
                            nn::reference::dot(d, d) / nn::reference::dot(grams_[k], grams_[k]);
            sum += static_cast<double>(options_.style_layers[k].weight);
        }
        losses.style = sum > 0 ? losses.style / sum : 0;
        losses.tv = nn::reference::total_variation(image, shape, options_.padding);
        losses.total = static_cast<double>(options_.content_weight) * losses.content +
                       static_cast<double>(options_.style_weight) * losses.style +
                       static_cast<double>(options_.tv_weight) * losses.tv;
        return losses;
    }

    // The maps of layers 0..depth.
    std::vector<ReferenceEncoder::Layer> features(const nn::reference::Values& image,
                                                  const nn::Shape& shape) const {
        return encoder_.forward(image, shape, options_.depth());
    }

    // d total / d image where ReLUs and max pools decide as `decided` does, the maps of layers
    // 0..depth as the device computed them. Two values of a pool, or a value and a ReLU's zero, may
    // be closer than rounding: a decision that flips moves a whole gradient and nothing else.
    nn::reference::Values gradient(const nn::reference::Values& image, const nn::Shape& shape,
                                   const std::vector<nn::reference::Values>& decided) const {
        const auto layers = features(image, shape);
        std::vector<nn::reference::Values> of_terms(layers.size());
        double sum = 0;
        for (const style::LayerWeight& term : options_.content_layers) {
            sum += static_cast<double>(term.weight);
        }
        for (const style::LayerWeight& term : options_.content_layers) {
            const auto layer = static_cast<std::size_t>(term.layer);
            const auto& target = content_[layer].map;
            of_terms[layer] = nn::reference::blend(
                nn::reference::difference(layers[layer].map, target), of_terms[layer],
                2 * static_cast<double>(options_.content_weight) *
                    static_cast<double>(term.weight) / sum / nn::reference::dot(target, target));
        }
        sum = 0;
        for (const style::LayerWeight& term : options_.style_layers) {
            sum += static_cast<double>(term.weight);
        }
        for (std::size_t k = 0; k < options_.style_layers.size(); ++k) {
            const style::LayerWeight& term = options_.style_layers[k];
            const auto layer = static_cast<std::size_t>(term.layer);
            of_terms[layer] = nn::reference::blend(
                gram_gradient(layers[layer], nn::reference::difference(gram(layers, k), grams_[k])),
                of_terms[layer],
                2 * static_cast<double>(options_.style_weight) * static_cast<double>(term.weight) /
                    sum / nn::reference::dot(grams_[k], grams_[k]));
        }
        return nn::reference::blend(
            nn::reference::total_variation_gradient(image, shape, options_.padding),
            encoder_.backward(layers, of_terms, decided), static_cast<double>(options_.tv_weight));
    }

    // G = F F^T / (C H W) of a style term.
    nn::reference::Values gram(const std::vector<ReferenceEncoder::Layer>& layers,
                               std::size_t k) const {
        const auto& layer = layers[static_cast<std::size_t>(options_.style_layers[k].layer)];
        return nn::reference::gram(layer.map, layer.shape, {},
                                   static_cast<double>(layer.shape.plane()));
    }

  private:
    // dF = 2 dG F / (C H W) for a symmetric dG. Not masked, as nn::reference::gram_backward would.
    static nn::reference::Values gram_gradient(const ReferenceEncoder::Layer& layer,
                                               const nn::reference::Values& dgram) {
        const std::size_t channels = layer.shape.channels;
        const std::size_t plane = layer.shape.plane();
        nn::reference::Values gradient(layer.map.size(), 0.0);
        for (std::size_t i = 0; i < channels; ++i) {
            for (std::size_t j = 0; j < channels; ++j) {
                const double factor = 2 * dgram[i * channels + j] /
                                      (static_cast<double>(channels) * static_cast<double>(plane));
                for (std::size_t p = 0; p < plane; ++p) {
                    gradient[i * plane + p] += factor * layer.map[j * plane + p];
                }
            }
        }
        return gradient;
    }

    const style::ObjectiveOptions& options_;
    ReferenceEncoder encoder_;
    std::vector<ReferenceEncoder::Layer> content_;
    std::vector<nn::reference::Values> grams_;
};

inline double relative_error(const std::vector<float>& values,
                             const nn::reference::Values& reference) {
    double error = 0;
    double norm = 0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        const double d = static_cast<double>(values[i]) - reference[i];
        error += d * d;
        norm += reference[i] * reference[i];
    }
    return std::sqrt(error / norm);
}

}  // namespace impasto::testing
