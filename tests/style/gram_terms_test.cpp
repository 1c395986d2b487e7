// Stacks and masks, against the objective in double precision.
#include "style/gram_terms.h"

#include "style/objective.h"
#include "support/gpu_fixture.h"
#include "support/tiny_encoder.h"

namespace impasto::style {
namespace {

using nn::reference::Values;

// The pictures one after the other.
Image stacked(const std::vector<Image>& pictures) {
    Image stack = pictures.front();
    stack.maps = static_cast<int>(pictures.size());
    stack.rgb.clear();
    for (const Image& picture : pictures) {
        stack.rgb.insert(stack.rgb.end(), picture.rgb.begin(), picture.rgb.end());
    }
    return stack;
}

class GramTermsTest : public testing::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        options_.style_layers = {{0, 1.0f}, {4, 0.5f}, {8, 2.0f}};
        options_.content_layers.clear();
        options_.content_weight = 0;
        options_.style_weight = 3;
        options_.tv_weight = 0;
        options_.first_padding = {};
    }

    // Loss, then the gradient.
    std::vector<float> run(const Image& image, const std::vector<Image>& styles,
                           encoder::Keep keep = encoder::Keep::kNothing) {
        options_.maps = image.maps;
        auto network = encoder::Network::upload(stream(), weights_, options_.depth(), nullptr);
        EXPECT_TRUE(network);
        auto targets = StyleTargets::create(stream(), **network, styles, 0, options_);
        EXPECT_TRUE(targets) << (targets ? "" : targets.error().message);
        gpu::Arena arena(device());
        const nn::Shape shape{static_cast<std::uint32_t>(image.planes()),
                              static_cast<std::uint32_t>(image.height),
                              static_cast<std::uint32_t>(image.width)};
        auto uploaded = upload_image(stream(), arena, image, shape.width, shape.height, {});
        EXPECT_TRUE(uploaded);
        auto objective = Objective::create(stream(), **network, shape, **uploaded, targets->get(),
                                           options_, 2, keep);
        EXPECT_TRUE(objective) << (objective ? "" : objective.error().message);
        gpu::Program program(device());
        (*objective)->record(program, **uploaded);
        EXPECT_TRUE(program.finish());
        EXPECT_TRUE(stream().run(program));
        EXPECT_TRUE(stream().run(program));  // finds what the first has left
        std::vector<float> found(shape.size());
        EXPECT_TRUE(stream().download((*objective)->gradient(), found));
        std::vector<LayerLoss> layers;
        (*objective)->layer_losses(1, layers);
        double style = 0;
        for (std::size_t k = 0; k < options_.style_layers.size(); ++k) {
            style += static_cast<double>(layers[options_.content_layers.size() + k].loss) *
                     static_cast<double>(options_.style_layers[k].weight);
        }
        style /= weight_sum(options_.style_layers);
        EXPECT_NEAR(style, static_cast<double>((*objective)->losses(1).style), 1e-5 * style);
        found.insert(found.begin(), (*objective)->losses(1).total);
        return found;
    }

    // The maps of a layer of all pictures of a stack, one after the other.
    Values features(const Values& image, int maps, const nn::Shape& one, int layer,
                    nn::Shape& shape) const {
        const testing::ReferenceEncoder encoder(weights_, options_);
        Values all;
        for (int i = 0; i < maps; ++i) {
            const auto first = image.begin() + static_cast<std::ptrdiff_t>(i) *
                                                   static_cast<std::ptrdiff_t>(one.size());
            const auto layers = encoder.forward(
                Values(first, first + static_cast<std::ptrdiff_t>(one.size())), one, layer);
            const auto& last = layers.back();
            all.insert(all.end(), last.map.begin(), last.map.end());
            shape = last.shape;
        }
        shape.channels *= static_cast<std::uint32_t>(maps);
        return all;
    }

    // A region's matrix at a layer. `weights` (H, W) of the picture; empty: all 1.
    Values gram(const Values& image, int maps, const nn::Shape& one, int layer,
                const std::vector<float>& weights) const {
        nn::Shape shape;
        const Values all = features(image, maps, one, layer, shape);
        if (weights.empty()) {
            return nn::reference::gram(all, shape, {}, static_cast<double>(shape.plane()));
        }
        const auto pooled = pooled_weights(weights, one, shape, {});
        return nn::reference::gram(all, shape, testing::values_of(pooled),
                                   std::max(sum_of(pooled), 1.0));
    }

    double loss(const Values& image, int maps, const nn::Shape& one,
                const std::vector<Image>& styles) const {
        double total = 0;
        const std::size_t regions = options_.regions();
        for (std::size_t region = 0; region < regions; ++region) {
            std::vector<float> weights;
            double share = 1;
            if (options_.masks) {
                weights = region_weights(*options_.masks, region, one.width, one.height, {});
                double sum = 0;
                for (std::size_t r = 0; r < regions; ++r) {
                    sum += sum_of(region_weights(*options_.masks, r, one.width, one.height, {}));
                }
                share = sum_of(weights) / sum;
            }
            const Image& style = styles[region];
            std::vector<float> style_weights;
            if (options_.masks && region < options_.masks->styles.size()) {
                style_weights = weights_at(options_.masks->styles[region],
                                           static_cast<std::uint32_t>(style.width),
                                           static_cast<std::uint32_t>(style.height), {});
            }
            for (const LayerWeight& term : options_.style_layers) {
                const Values target = gram(testing::values_of(style.rgb), maps,
                                           testing::shape_of(style), term.layer, style_weights);
                const Values d =
                    nn::reference::difference(gram(image, maps, one, term.layer, weights), target);
                total += share * static_cast<double>(term.weight) * nn::reference::dot(d, d) /
                         nn::reference::dot(target, target);
            }
        }
        return static_cast<double>(options_.style_weight) * total /
               weight_sum(options_.style_layers);
    }

    void expect_reference(const Image& image, const std::vector<Image>& styles) {
        const auto found = run(image, styles);
        const nn::Shape one = testing::shape_of(image);
        const Values values = testing::values_of(image.rgb);
        const double expected = loss(values, image.maps, one, styles);
        EXPECT_NEAR(static_cast<double>(found[0]) / expected, 1, 1e-5);
        std::mt19937 engine(5);
        std::normal_distribution<double> normal;
        for (int trial = 0; trial < 4; ++trial) {
            constexpr double kStep = 1e-6;
            Values ahead = values;
            Values behind = values;
            double slope = 0;
            for (std::size_t i = 0; i < values.size(); ++i) {
                // What the mask keeps does not move.
                const bool moves = !options_.masks || options_.masks->picture.empty() ||
                                   options_.masks->picture.weights[i % one.plane()] == 1.0f;
                const double direction =
                    moves ? normal(engine) / std::sqrt(static_cast<double>(values.size())) : 0;
                ahead[i] += kStep * direction;
                behind[i] -= kStep * direction;
                slope += static_cast<double>(found[1 + i]) * direction;
            }
            const double difference =
                (loss(ahead, image.maps, one, styles) - loss(behind, image.maps, one, styles)) /
                (2 * kStep);
            EXPECT_NEAR(slope, difference, 1e-4 * std::abs(difference) + 1e-8) << trial;
        }
    }

    EncoderWeights weights_ = testing::tiny_encoder(13, 11);
    ObjectiveOptions options_;
};

TEST_F(GramTermsTest, AStacksFeaturesCountTogether) {
    const Image image = stacked({testing::random_image(33, 26, 1), testing::random_image(33, 26, 2),
                                 testing::random_image(33, 26, 3)});
    const Image style = stacked({testing::random_image(29, 31, 4), testing::random_image(29, 31, 5),
                                 testing::random_image(29, 31, 6)});
    expect_reference(image, {style});
}

// The pictures of a stack take turns in memory: sharing it changes no byte.
TEST_F(GramTermsTest, AStackSharesMemoryWithoutHarm) {
    options_.content_layers = {{9, 1.0f}};
    options_.content_weight = 1;
    const Image image =
        stacked({testing::random_image(33, 26, 1), testing::random_image(33, 26, 2)});
    const Image style =
        stacked({testing::random_image(29, 31, 4), testing::random_image(29, 31, 5)});
    EXPECT_EQ(run(image, {style}), run(image, {style}, encoder::Keep::kEverything));
}

// Pictures that belong together in the style, one the negative of the other, do so in what has
// those statistics; two of other styles have the same statistics each, and not together.
TEST_F(GramTermsTest, WhatBelongsTogetherIsNoticed) {
    const Image first = testing::random_image(48, 48, 1);
    Image negative = first;
    for (float& value : negative.rgb) {
        value = 1 - value;
    }
    Image apart = negative;  // the same picture at another place: its own statistics are the same
    for (std::size_t c = 0; c < 3; ++c) {
        const auto plane = apart.rgb.begin() + static_cast<std::ptrdiff_t>(c * apart.pixels());
        std::rotate(plane, plane + 48 * 16, plane + 48 * 48);
    }
    const Image style = stacked({first, negative});
    EXPECT_LT(run(style, {style})[0], 1e-9f);
    EXPECT_GT(run(stacked({first, apart}), {style})[0], 1e-3f);
}

TEST_F(GramTermsTest, WhatIsMaskedDoesNotCountAndDoesNotMove) {
    const Image image = testing::random_image(33, 26, 1);
    Masks masks;
    masks.picture = {33, 26, std::vector<float>(33 * 26, 1.0f)};
    for (std::size_t i = 0; i < masks.picture.weights.size(); ++i) {
        masks.picture.weights[i] = i % 33 < 14 ? 0.0f : 1.0f;
    }
    masks.styles = {{29, 31, std::vector<float>(29 * 31, 1.0f)}};
    for (std::size_t i = 0; i < masks.styles[0].weights.size(); ++i) {
        masks.styles[0].weights[i] = i / 29 > 20 ? 0.25f : 1.0f;
    }
    options_.masks = std::make_shared<const Masks>(masks);
    const Image style = testing::random_image(29, 31, 4);
    expect_reference(image, {style});
    const auto found = run(image, {style});
    for (std::size_t i = 0; i < image.rgb.size(); ++i) {
        if (masks.picture.weights[i % image.pixels()] == 0) {
            EXPECT_EQ(found[1 + i], 0.0f);
        }
    }
}

TEST_F(GramTermsTest, RegionsHaveStylesOfTheirOwn) {
    const Image image = testing::random_image(33, 26, 1);
    Masks masks;
    masks.blend = {33, 26, std::vector<float>(33 * 26)};
    for (std::size_t i = 0; i < masks.blend.weights.size(); ++i) {
        masks.blend.weights[i] = static_cast<float>(i % 33) / 32;
    }
    options_.masks = std::make_shared<const Masks>(masks);
    expect_reference(image, {testing::random_image(29, 31, 4), testing::random_image(31, 27, 5)});
}

}  // namespace
}  // namespace impasto::style
