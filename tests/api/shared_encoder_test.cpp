// Sessions of one context share the encoder: the same pictures, less memory, and accounts that stay
// right.
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <functional>

#include "api/api_fixture.h"
#include "impasto/impasto.h"
#include "impasto/impasto_gltf.h"
#include "texture/gltf/model_file.h"

namespace {

using impasto::testing::ApiTest;

class SharedEncoderTest : public ApiTest {
  protected:
    void SetUp() override {
        ApiTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        use_little();
    }

    // With a tier that needs no check and no timing, which hold something of their own.
    ImpastoContext* context(int keep, std::uint64_t budget = 0) {
        ImpastoContextOptions options{};
        options.struct_size = sizeof options;
        options.tier = "direct";
        options.keep_encoder = keep;
        options.memory_budget = budget;
        ImpastoContext* made = nullptr;
        EXPECT_EQ(impasto_context_create(&options, &made, message_, sizeof message_),
                  IMPASTO_SUCCESS)
            << message_;
        return made;
    }

    std::vector<float> picture(ImpastoSession* session) {
        EXPECT_EQ(impasto_session_run(session, nullptr, nullptr), IMPASTO_SUCCESS);
        ImpastoImage* image = nullptr;
        EXPECT_EQ(impasto_session_image(session, &image), IMPASTO_SUCCESS);
        const float* rgb = impasto_image_rgb(image);
        const std::vector<float> pixels(
            rgb, rgb + 3 * impasto_image_width(image) * impasto_image_height(image));
        impasto_image_destroy(image);
        return pixels;
    }
};

TEST_F(SharedEncoderTest, TwoAtATimeMakeWhatEachMakesAlone) {
    ImpastoContext* const alone = context(0);
    ImpastoSession* first = nullptr;
    ASSERT_EQ(create(alone, &first), IMPASTO_SUCCESS) << message_;
    const std::uint64_t planned = impasto_session_bytes_planned(first);
    const std::vector<float> expected = picture(first);
    impasto_session_destroy(first);
    impasto_context_destroy(alone);

    ImpastoContext* const both = context(0);
    ImpastoSession* second = nullptr;
    ASSERT_EQ(create(both, &first), IMPASTO_SUCCESS) << message_;
    ASSERT_EQ(create(both, &second), IMPASTO_SUCCESS) << message_;
    ImpastoProgress progress{};
    progress.struct_size = sizeof progress;
    ASSERT_EQ(impasto_session_advance(first, 1, &progress), IMPASTO_SUCCESS);
    EXPECT_EQ(picture(second), expected);
    impasto_session_destroy(second);
    EXPECT_EQ(picture(first), expected);  // whose encoder the other one's end leaves alone
    EXPECT_LT(impasto_context_bytes_peak(both), 2 * planned);
    impasto_session_destroy(first);
    impasto_context_destroy(both);
}

// A model's textures too, which their callers don't see.
TEST_F(SharedEncoderTest, WithTheTexturesOfAModel) {
    namespace gltf = impasto::gltf;
    ImpastoContext* const alone = context(0);
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(alone, &session), IMPASTO_SUCCESS) << message_;
    const std::uint64_t planned = impasto_session_bytes_planned(session);
    impasto_session_destroy(session);
    impasto_context_destroy(alone);

    gltf::ModelFile file;
    file.quad(gltf::kSquare, gltf::kWholeImage);
    file.material(file.texture(file.image(gltf::png(impasto::testing::random_image(60, 44, 1)))));
    const auto bytes = file.binary();
    const std::string path = (folder_.path() / "model.glb").string();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    ImpastoGltf* model = nullptr;
    ASSERT_EQ(impasto_gltf_load(path.c_str(), &model, message_, sizeof message_), IMPASTO_SUCCESS);
    ImpastoContext* const shared = context(0);
    ImpastoSession* beside = nullptr;
    std::function<bool()> begin = [&] {
        return beside != nullptr || create(shared, &beside) == IMPASTO_SUCCESS;
    };
    ImpastoGltfOptions options{};
    options.struct_size = sizeof options;
    impasto_gltf_options_default(&options);
    options.session = &options_;
    options.callback_user = &begin;
    options.callback = [](void* user, const ImpastoGltfProgress*) {
        return (*static_cast<std::function<bool()>*>(user))() ? 1 : 0;
    };
    EXPECT_EQ(impasto_gltf_restyle(shared, weights_, model, &style_, 1, &options, message_,
                                   sizeof message_),
              IMPASTO_SUCCESS)
        << message_;
    EXPECT_NE(beside, nullptr);
    EXPECT_LT(impasto_context_bytes_peak(shared), 2 * planned);
    impasto_session_destroy(beside);
    impasto_gltf_destroy(model);
    impasto_context_destroy(shared);
}

// In a budget that one session fills: the kept encoder is counted once, and gives way to another.
TEST_F(SharedEncoderTest, WhatIsKeptCostsNoSessionItsMemory) {
    ImpastoContext* const unlimited = context(0);
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(unlimited, &session), IMPASTO_SUCCESS) << message_;
    const std::uint64_t planned = impasto_session_bytes_planned(session);
    const std::vector<float> expected = picture(session);
    impasto_session_destroy(session);
    impasto_context_destroy(unlimited);

    ImpastoContext* const tight = context(1, planned);
    for (int i = 0; i < 2; ++i) {
        ASSERT_EQ(create(tight, &session), IMPASTO_SUCCESS) << message_;
        EXPECT_EQ(impasto_session_bytes_planned(session), planned);
        EXPECT_EQ(picture(session), expected);
        impasto_session_destroy(session);
    }
    ImpastoWeights* const first = weights_;
    const auto bytes =
        impasto::testing::weights_file(impasto::testing::tiny_encoder(13, 12), folder_.path());
    ASSERT_EQ(impasto_weights_load_memory(bytes.data(), bytes.size(), "other", nullptr, &weights_,
                                          message_, sizeof message_),
              IMPASTO_SUCCESS);
    ASSERT_EQ(create(tight, &session), IMPASTO_SUCCESS) << message_;
    EXPECT_NE(picture(session), expected);
    impasto_session_destroy(session);
    impasto_weights_destroy(first);
    EXPECT_LE(impasto_context_bytes_peak(tight), planned);
    impasto_context_destroy(tight);
}

// The context lets go of it by itself.
TEST_F(SharedEncoderTest, WeightsMayGoBeforeWhatIsKept) {
    ImpastoContext* const keeping = context(1);
    ImpastoSession* session = nullptr;
    ASSERT_EQ(create(keeping, &session), IMPASTO_SUCCESS) << message_;
    impasto_weights_destroy(weights_);
    weights_ = nullptr;
    impasto_session_destroy(session);
    impasto_context_destroy(keeping);
}

}  // namespace
