// Every way to compute the convolutions, forced by its name: the whole evaluation against double
// precision, and whole sessions. A tier that the device does not offer is skipped by name.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "impasto/impasto.h"
#include "nn/conv_variants.h"
#include "support/temporary_folder.h"
#include "support/tiny_encoder.h"
#include "support/weights_file.h"

namespace {

using impasto::EncoderWeights;
using impasto::nn::ConvVariant;
using impasto::testing::random_image;
using impasto::testing::ReferenceObjective;
using impasto::testing::relative_error;

// Relative L2 errors; of losses, relative errors. What a layer rounds adds up over thirteen of
// them, a few times more in what follows from the maps. A sum of chunks of 32-bit floats is off by
// some 2^-24, Winograd's transforms by ten times that (nn/winograd.h), a map of 16-bit floats by
// 2^-12. The gradient is that of the same decisions, so it is not worse than the maps.
double bound_of(ConvVariant variant) {
    switch (variant) {
        case ConvVariant::kDirect:
            return 3e-6;
        case ConvVariant::kWinograd:
            return 2e-5;
        default:
            return 5e-3;
    }
}

// Less than a tile of the kernels, more than one, and no multiple of any: 64 and 128 channels.
constexpr int kChannels[] = {20, 24, 40, 36, 70, 72, 66, 64, 132, 130, 96, 129, 41};

class TierTest : public ::testing::TestWithParam<ConvVariant> {
  protected:
    void SetUp() override {
        weights_ = impasto::testing::random_encoder(kChannels, 17);
        const auto bytes = impasto::testing::weights_file(weights_, folder_.path());
        ASSERT_EQ(impasto_weights_load_memory(bytes.data(), bytes.size(), "tiny", nullptr, &loaded_,
                                              message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        open();
    }

    void TearDown() override {
        EXPECT_EQ(log_.find("is not used"), std::string::npos) << log_;
        impasto_context_destroy(context_);
        impasto_weights_destroy(loaded_);
    }

    const char* tier() const { return impasto::nn::variant_name(GetParam()); }

    void open() {
        impasto_context_destroy(context_);
        context_ = nullptr;
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.device = std::getenv("IMPASTO_TEST_DEVICE");
        options.tier = tier();
        options.log = [](void* user, const char* line) {
            *static_cast<std::string*>(user) += line + std::string("\n");
        };
        options.log_user = &log_;
        const ImpastoResult result =
            impasto_context_create(&options, &context_, message_, sizeof message_);
        if (result == IMPASTO_ERROR_NO_DEVICE) {
            GTEST_SKIP() << "no Vulkan driver on this machine: " << message_;
        }
        ASSERT_EQ(result, IMPASTO_SUCCESS) << message_;
    }

    // Whether a call failed since the device lacks what the tier needs. Everyone has "direct".
    bool is_not_offered(ImpastoResult result) const {
        return result == IMPASTO_ERROR_INVALID_ARGUMENT && GetParam() != ConvVariant::kDirect &&
               std::strstr(message_, (std::string("the tier '") + tier() + "' needs").c_str());
    }

    ImpastoImage* image_of(const impasto::Image& pixels) {
        ImpastoImage* made = nullptr;
        EXPECT_EQ(impasto_image_create(pixels.width, pixels.height, pixels.rgb.data(), nullptr,
                                       &made, message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        return made;
    }

    impasto::test::TemporaryFolder folder_;
    EncoderWeights weights_;
    ImpastoWeights* loaded_ = nullptr;
    ImpastoContext* context_ = nullptr;
    std::string log_;
    char message_[512] = "";
};

class TierProbeTest : public TierTest {
  protected:
    void SetUp() override {
        TierTest::SetUp();
        // Every layer has a term, so that the probe shows what every ReLU and pool decided.
        options_.first_padding = {};
        options_.content_weight = 0.7f;
        options_.style_weight = 3.0f;
        options_.tv_weight = 0.4f;
        options_.content_layers = {{9, 2.0f}, {4, 0.5f}};
        options_.style_layers.clear();
        for (int layer = 0; layer < static_cast<int>(std::size(kChannels)); ++layer) {
            options_.style_layers.push_back({layer, 0.5f + static_cast<float>(layer % 3)});
        }
        options_.style_blend = {0.7f, 0.3f};
    }

    // The names are kept in names_.
    std::vector<ImpastoLayerWeight> in_c(const std::vector<impasto::style::LayerWeight>& from) {
        std::vector<ImpastoLayerWeight> to;
        for (const auto& term : from) {
            names_.push_back(impasto::encoder::relu_name(term.layer));
            to.push_back({names_.back().c_str(), term.weight});
        }
        return to;
    }

    ImpastoResult probe(ImpastoProbe** probe) {
        const auto content_layers = in_c(options_.content_layers);
        const auto style_layers = in_c(options_.style_layers);
        ImpastoObjective objective{};
        objective.struct_size = sizeof objective;
        impasto_objective_default(&objective);
        objective.content_weight = options_.content_weight;
        objective.style_weight = options_.style_weight;
        objective.tv_weight = options_.tv_weight;
        objective.content_layers = content_layers.data();
        objective.content_layer_count = static_cast<std::uint32_t>(content_layers.size());
        objective.style_layers = style_layers.data();
        objective.style_layer_count = static_cast<std::uint32_t>(style_layers.size());
        objective.pooling = options_.pooling == impasto::nn::Pooling::kMax
                                ? IMPASTO_POOLING_MAX
                                : IMPASTO_POOLING_AVERAGE;
        objective.style_blend = options_.style_blend.data();
        objective.style_blend_count = 2;
        ImpastoImage* image = image_of(image_);
        ImpastoImage* content = image_of(content_);
        ImpastoImage* styles[2] = {image_of(styles_[0]), image_of(styles_[1])};
        const ImpastoResult result =
            impasto_probe_run(context_, loaded_, image, content, styles, 2, &objective, probe,
                              message_, sizeof message_);
        for (ImpastoImage* made : {image, content, styles[0], styles[1]}) {
            impasto_image_destroy(made);
        }
        return result;
    }

    static std::vector<float> find(const ImpastoProbe* probe, const std::string& name) {
        ImpastoTensor tensor{};
        tensor.struct_size = sizeof tensor;
        for (std::uint32_t i = 0; i < impasto_probe_count(probe); ++i) {
            if (impasto_probe_tensor(probe, i, &tensor) == IMPASTO_SUCCESS && name == tensor.name) {
                std::size_t count = 1;
                for (std::uint32_t k = 0; k < tensor.dimensions; ++k) {
                    count *= tensor.shape[k];
                }
                return {tensor.values, tensor.values + count};
            }
        }
        ADD_FAILURE() << "no tensor " << name;
        return {};
    }

    std::deque<std::string> names_;
    impasto::style::ObjectiveOptions options_;
    const impasto::Image image_ = random_image(61, 45, 1);
    const impasto::Image content_ = random_image(61, 45, 2);
    const std::vector<impasto::Image> styles_{random_image(29, 51, 3), random_image(40, 24, 4)};
};

TEST_P(TierProbeTest, EqualsTheReference) {
    const double bound = bound_of(GetParam());
    for (const auto pooling : {impasto::nn::Pooling::kMax, impasto::nn::Pooling::kAverage}) {
        SCOPED_TRACE(pooling == impasto::nn::Pooling::kMax ? "max pooling" : "average pooling");
        options_.pooling = pooling;
        ImpastoProbe* found = nullptr;
        const ImpastoResult result = probe(&found);
        if (is_not_offered(result)) {
            GTEST_SKIP() << message_;
        }
        ASSERT_EQ(result, IMPASTO_SUCCESS) << message_;

        const ReferenceObjective reference(weights_, options_, content_, styles_);
        const auto values = impasto::testing::values_of(image_.rgb);
        const auto shape = impasto::testing::shape_of(image_);
        const auto layers = reference.features(values, shape);
        std::vector<impasto::nn::reference::Values> decided;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const std::string name = impasto::encoder::relu_name(static_cast<int>(i));
            const auto map = find(found, "features." + name);
            const auto gram = find(found, "gram." + name);
            const auto expected = reference.gram(layers, i);
            ASSERT_EQ(map.size(), layers[i].map.size()) << name;
            ASSERT_EQ(gram.size(), expected.size()) << name;
            EXPECT_LT(relative_error(map, layers[i].map), bound) << name;
            EXPECT_LT(relative_error(gram, expected), bound) << "gram of " << name;
            decided.push_back(impasto::testing::values_of(map));
        }
        const auto losses = reference(values, shape);
        const auto loss = find(found, "loss");
        const double expected[] = {losses.total, losses.content, losses.style, losses.tv};
        ASSERT_EQ(loss.size(), std::size(expected));
        for (std::size_t k = 0; k < loss.size(); ++k) {
            EXPECT_NEAR(static_cast<double>(loss[k]) / expected[k], 1, bound) << k;
        }
        const auto gradient = find(found, "gradient");
        ASSERT_EQ(gradient.size(), values.size());
        EXPECT_LT(relative_error(gradient, reference.gradient(values, shape, decided)), bound);
        impasto_probe_destroy(found);
    }
}

struct Finished {
    std::vector<float> pixels;
    std::vector<ImpastoLosses> losses;  // of each iteration, before its step
    ImpastoLosses last{};               // of the picture
};

class TierSessionTest : public TierTest {
  protected:
    // Two scales from noise. Nothing but the result is set where the session can't be created.
    ImpastoResult run(std::uint64_t seed, Finished& made) {
        ImpastoSessionOptions options{};
        options.struct_size = sizeof options;
        impasto_session_options_default(&options);
        const std::uint32_t iterations[] = {12, 6};
        options.size = 60;
        options.first_size = 30;
        options.iterations = iterations;
        options.iterations_count = 2;
        options.init = IMPASTO_INIT_NOISE;
        options.seed = seed;
        ImpastoImage* content = image_of(random_image(60, 44, 1));
        ImpastoImage* style = image_of(random_image(48, 50, 2));
        ImpastoSession* session = nullptr;
        const ImpastoResult result = impasto_session_create(
            context_, loaded_, content, &style, 1, &options, &session, message_, sizeof message_);
        impasto_image_destroy(content);
        impasto_image_destroy(style);
        if (result != IMPASTO_SUCCESS) {
            return result;
        }
        ImpastoProgress progress{};
        progress.struct_size = sizeof progress;
        EXPECT_EQ(impasto_session_advance(session, 100, &progress), IMPASTO_SUCCESS)
            << impasto_session_message(session);
        EXPECT_EQ(progress.done, 1);
        expect_the_tier(session);
        made.losses.resize(progress.total_iterations);
        impasto_session_losses(session, 0, progress.total_iterations, made.losses.data());
        EXPECT_EQ(impasto_session_image_losses(session, &made.last), IMPASTO_SUCCESS);
        ImpastoImage* picture = nullptr;
        EXPECT_EQ(impasto_session_image(session, &picture), IMPASTO_SUCCESS);
        const float* rgb = impasto_image_rgb(picture);
        made.pixels.assign(rgb, rgb + std::size_t{3} * 60 * 44);
        impasto_image_destroy(picture);
        impasto_session_destroy(session);
        return result;
    }

    // conv1_1, which reads 3 channels, is direct or half everywhere.
    void expect_the_tier(ImpastoSession* session) {
        std::uint32_t count = 0;
        ASSERT_EQ(impasto_session_layers(session, nullptr, &count), IMPASTO_SUCCESS);
        std::vector<ImpastoLayer> layers(count);
        ASSERT_EQ(impasto_session_layers(session, layers.data(), &count), IMPASTO_SUCCESS);
        ASSERT_EQ(count, std::size(kChannels));
        for (std::size_t i = 1; i < layers.size(); ++i) {
            EXPECT_STREQ(layers[i].variant, tier()) << layers[i].name;
        }
    }
};

TEST_P(TierSessionTest, TheSameSeedGivesTheSameBytesAndTheLossFalls) {
    Finished first;
    const ImpastoResult result = run(7, first);
    if (is_not_offered(result)) {
        GTEST_SKIP() << message_;
    }
    ASSERT_EQ(result, IMPASTO_SUCCESS) << message_;
    ASSERT_EQ(first.losses.size(), 18u);
    EXPECT_LT(first.losses[11].total, 0.7f * first.losses[0].total) << "the first scale";
    EXPECT_LT(first.last.total, 0.7f * first.losses[12].total) << "the second scale";

    Finished again;
    open();
    ASSERT_EQ(run(7, again), IMPASTO_SUCCESS) << message_;
    EXPECT_EQ(again.pixels, first.pixels);
    EXPECT_EQ(again.last.total, first.last.total);
    Finished other;
    ASSERT_EQ(run(8, other), IMPASTO_SUCCESS) << message_;
    EXPECT_NE(other.pixels, first.pixels);
}

std::vector<ConvVariant> every_tier() {
    std::vector<ConvVariant> tiers;
    for (const auto& row : impasto::nn::conv_variants()) {
        tiers.push_back(row.variant);
    }
    return tiers;
}

std::string test_name(const ::testing::TestParamInfo<ConvVariant>& tier) {
    std::string name = impasto::nn::variant_name(tier.param);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Tiers, TierProbeTest, ::testing::ValuesIn(every_tier()), test_name);
INSTANTIATE_TEST_SUITE_P(Tiers, TierSessionTest, ::testing::ValuesIn(every_tier()), test_name);

}  // namespace
