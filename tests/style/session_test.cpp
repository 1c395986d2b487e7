#include "style/session.h"

#include "support/gpu_fixture.h"
#include "support/tiny_encoder.h"

namespace impasto::style {
namespace {

class SessionTest : public testing::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        options_.size = 61;
        options_.first_size = 30;
        options_.iterations = {25, 15};
    }

    Result<std::unique_ptr<Session>> create() {
        return Session::create(device(), testing::tiny_encoder(13, 11), content_, styles_, options_,
                               [this](const std::string& line) { log_ += line + "\n"; });
    }

    std::unique_ptr<Session> made() {
        auto session = create();
        EXPECT_TRUE(session) << (session ? "" : session.error().message);
        return session ? *std::move(session) : nullptr;
    }

    Image finished() {
        auto session = made();
        if (session == nullptr) {
            return {};
        }
        const Status status = session->advance(1000);
        EXPECT_TRUE(status) << (status ? "" : status.error().message);
        EXPECT_TRUE(session->progress().done);
        auto image = session->image();
        EXPECT_TRUE(image);
        losses_ = session->losses();
        restarts_ = session->progress().restarts;
        return image ? *image : Image();
    }

    SessionOptions options_;
    Image content_ = testing::random_image(83, 59, 2);
    std::vector<Image> styles_{testing::random_image(70, 45, 3)};
    std::string log_;
    std::vector<Losses> losses_;
    std::uint32_t restarts_ = 0;
};

TEST_F(SessionTest, TheLossFallsAtEveryScaleWithBothOptimisers) {
    options_.iterations = {25, 60};
    for (const Optimizer optimizer : {Optimizer::kLbfgs, Optimizer::kAdam}) {
        options_.optimizer = optimizer;
        const Image image = finished();
        EXPECT_EQ(image.width, 61);
        EXPECT_EQ(image.height, 43);
        ASSERT_EQ(losses_.size(), 85u);
        EXPECT_LT(losses_[24].total, 0.9f * losses_[0].total);
        EXPECT_LT(losses_[84].total, losses_[25].total);
        EXPECT_EQ(restarts_, 0u) << log_;
        for (const float value : image.rgb) {
            ASSERT_TRUE(value >= 0.0f && value <= 1.0f);
        }
    }
}

TEST_F(SessionTest, TheSameRunGivesTheSameBytes) {
    for (const Init init : {Init::kContent, Init::kNoise}) {
        options_.init = init;
        options_.seed = 9;
        const Image first = finished();
        EXPECT_EQ(first.rgb, finished().rgb);
    }
    const Image first = finished();
    options_.seed = 10;
    EXPECT_NE(first.rgb, finished().rgb);
}

// How often the caller comes by must not matter.
TEST_F(SessionTest, StepByStepEqualsAllAtOnce) {
    const Image all = finished();
    auto session = made();
    ASSERT_NE(session, nullptr);
    std::uint32_t calls = 0;
    while (!session->progress().done) {
        ASSERT_TRUE(session->advance(1));
        ASSERT_TRUE(session->image());
        ASSERT_LE(++calls, 40u);
    }
    EXPECT_EQ(calls, 40u);
    EXPECT_EQ(session->image()->rgb, all.rgb);
}

// With a threshold that ordinary losses break, every iteration counts as an explosion: each time
// the best image must come back, and the run must end all the same.
TEST_F(SessionTest, ADivergenceGoesBackToTheBestImage) {
    options_.iterations = {12};
    options_.first_size = 61;
    options_.explosion_factor = 0.5f;
    const Image image = finished();
    EXPECT_GT(restarts_, 0u);
    EXPECT_NE(log_.find("diverged"), std::string::npos);
    ASSERT_EQ(losses_.size(), 12u);
    float best = losses_[0].total;
    for (const Losses& losses : losses_) {
        best = std::min(best, losses.total);
    }
    EXPECT_LT(best, losses_[0].total);
    for (const float value : image.rgb) {
        ASSERT_TRUE(std::isfinite(value));
    }
}

// With a threshold that every ending breaks, the picture handed out must be the best one that was
// evaluated.
TEST_F(SessionTest, ARunThatEndsOnAnOvershootGivesTheBestImage) {
    options_.iterations = {6, 5};
    options_.overshoot_factor = 0.0f;
    const Image image = finished();
    float best = losses_[6].total;
    for (std::size_t i = 6; i < losses_.size(); ++i) {
        best = std::min(best, losses_[i].total);
    }
    options_.first_size = 61;
    options_.init = Init::kImage;
    options_.init_image = image;
    options_.iterations = {1};
    finished();
    // Clamping to [0, 1] for the file is all that lies between the two.
    EXPECT_NEAR(losses_[0].total, best, 0.02f * best);
}

TEST_F(SessionTest, AStartThatIsNotFiniteIsAnError) {
    options_.init = Init::kImage;
    options_.init_image = content_;
    options_.init_image.rgb[100] = std::nanf("");
    auto session = made();
    ASSERT_NE(session, nullptr);
    const Status status = session->advance(1000);
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message.find("not finite"), std::string::npos);
}

TEST_F(SessionTest, AlphaAndColoursOfTheContentAreKept) {
    content_.alpha.assign(content_.pixels(), 0.25f);
    Image image = finished();
    ASSERT_EQ(image.alpha.size(), image.pixels());
    EXPECT_NEAR(image.alpha[100], 0.25f, 1e-5f);
    const Image styled = image;
    options_.colors = Colors::kContent;
    image = finished();
    EXPECT_NE(image.rgb, styled.rgb);
}

TEST_F(SessionTest, AStyleIsNeverEnlargedAndScaled) {
    // At style scale 1 and a scale of 61 px the 70 px style is shrunk; a tiny one stays as it is.
    options_.style_scale = 0.8f;
    const Image smaller = finished();
    options_.style_scale = 1.0f;
    EXPECT_NE(smaller.rgb, finished().rgb);
    // A 31 px style is smaller than every scale but the first, at any style scale from 1 on.
    options_.first_size = 61;
    styles_ = {testing::random_image(31, 25, 3)};
    const Image small = finished();
    options_.style_scale = 64.0f;
    EXPECT_EQ(small.rgb, finished().rgb);
}

// A strip, or a small style scale, is shrunk only as far as the layers allow.
TEST_F(SessionTest, AStyleIsNotShrunkAway) {
    styles_ = {testing::random_image(400, 40, 3)};
    options_.style_scale = 0.05f;
    finished();
    EXPECT_EQ(losses_.size(), 40u);
}

// A scale that cannot be entered leaves the picture of the one before.
TEST_F(SessionTest, AFailureKeepsThePictureSoFar) {
    auto session = made();
    ASSERT_NE(session, nullptr);
    device().limit_memory(device().bytes_held() + 1000);
    const Status status = session->advance(1000);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kOutOfMemory);
    auto image = session->image();
    device().limit_memory(0);
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_TRUE(image->width == 31 || image->width == 61) << image->width;
    EXPECT_FALSE(session->advance(1));
}

TEST_F(SessionTest, SizesThatCannotBeAreExplained) {
    content_ = testing::random_image(300, 3, 2);
    auto session = create();
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(session.error().message.find("300x3"), std::string::npos);

    content_ = testing::random_image(83, 59, 2);
    options_.size = 16384;
    session = create();
    ASSERT_FALSE(session);
    EXPECT_TRUE(session.error().message.find("too large") != std::string::npos ||
                session.error().message.find("would fit") != std::string::npos)
        << session.error().message;
}

TEST_F(SessionTest, TheMemoryCheckNamesASizeThatFits) {
    options_.size = 600;
    device().limit_memory(20 << 20);
    auto session = create();
    device().limit_memory(0);
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().code, ErrorCode::kOutOfMemory);
    const std::string& message = session.error().message;
    const auto at = message.rfind("--size ");
    ASSERT_NE(at, std::string::npos) << message;
    ASSERT_NE(message.find("would fit"), std::string::npos) << message;
    // And it does.
    options_.size = static_cast<std::uint32_t>(std::stoul(message.substr(at + 7)));
    EXPECT_GT(options_.size, 100u);
    options_.iterations = {1};
    device().limit_memory(20 << 20);
    session = create();
    ASSERT_TRUE(session) << session.error().message;
    EXPECT_TRUE((*session)->advance(1000));
    device().limit_memory(0);
}

TEST_F(SessionTest, DestroyedInFlight) {
    auto session = made();
    ASSERT_NE(session, nullptr);
    ASSERT_TRUE(session->advance(2));
    session.reset();
}

TEST_F(SessionTest, NothingIsLeftBehind) {
    const std::uint64_t before = device().bytes_held();
    finished();
    EXPECT_EQ(device().bytes_held(), before);
}

}  // namespace
}  // namespace impasto::style
