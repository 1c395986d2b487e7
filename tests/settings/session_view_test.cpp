// Settings as the library takes them, and that their ranges are the library's own.
#include "settings/session_view.h"

#include <gtest/gtest.h>

#include "random_settings.h"

namespace impasto::settings {
namespace {

ImpastoSessionOptions default_options() {
    ImpastoSessionOptions options{};
    options.struct_size = sizeof options;
    options.objective.struct_size = sizeof options.objective;
    impasto_session_options_default(&options);
    return options;
}

void expect_layers(const ImpastoLayerWeight* layers, std::uint32_t count,
                   const std::vector<LayerWeight>& expected) {
    ASSERT_EQ(count, expected.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        EXPECT_EQ(layers[i].layer, expected[i].name);
        EXPECT_EQ(layers[i].weight, expected[i].weight);
    }
}

void expect_same(const ImpastoSessionOptions& options, const Settings& settings) {
    EXPECT_EQ(options.struct_size, sizeof options);
    EXPECT_EQ(options.size, settings.size);
    EXPECT_EQ(options.first_size, settings.first_size);
    EXPECT_EQ(std::vector(options.iterations, options.iterations + options.iterations_count),
              settings.iterations);
    EXPECT_EQ(options.optimizer, settings.optimizer);
    EXPECT_EQ(options.lbfgs_history, settings.lbfgs_history);
    EXPECT_EQ(options.adam_learning_rate, settings.adam_learning_rate);
    EXPECT_EQ(options.style_scale, settings.style_scale);
    EXPECT_EQ(options.colors, settings.colors);
    EXPECT_EQ(options.seed, settings.seed);
    EXPECT_EQ(options.profile, 0);
    const ImpastoObjective& objective = options.objective;
    EXPECT_EQ(objective.struct_size, sizeof objective);
    EXPECT_EQ(objective.content_weight, settings.content_weight);
    EXPECT_EQ(objective.style_weight, settings.style_weight);
    EXPECT_EQ(objective.tv_weight, settings.tv_weight);
    expect_layers(objective.content_layers, objective.content_layer_count, settings.content_layers);
    expect_layers(objective.style_layers, objective.style_layer_count, settings.style_layers);
    EXPECT_EQ(objective.pooling, settings.pooling);
    EXPECT_EQ(objective.padding, settings.padding);
    EXPECT_EQ(
        std::vector(objective.style_blend, objective.style_blend + objective.style_blend_count),
        settings.style_blend);
}

TEST(SessionView, DefaultsAreTheLibrarys) { expect_same(default_options(), Settings()); }

TEST(SessionView, HasEveryField) {
    RandomSettings random(3);
    for (int round = 0; round < 100; ++round) {
        Settings settings = random.next();
        const SessionView view(settings);
        EXPECT_EQ(view.settings(), settings);
        const auto* image = reinterpret_cast<const ImpastoImage*>(&settings);
        const ImpastoSessionOptions options = view.options(image);
        // It has copies: what becomes of the settings is another matter.
        const Settings copy = settings;
        settings = Settings();
        expect_same(options, copy);
        EXPECT_EQ(options.init_image, image);
        EXPECT_EQ(options.init, copy.init == "content" ? IMPASTO_INIT_CONTENT
                                : copy.init == "noise" ? IMPASTO_INIT_NOISE
                                                       : IMPASTO_INIT_IMAGE);
        EXPECT_EQ(copy.init_file(), options.init == IMPASTO_INIT_IMAGE ? copy.init : "");
        if (copy.style_blend.empty()) {
            EXPECT_EQ(options.objective.style_blend, nullptr);
        }
    }
}

TEST(SessionView, SettingsAreChecked) {
    Settings settings;
    EXPECT_TRUE(settings.check(1));
    EXPECT_TRUE(settings.check(3));
    settings.style_blend = {0.5f, 0.5f};
    EXPECT_TRUE(settings.check(2));
    EXPECT_FALSE(settings.check(1));
    settings = Settings();
    settings.content_weight = 0.0f;
    EXPECT_TRUE(settings.check(1));
    settings.style_weight = 0.0f;
    EXPECT_FALSE(settings.check(1));
}

// Both ends of every range are taken; what the library refuses, no range holds.
TEST(SessionView, TheLibraryTakesTheWholeOfEveryRange) {
    char message[1024] = {};
    ImpastoContext* context = nullptr;
    const ImpastoResult made = impasto_context_create(nullptr, &context, message, sizeof message);
    if (made == IMPASTO_ERROR_NO_DEVICE) GTEST_SKIP() << message;
    ASSERT_EQ(made, IMPASTO_SUCCESS) << message;
    const auto need = [&](const Settings& settings) {
        const SessionView view(settings);
        const ImpastoSessionOptions options = view.options(nullptr);
        const ImpastoSize size{64, 64};
        ImpastoNeed result{};
        result.struct_size = sizeof result;
        return impasto_session_need(context, nullptr, &size, &size, 1, &options, &result, message,
                                    sizeof message);
    };
    Settings low;
    low.content_layers = low.style_layers = {{"relu1_1"}};  // of which nothing is left else
    low.size = static_cast<std::uint32_t>(kSizes.low);
    low.first_size = low.size;
    low.iterations = {static_cast<std::uint32_t>(kIterations.low)};
    low.lbfgs_history = static_cast<std::uint32_t>(kLbfgsHistories.low);
    low.adam_learning_rate = kAdamRates.low;
    low.style_scale = kStyleScales.low;
    EXPECT_EQ(need(low), IMPASTO_SUCCESS) << message;
    Settings high;
    high.iterations = {static_cast<std::uint32_t>(kIterations.high)};
    high.lbfgs_history = static_cast<std::uint32_t>(kLbfgsHistories.high);
    high.adam_learning_rate = kAdamRates.high;
    high.style_scale = kStyleScales.high;
    EXPECT_EQ(need(high), IMPASTO_SUCCESS) << message;
    ++high.lbfgs_history;
    EXPECT_EQ(need(high), IMPASTO_ERROR_INVALID_ARGUMENT);
    impasto_context_destroy(context);
}

}  // namespace
}  // namespace impasto::settings
