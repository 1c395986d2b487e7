// What a session tells of its layers.
#include "style/session.h"
#include "support/gpu_fixture.h"
#include "support/tiny_encoder.h"

namespace impasto::style {
namespace {

class SessionStateTest : public testing::GpuTest {
  protected:
    void SetUp() override {
        GpuTest::SetUp();
        options_.size = 61;
        options_.first_size = 30;
        options_.objective.style_weight = 40.0f;
    }

    std::unique_ptr<Session> made() {
        auto session = Session::create(device(), testing::tiny_encoder(13, 11), content_, styles_,
                                       options_, {});
        EXPECT_TRUE(session) << (session ? "" : session.error().message);
        return session ? *std::move(session) : nullptr;
    }

    SessionOptions options_;
    Image content_ = testing::random_image(83, 59, 2);
    std::vector<Image> styles_{testing::random_image(70, 45, 3)};
};

// Means, weighted by layer, of what the layers tell.
Losses means_of(const std::vector<LayerLoss>& terms, const ObjectiveOptions& options) {
    double sums[2] = {};
    double weights[2] = {};
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const std::size_t contents = options.content_layers.size();
        const LayerWeight& asked =
            terms[i].style ? options.style_layers[i - contents] : options.content_layers[i];
        EXPECT_EQ(terms[i].layer, asked.layer);
        sums[terms[i].style ? 1 : 0] +=
            static_cast<double>(asked.weight) * static_cast<double>(terms[i].loss);
        weights[terms[i].style ? 1 : 0] += static_cast<double>(asked.weight);
    }
    Losses means;
    means.content = static_cast<float>(sums[0] / weights[0]);
    means.style = static_cast<float>(sums[1] / weights[1]);
    return means;
}

// Over two scales, a picture that is asked for (which evaluates once more), and another blend.
TEST_F(SessionStateTest, LayerLossesAreThoseOfTheLastIteration) {
    options_.iterations = {5, 5};
    options_.init = Init::kNoise;  // else the first content loss is 0
    styles_.push_back(testing::random_image(50, 64, 8));
    ObjectiveOptions& objective = options_.objective;
    objective.style_blend = {0.5f, 0.5f};
    auto session = made();
    ASSERT_NE(session, nullptr);
    EXPECT_TRUE(session->layer_losses().empty());
    const auto expect_terms = [&] {
        const Losses means = means_of(session->layer_losses(), session->options().objective);
        const Losses& last = session->losses().back();
        EXPECT_NEAR(means.content / last.content, 1, 1e-6) << session->losses().size();
        EXPECT_NEAR(means.style / last.style, 1, 1e-6) << session->losses().size();
    };
    ASSERT_TRUE(session->advance(3));
    ASSERT_TRUE(session->image_losses());
    expect_terms();
    objective.style_blend = {0.9f, 0.1f};
    objective.style_layers[1].weight = 3;
    const std::vector<LayerLoss> before = session->layer_losses();
    ASSERT_TRUE(session->set_objective(objective));
    EXPECT_EQ(session->layer_losses()[1].loss, before[1].loss);  // that of the iteration still
    while (!session->progress().done) {
        const std::size_t known = session->losses().size();
        ASSERT_TRUE(session->advance(1));
        if (session->losses().size() > known) {
            expect_terms();
        }
    }
    EXPECT_EQ(session->losses().size(), 10u);
}

}  // namespace
}  // namespace impasto::style
