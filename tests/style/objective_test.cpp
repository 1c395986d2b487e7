#include "style/objective.h"

#include "style/probe.h"
#include "support/gpu_fixture.h"
#include "support/tiny_encoder.h"

namespace impasto::style {
namespace {

using nn::reference::Values;

class ObjectiveTest : public testing::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        weights_ = testing::tiny_encoder(13, 11);
        options_.first_padding = {};
        options_.content_weight = 0.7f;
        options_.style_weight = 3.0f;
        options_.tv_weight = 0.4f;
        options_.content_layers = {{9, 2.0f}, {4, 0.5f}};
        options_.style_layers = {{0, 1.0f}, {4, 0.25f}, {9, 2.0f}, {12, 1.0f}};
        image_ = testing::random_image(45, 35, 1);
        content_ = testing::random_image(45, 35, 2);
        styles_ = {testing::random_image(29, 51, 3), testing::random_image(40, 24, 4)};
        options_.style_blend = {0.7f, 0.3f};
    }

    std::vector<ProbeTensor> run() {
        auto tensors = probe(device(), weights_, image_, content_, styles_, options_);
        EXPECT_TRUE(tensors) << (tensors ? "" : tensors.error().message);
        return tensors ? *tensors : std::vector<ProbeTensor>();
    }

    static const std::vector<float>& find(const std::vector<ProbeTensor>& tensors,
                                          const std::string& name) {
        for (const ProbeTensor& tensor : tensors) {
            if (tensor.name == name) {
                return tensor.values;
            }
        }
        static const std::vector<float> none(4, std::nanf(""));
        ADD_FAILURE() << "no tensor " << name;
        return none;
    }

    EncoderWeights weights_;
    ObjectiveOptions options_;
    Image image_;
    Image content_;
    std::vector<Image> styles_;
};

void expect_losses(const std::vector<float>& found, const nn::reference::Losses& expected) {
    EXPECT_NEAR(static_cast<double>(found[0]) / expected.total, 1, 1e-5);
    EXPECT_NEAR(static_cast<double>(found[1]) / expected.content, 1, 1e-5);
    EXPECT_NEAR(static_cast<double>(found[2]) / expected.style, 1, 1e-5);
    EXPECT_NEAR(static_cast<double>(found[3]) / expected.tv, 1, 1e-5);
}

TEST_F(ObjectiveTest, LossesEqualTheReference) {
    for (const nn::Pooling pooling : {nn::Pooling::kMax, nn::Pooling::kAverage}) {
        options_.pooling = pooling;
        const testing::ReferenceObjective reference(weights_, options_, content_, styles_);
        expect_losses(find(run(), "loss"),
                      reference(testing::values_of(image_.rgb), testing::shape_of(image_)));
    }
}

// The gradient along directions against central differences of the double-precision objective.
TEST_F(ObjectiveTest, FiniteDifferencesAgree) {
    for (const nn::Pooling pooling : {nn::Pooling::kMax, nn::Pooling::kAverage}) {
        options_.pooling = pooling;
        const auto tensors = run();
        const auto& gradient = find(tensors, "gradient");
        const testing::ReferenceObjective reference(weights_, options_, content_, styles_);
        const Values image = testing::values_of(image_.rgb);
        ASSERT_EQ(gradient.size(), image.size());
        std::mt19937 engine(5);
        std::normal_distribution<double> normal;
        for (int trial = 0; trial < 6; ++trial) {
            // Single pixels in the corners and random directions all over the picture.
            Values direction(image.size(), 0.0);
            if (trial < 2) {
                direction[trial == 0 ? 0 : image.size() - 1] = 1;
            } else {
                for (double& value : direction) {
                    value = normal(engine) / std::sqrt(static_cast<double>(image.size()));
                }
            }
            constexpr double kStep = 1e-6;
            Values ahead = image;
            Values behind = image;
            double slope = 0;
            for (std::size_t i = 0; i < image.size(); ++i) {
                ahead[i] += kStep * direction[i];
                behind[i] -= kStep * direction[i];
                slope += static_cast<double>(gradient[i]) * direction[i];
            }
            const nn::Shape shape = testing::shape_of(image_);
            const double expected =
                (reference(ahead, shape).total - reference(behind, shape).total) / (2 * kStep);
            EXPECT_NEAR(slope, expected, 1e-4 * std::abs(expected) + 1e-8) << "trial " << trial;
        }
    }
}

// With maps of 16 bits, whose values have 11 digits. A unit in some thousands decides its ReLU or
// pool otherwise, which moves the gradient by the square root of that.
class HalfObjectiveTest : public ObjectiveTest {
  protected:
    std::vector<ProbeTensor> run(nn::ConvVariant variant) {
        nn::TunerOptions tuning;
        tuning.forced = variant;
        nn::ConvTuner tuner(device(), tuning);
        options_.tuner = &tuner;
        auto tensors = ObjectiveTest::run();
        options_.tuner = nullptr;
        return tensors;
    }

    std::vector<nn::ConvVariant> variants() {
        if (device().capabilities().matrix.any()) {
            return {nn::ConvVariant::kHalf, nn::ConvVariant::kMatrix};
        }
        return {nn::ConvVariant::kHalf};
    }
};

TEST_F(HalfObjectiveTest, IsCloseToTheReference) {
    const auto full = ObjectiveTest::run();
    const testing::ReferenceObjective reference(weights_, options_, content_, styles_);
    const auto losses = reference(testing::values_of(image_.rgb), testing::shape_of(image_));
    for (const nn::ConvVariant variant : variants()) {
        const auto half = run(variant);
        const auto& found = find(half, "loss");
        EXPECT_NEAR(static_cast<double>(found[0]) / losses.total, 1, 5e-3);
        EXPECT_NEAR(static_cast<double>(found[1]) / losses.content, 1, 5e-3);
        EXPECT_NEAR(static_cast<double>(found[2]) / losses.style, 1, 5e-3);
        ASSERT_EQ(half.size(), full.size());
        for (std::size_t k = 0; k < full.size(); ++k) {
            ASSERT_EQ(half[k].values.size(), full[k].values.size()) << full[k].name;
            EXPECT_LT(testing::relative_error(half[k].values,
                                              {full[k].values.begin(), full[k].values.end()}),
                      full[k].name == "gradient" ? 6e-2 : 5e-3)
                << full[k].name;
        }
    }
}

// Published weights give activations from fractions to thousands. The maps are scaled by powers of
// two, so that weights times a power of two give the same bytes.
TEST_F(HalfObjectiveTest, IsBlindToTheScaleOfTheWeights) {
    const auto expected = run(nn::ConvVariant::kHalf);
    for (const float factor : {4096.0f, 1.0f / 4096.0f}) {
        weights_ = testing::tiny_encoder(13, 11);
        for (float& weight : weights_.convolutions[0].weight) {
            weight *= factor;
        }
        for (ConvWeights& layer : weights_.convolutions) {
            for (float& bias : layer.bias) {
                bias *= factor;
            }
        }
        const auto found = run(nn::ConvVariant::kHalf);
        EXPECT_EQ(find(found, "gradient"), find(expected, "gradient")) << factor;
        EXPECT_EQ(find(found, "loss"), find(expected, "loss")) << factor;
    }
}

// Gradients are scaled into the format's range, whatever the terms weigh.
TEST_F(HalfObjectiveTest, IsBlindToTheSizeOfTheWeightsOfTerms) {
    const auto expected = run(nn::ConvVariant::kHalf);
    for (const float factor : {1024.0f, 1.0f / 1024.0f}) {
        options_.content_weight = 0.7f * factor;
        options_.style_weight = 3.0f * factor;
        options_.tv_weight = 0.4f * factor;
        const auto found = run(nn::ConvVariant::kHalf);
        std::vector<float> gradient = find(found, "gradient");
        for (float& value : gradient) {
            value /= factor;
        }
        EXPECT_EQ(gradient, find(expected, "gradient")) << factor;
    }
}

// What the plan keeps beyond an evaluation changes its memory and nothing else.
TEST_F(ObjectiveTest, SharedMemoryChangesNoLossAndNoGradient) {
    options_.first_padding = {nn::Border::kReplicate, nn::Border::kReplicate};
    for (const auto variant :
         {nn::ConvVariant::kDirect, nn::ConvVariant::kWinograd, nn::ConvVariant::kHalf}) {
        nn::TunerOptions tuning;
        tuning.forced = variant;
        nn::ConvTuner tuner(device(), tuning);
        auto network = encoder::Network::upload(stream(), weights_, options_.depth(), &tuner);
        ASSERT_TRUE(network) << network.error().message;
        auto styles = StyleTargets::create(stream(), **network, styles_, 0, options_);
        ASSERT_TRUE(styles) << styles.error().message;
        gpu::Arena content_arena(device());
        gpu::Arena image_arena(device());
        const nn::Shape shape = testing::shape_of(image_);
        auto content =
            upload_image(stream(), content_arena, content_, shape.width, shape.height, {});
        auto image = upload_image(stream(), image_arena, image_, shape.width, shape.height, {});
        ASSERT_TRUE(content && image);
        std::vector<float> expected;
        for (const encoder::Keep keep :
             {encoder::Keep::kEverything, encoder::Keep::kMaps, encoder::Keep::kNothing}) {
            auto objective = Objective::create(stream(), **network, shape, **content, styles->get(),
                                               options_, 2, keep);
            ASSERT_TRUE(objective) << objective.error().message;
            gpu::Program program(device());
            (*objective)->record(program, **image);
            ASSERT_TRUE(program.finish());
            // Twice: an iteration finds what the one before has left.
            ASSERT_TRUE(stream().run(program));
            ASSERT_TRUE(stream().run(program));
            std::vector<float> found(shape.size());
            ASSERT_TRUE(stream().download((*objective)->gradient(), found));
            for (const std::uint32_t evaluation : {0u, 1u}) {
                const Losses losses = (*objective)->losses(evaluation);
                found.insert(found.end(), {losses.total, losses.content, losses.style, losses.tv});
            }
            if (keep == encoder::Keep::kEverything) {
                expected = found;
            }
            EXPECT_EQ(found, expected);
        }
    }
}

// The same features at other weights: of 16-bit maps, which have a scale of their own, too.
TEST_F(ObjectiveTest, LayerLossesAreTheTermsWithoutTheirWeights) {
    options_.content_layers[1].weight = 0;  // tells what it would add
    options_.style_layers[2].weight = 0;
    for (const auto variant : {nn::ConvVariant::kDirect, nn::ConvVariant::kHalf}) {
        SCOPED_TRACE(nn::variant_name(variant));
        nn::TunerOptions tuning;
        tuning.forced = variant;
        nn::ConvTuner tuner(device(), tuning);
        auto network = encoder::Network::upload(stream(), weights_, options_.depth(), &tuner);
        ASSERT_TRUE(network) << network.error().message;
        auto styles = StyleTargets::create(stream(), **network, styles_, 0, options_);
        ASSERT_TRUE(styles) << styles.error().message;
        gpu::Arena content_arena(device());
        gpu::Arena image_arena(device());
        const nn::Shape shape = testing::shape_of(image_);
        auto content =
            upload_image(stream(), content_arena, content_, shape.width, shape.height, {});
        auto image = upload_image(stream(), image_arena, image_, shape.width, shape.height, {});
        ASSERT_TRUE(content && image);
        auto objective =
            Objective::create(stream(), **network, shape, **content, styles->get(), options_, 2);
        ASSERT_TRUE(objective) << objective.error().message;
        gpu::Program program(device());
        (*objective)->record(program, **image);
        (*objective)->record(program, **content);  // into the next record
        ASSERT_TRUE(program.finish());
        ASSERT_TRUE(stream().run(program));

        std::vector<LayerLoss> found;
        (*objective)->layer_losses(0, found);
        ASSERT_EQ(found.size(), 6u);
        double means[2] = {};
        double sums[2] = {};
        for (std::size_t i = 0; i < found.size(); ++i) {
            const bool style = i >= 2;
            const LayerWeight& asked =
                style ? options_.style_layers[i - 2] : options_.content_layers[i];
            EXPECT_EQ(found[i].layer, asked.layer);
            EXPECT_EQ(found[i].style, style);
            // Alone, a layer's term is its kind's whole loss.
            ObjectiveOptions alone = options_;
            alone.content_layers.clear();
            alone.style_layers.clear();
            (style ? alone.style_layers : alone.content_layers) = {{asked.layer, 1.0f}};
            const auto expected = testing::ReferenceObjective(weights_, alone, content_, styles_)(
                testing::values_of(image_.rgb), shape);
            EXPECT_NEAR(
                static_cast<double>(found[i].loss) / (style ? expected.style : expected.content), 1,
                variant == nn::ConvVariant::kHalf ? 5e-3 : 1e-5)
                << "term " << i;
            means[style ? 1 : 0] +=
                static_cast<double>(asked.weight) * static_cast<double>(found[i].loss);
            sums[style ? 1 : 0] += static_cast<double>(asked.weight);
        }
        // A factor, its product, at most three sums and the loss itself are rounded; nothing
        // cancels.
        const Losses losses = (*objective)->losses(0);
        EXPECT_NEAR(means[0] / sums[0] / static_cast<double>(losses.content), 1, 6 * 0x1p-24);
        EXPECT_NEAR(means[1] / sums[1] / static_cast<double>(losses.style), 1, 6 * 0x1p-24);

        // The content costs nothing in its own layers, and something in those of the style.
        (*objective)->layer_losses(1, found);
        EXPECT_EQ(found[0].loss, 0.0f);
        EXPECT_EQ(found[1].loss, 0.0f);
        EXPECT_GT(found[2].loss, 0.0f);
    }
}

// The image that is its own content and style costs nothing but its variation.
TEST_F(ObjectiveTest, TheTargetItselfIsTheMinimum) {
    styles_ = {image_};
    content_ = image_;
    options_.style_blend.clear();
    options_.tv_weight = 0;
    const auto tensors = run();
    const auto& loss = find(tensors, "loss");
    EXPECT_EQ(loss[0], 0.0f);
    EXPECT_EQ(loss[1], 0.0f);
    EXPECT_EQ(loss[2], 0.0f);
    for (const float value : find(tensors, "gradient")) {
        EXPECT_EQ(value, 0.0f);
    }
}

// Weights are relative: scaling the features of a layer leaves every term as it was.
TEST_F(ObjectiveTest, TermsDoNotDependOnTheEncodersScale) {
    const auto before = find(run(), "loss");
    ConvWeights& last = weights_.convolutions[12];
    for (float& value : last.weight) {
        value *= 8.0f;
    }
    for (float& value : last.bias) {
        value *= 8.0f;
    }
    const auto after = find(run(), "loss");
    EXPECT_NEAR(after[2], before[2], 1e-6f * before[2]);
}

TEST_F(ObjectiveTest, TheCaffeConventionReadsTheSamePicture) {
    // The same network with its input's channels turned round and rescaled computes the same.
    const auto before = run();
    EncoderWeights caffe = weights_;
    caffe.input.bgr = true;
    caffe.input.scale = 255.0f;
    caffe.input.mean = {0.406f * 255.0f, 0.456f * 255.0f, 0.485f * 255.0f};
    caffe.input.std = {1, 1, 1};
    ConvWeights& first = caffe.convolutions[0];
    const auto& original = weights_.convolutions[0];
    for (std::size_t o = 0; o < static_cast<std::size_t>(first.out_channels); ++o) {
        for (std::size_t c = 0; c < 3; ++c) {
            for (std::size_t tap = 0; tap < 9; ++tap) {
                first.weight[(o * 3 + c) * 9 + tap] =
                    original.weight[(o * 3 + 2 - c) * 9 + tap] / 255.0f / weights_.input.std[2 - c];
            }
        }
    }
    weights_ = caffe;
    const auto after = run();
    EXPECT_LT(testing::relative_error(find(after, "gradient"),
                                      testing::values_of(find(before, "gradient"))),
              1e-4);
}

TEST_F(ObjectiveTest, ABlackPictureCountsNothingInsteadOfEverything) {
    for (ConvWeights& conv : weights_.convolutions) {
        std::fill(conv.bias.begin(), conv.bias.end(), 0.0f);
    }
    weights_.input.mean = {0, 0, 0};
    std::fill(content_.rgb.begin(), content_.rgb.end(), 0.0f);
    const auto loss = find(run(), "loss");
    EXPECT_EQ(loss[1], 0.0f);
    EXPECT_TRUE(std::isfinite(loss[0]));
}

TEST_F(ObjectiveTest, ProbesTensorsAreNamedAndShaped) {
    const auto tensors = run();
    std::string names;
    for (const ProbeTensor& tensor : tensors) {
        names += tensor.name + " ";
        std::size_t count = 1;
        for (const std::uint64_t side : tensor.shape) {
            count *= side;
        }
        EXPECT_EQ(count, tensor.values.size()) << tensor.name;
    }
    EXPECT_EQ(names,
              "features.relu1_1 features.relu3_1 features.relu4_2 features.relu5_1 gram.relu1_1 "
              "gram.relu3_1 gram.relu4_2 gram.relu5_1 loss gradient ");
    content_ = testing::random_image(44, 35, 2);
    auto refused = probe(device(), weights_, image_, content_, styles_, options_);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("45x35"), std::string::npos);
}

}  // namespace
}  // namespace impasto::style
