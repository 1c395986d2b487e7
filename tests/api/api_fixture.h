// Tests of the C interface: small pictures, an encoder of random weights, and a context of
// Impasto's own.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "impasto/impasto.h"
#include "support/temporary_folder.h"
#include "support/tiny_encoder.h"
#include "support/weights_file.h"

namespace impasto::testing {

class ApiTest : public ::testing::Test {
  protected:
    void SetUp() override {
        const ImpastoResult result =
            impasto_context_create(nullptr, &context_, message_, sizeof message_);
        if (result == IMPASTO_ERROR_NO_DEVICE) {
            GTEST_SKIP() << "no Vulkan driver on this machine: " << message_;
        }
        ASSERT_EQ(result, IMPASTO_SUCCESS) << message_;
        const auto bytes = weights_file(tiny_encoder(13, 11), folder_.path());
        ASSERT_EQ(impasto_weights_load_memory(bytes.data(), bytes.size(), "tiny", nullptr,
                                              &weights_, message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        content_ = image(60, 44, 1);
        style_ = image(48, 50, 2);
        options_.struct_size = sizeof options_;
        impasto_session_options_default(&options_);
        options_.size = 60;
        options_.first_size = 30;
        options_.iterations = iterations_;
        options_.iterations_count = 2;
    }

    void TearDown() override {
        impasto_image_destroy(style_);
        impasto_image_destroy(content_);
        impasto_weights_destroy(weights_);
        impasto_context_destroy(context_);
    }

    ImpastoImage* image(int width, int height, std::uint32_t seed) {
        const auto pixels = random_image(width, height, seed);
        ImpastoImage* made = nullptr;
        EXPECT_EQ(impasto_image_create(width, height, pixels.rgb.data(), nullptr, &made, message_,
                                       sizeof message_),
                  IMPASTO_SUCCESS);
        return made;
    }

    ImpastoResult create(ImpastoContext* context, ImpastoSession** session) {
        return impasto_session_create(context, weights_, content_, &style_, 1, &options_, session,
                                      message_, sizeof message_);
    }

    // From now on of the encoder its first layers alone, two scales of two iterations: what is
    // there, and little work.
    void use_little() {
        options_.size = 40;
        options_.first_size = 20;
        iterations_[0] = iterations_[1] = 2;
        options_.lbfgs_history = 2;
        options_.objective.content_layers = &second_block_;
        options_.objective.content_layer_count = 1;
        options_.objective.style_layers = &first_block_;
        options_.objective.style_layer_count = 1;
    }

    // The finished picture's pixels.
    std::vector<float> run(ImpastoContext* context) {
        ImpastoSession* session = nullptr;
        EXPECT_EQ(create(context, &session), IMPASTO_SUCCESS) << message_;
        if (session == nullptr) {
            return {};
        }
        ImpastoProgress progress{};
        progress.struct_size = sizeof progress;
        EXPECT_EQ(impasto_session_advance(session, 100, &progress), IMPASTO_SUCCESS)
            << impasto_session_message(session);
        EXPECT_EQ(progress.done, 1);
        ImpastoImage* result = nullptr;
        EXPECT_EQ(impasto_session_image(session, &result), IMPASTO_SUCCESS);
        const float* rgb = impasto_image_rgb(result);
        std::vector<float> pixels(rgb, rgb + std::size_t{3} * 60 * 44);
        impasto_image_destroy(result);
        impasto_session_destroy(session);
        return pixels;
    }

    test::TemporaryFolder folder_;
    char message_[512] = "";
    ImpastoContext* context_ = nullptr;
    ImpastoWeights* weights_ = nullptr;
    ImpastoImage* content_ = nullptr;
    ImpastoImage* style_ = nullptr;
    ImpastoSessionOptions options_{};
    std::uint32_t iterations_[2] = {4, 3};
    const ImpastoLayerWeight first_block_{"relu1_1", 1};
    const ImpastoLayerWeight second_block_{"relu2_1", 1};
};

}  // namespace impasto::testing
